"""An expert reads what it was assigned, from the form to each file, and nobody's else (C5.4)."""

from pathlib import Path

import pytest

from shared.kernel.actor import Actor
from tests.services.review.stage import GROUP, ordinary, recommended, submitted
from tests.town.life import SECOND_VERIFIER, SECRETARY, VERIFIER
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


async def test_who_is_suspended_or_closed_is_marked_for_the_district_and_on_the_board(tmp_path: Path) -> None:
    """The mark goes with its ground, and comes off with the reinstatement (C5.2)."""
    life = await submitted(tmp_path, ordinary(2))
    one, other = life.applicants
    await recommended(life, one, other)
    await life.constitute([GROUP])
    clerk, board = one.clerk, f"/panels/{life.panels[GROUP]}/board"

    async def marks() -> list[str]:
        inbox = await life.town.read(clerk, "review", "/reviews", state="ALL")
        alone = await life.town.read(clerk, "review", f"/reviews/{one.application}")
        rows = (await life.town.read(SECRETARY, "review", board))["applications"]
        (listed,) = [each["barred"] for each in inbox if each["application"] == one.application]
        (shown,) = [each["barred"] for each in rows if each["application"] == one.application]
        assert {each["barred"] for each in [*inbox, *rows] if each["application"] == other.application} == {""}
        return [listed, alone["barred"], shown]

    async def did(verifier: Actor, what: str, **more: str) -> None:
        place = f"/organizations/{one.id}/{what}"
        await life.town.command(verifier, "registration", place, {"ground": "涉嫌虚假登记", **more})

    assert await marks() == ["", "", ""]
    await did(VERIFIER, "suspension")
    assert await marks() == ["涉嫌虚假登记"] * 3
    await did(VERIFIER, "closure")
    assert await marks() == ["涉嫌虚假登记"] * 3
    await did(SECOND_VERIFIER, "reopening", document_number="沪企认〔2017〕3号")
    assert await marks() == ["涉嫌虚假登记"] * 3
    await did(VERIFIER, "reinstatement")
    assert await marks() == ["", "", ""]
