"""Everybody who takes part, and what they know of each other while the year goes by."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from rehearsal.cast import Organization, Part
from rehearsal.desk import Desk, Person

ROUND = "2017"
AT_ONCE = 12


@dataclass(slots=True)
class Applicant:
    """An organization, its people and where its application stands."""

    organization: Organization
    filer: Person
    id: str = ""
    application: str = ""
    version: int = 1
    told: str = ""
    """What the platform said to it in its story."""
    representative: Person | None = None

    @property
    def part(self) -> Part:
        """What it shows."""
        return self.organization.part


@dataclass(slots=True)
class Company:
    """The cast on the stage; `advance` moves the clock of the whole stack."""

    desk: Desk
    administrator: Person
    advance: Callable[[str], None]
    size: int
    """How many organizations take part."""
    staff: dict[str, Person] = field(default_factory=dict)
    experts: list[Person] = field(default_factory=list)
    applicants: list[Applicant] = field(default_factory=list)
    panels: dict[str, str] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    """Accounts of each group's panel."""
    trespass: str = ""
    early_approval: str = ""

    def playing(self, *parts: Part) -> list[Applicant]:
        """Those who play one of these parts, in the order of the cast."""
        return [one for one in self.applicants if one.part in parts]

    def but(self, *parts: Part) -> list[Applicant]:
        """Everybody else."""
        return [one for one in self.applicants if one.part not in parts]

    def clerk(self, applicant: Applicant) -> Person:
        """The clerk of its district."""
        return self.staff[f"clerk-{applicant.organization.district.value}"]

    def leader(self, applicant: Applicant) -> Person:
        """The leader of its district."""
        return self.staff[f"leader-{applicant.organization.district.value}"]

    def receipt(self, applicant: Applicant) -> Person:
        """The receipt clerk of its district."""
        return self.staff[f"receipt-{applicant.organization.district.value}"]

    def expert(self, account: str) -> Person:
        """The expert of this account."""
        return next(one for one in self.experts if one.account == account)

    async def state(self, applicant: Applicant, state: str) -> None:
        """Wait until the application house shows its application in a state."""
        place, officer = f"/applications/{applicant.application}", self.staff["officer"]
        await self.desk.until(
            lambda: self.desk.read(officer, "application", place), lambda seen: seen.get("state") == state
        )


async def each(items: Iterable[Any], work: Callable[[Any], Awaitable[Any]]) -> list[Any]:
    """Do `work` for every item, a few at once; results in the items' order."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(item: Any) -> Any:
        async with room:
            return await work(item)

    return await asyncio.gather(*(one(item) for item in items))
