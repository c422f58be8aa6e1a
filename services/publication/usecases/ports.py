"""What publication's use cases need from outside."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from shared.contracts.application import ApplicationSubmitted, RoundPlanned
from shared.contracts.review import PanelConstituted, RankingComputed


class Facts(Protocol):
    """Facts as of the read models."""

    async def round(self, round_id: str) -> RoundPlanned | None:
        """The round's plan, or None when it is not known here."""
        ...

    async def panels(self, round_id: str) -> Sequence[PanelConstituted]:
        """Every panel that was drawn for the round; a ranking is never known before its panel."""
        ...

    async def rankings(self, round_id: str) -> Mapping[str, RankingComputed]:
        """Every ranking of the round, by the id of its event."""
        ...

    async def submissions(self, round_id: str) -> Mapping[str, ApplicationSubmitted]:
        """Every submission of the round, by application."""
        ...
