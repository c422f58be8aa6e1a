"""An expert reads what it was assigned, from the form to each file, and nobody's else (C5.4)."""

from pathlib import Path

import pytest

from tests.services.review.stage import GROUP, ordinary, recommended, submitted
from tests.town.town import Refused


async def test_an_expert_reads_what_it_was_assigned_and_nothing_else(tmp_path: Path) -> None:
    life = await submitted(tmp_path, ordinary(2))
    one, other = life.applicants
    await recommended(life, one, other)
    await life.constitute([GROUP])
    expert = life.members[GROUP][0]
    await life.admit(one, expert)
    shown = await life.town.read(expert, "application", f"/applications/{one.application}")
    assert (shown["organization_name"], shown["version"]) == (one.organization.name, 1)
    form = await life.town.read(expert, "application", f"/applications/{one.application}/form", version=1)
    assert form["t3"]["smes_served"] > 0
    assert {file["material"] for file in form["materials"]} >= {2, 3}
    for place in (f"/applications/{other.application}", f"/applications/{other.application}/form"):
        with pytest.raises(Refused, match="not-permitted"):
            await life.town.read(expert, "application", place)
