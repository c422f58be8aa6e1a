"""A whole year on the street in memory: the rehearsal's cast, and what it leaves in five logs."""

import asyncio
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from audit.record import Record
from rehearsal.cast import PARTS, Part
from rehearsal.company import Applicant, Company
from shared.contracts.envelope import Recorded
from tests.town.stage import rehearse
from tests.town.town import Town

ORGANIZATIONS = max(PARTS) + 1
"""As many as there are parts to play."""


@dataclass(frozen=True, slots=True)
class Year:
    """What was lived, and by whom."""

    events: list[Recorded]
    record: Record
    company: Company

    def playing(self, part: Part) -> Applicant:
        """The first who plays a part."""
        return self.company.playing(part)[0]


@cache
def lived_year() -> Year:
    """The year, once for all tests."""
    with TemporaryDirectory() as folder:
        return asyncio.run(_live(Path(folder)))


async def _live(folder: Path) -> Year:
    town = Town(folder)
    await town.begin()
    company = await rehearse(town, ORGANIZATIONS)
    events = await town.events()
    return Year(events, Record.of(events, None), company)
