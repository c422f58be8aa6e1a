"""What publication's use cases need from outside."""

from collections.abc import Mapping
from typing import Protocol

from shared.contracts.application import ApplicationSubmitted, RoundPlanned
from shared.contracts.review import RankingComputed


class Facts(Protocol):
    """Facts as of the read models."""

    async def round(self, round_id: str) -> RoundPlanned | None:
        """The round's plan, or None when it is not known here."""
        ...

    async def rankings(self, round_id: str) -> Mapping[str, RankingComputed]:
        """Every ranking of the round, by the id of its event."""
        ...

    async def submissions(self, round_id: str) -> Mapping[str, ApplicationSubmitted]:
        """Every submission of the round, by application."""
        ...
