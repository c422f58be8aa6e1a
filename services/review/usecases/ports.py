"""What review's use cases need from outside."""

from collections.abc import Mapping
from typing import Protocol

from shared.contracts.application import DeadlineExtended, EligibilityEvaluated, RoundPlanned
from shared.contracts.review import ExpertEnrolled
from shared.kernel.instants import Instant


class Facts(Protocol):
    """Facts as of the read models."""

    async def plan(self, round_id: str, at: Instant) -> RoundPlanned | None:
        """The round's plan as amended, in force at an instant; None when the round is not known here."""
        ...

    async def experts(self) -> tuple[ExpertEnrolled, ...]:
        """The whole pool."""
        ...

    async def closed_accounts(self) -> frozenset[str]:
        """The accounts that registration closed."""
        ...

    async def recommended(self, round_id: str, group: str) -> tuple[str, ...]:
        """The applications of a group that a district recommended or the city admitted."""
        ...

    async def recommended_by(self, round_id: str, district: str) -> tuple[str, ...]:
        """The applications that a district recommends in a round."""
        ...

    async def undecided(self, round_id: str, district: str) -> tuple[str, ...]:
        """The organizations whose applications a district has still to decide, but those that are decided for good."""
        ...

    async def unfiled(self, round_id: str, district: str) -> Mapping[str, str]:
        """By application the names of the district's organizations that have not filed, or let a return lapse."""
        ...

    async def extensions(self, round_id: str) -> tuple[DeadlineExtended, ...]:
        """What was extended in a round, in the order in which it was."""
        ...

    async def orders_taken(self, round_id: str, district: str, but: str) -> frozenset[int]:
        """The recommendation orders that a district gave in a round to others than application `but`."""
        ...

    async def evaluation(self, application: str, version: int) -> EligibilityEvaluated | None:
        """What the rules said of a version when it was filed, or None when it was not heard of."""
        ...

    async def brought(self, application: str) -> frozenset[int]:
        """The materials that an application has files for."""
        ...

    async def pdf_sha256(self, application: str, version: int) -> str | None:
        """The hash of the version's PDF, or None when none was heard of."""
        ...

    async def outdated(self, panel: str) -> bool:
        """Whether a score was given or taken, or the scores opened again, since the panel's last ranking."""
        ...

    async def decided(self, application: str) -> bool:
        """Whether the application was approved or rejected."""
        ...

    async def final(self, application: str) -> bool:
        """Whether it was approved or rejected, and no appeal remitted it to its district since."""
        ...

    async def closed(self, round_id: str, district: str) -> bool:
        """Whether applications of the district were approved or rejected, and none of these remitted to it since."""
        ...

    async def remitted(self, round_id: str, district: str) -> bool:
        """Whether an appeal remitted something to the district that it has still to decide."""
        ...

    async def settled(self, application: str) -> bool:
        """Whether it was approved or rejected, and no appeal remitted it to any stage since."""
        ...
