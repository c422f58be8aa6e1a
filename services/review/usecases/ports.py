"""What review's use cases need from outside."""

from typing import Protocol

from shared.contracts.application import RoundPlanned
from shared.contracts.review import ExpertEnrolled


class Facts(Protocol):
    """Facts as of the read models."""

    async def round(self, round_id: str) -> RoundPlanned | None:
        """The round's plan, or None when it is not known here."""
        ...

    async def experts(self) -> tuple[ExpertEnrolled, ...]:
        """The whole pool."""
        ...

    async def recommended(self, round_id: str, group: str) -> tuple[str, ...]:
        """The applications recommended in a group of a round."""
        ...

    async def orders_taken(self, round_id: str, district: str, but: str) -> frozenset[int]:
        """The recommendation orders that a district gave in a round to others than application `but`."""
        ...
