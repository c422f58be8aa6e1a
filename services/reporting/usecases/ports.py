"""What reporting's use cases need from outside."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from shared.contracts.application import RoundPlanned
from shared.contracts.publication import RectificationOrdered
from shared.contracts.reporting import AnnualAssessed, ObligationCreated
from shared.kernel.instants import Instant


class Facts(Protocol):
    """Facts as of the read models."""

    async def plan(self, round_id: str, at: Instant) -> RoundPlanned | None:
        """The round's plan as in force at an instant, or None when it is not known here."""
        ...

    async def obligations(self, application: str, year: int) -> tuple[ObligationCreated, ...]:
        """What an approved organization owes in a year."""
        ...

    async def orders(self, application: str) -> Sequence[RectificationOrdered]:
        """What an approved organization was ordered to put right, and nobody accepted yet."""
        ...

    async def assessments(self, round_id: str, year: int) -> Mapping[str, AnnualAssessed]:
        """A year's assessments, by the ids of their events."""
        ...

    async def revoked(self, round_id: str) -> Mapping[str, str]:
        """The applications of a round whose approval is revoked, or that a correction took from the list, and which."""
        ...

    async def rectifying(self, round_id: str) -> Mapping[str, str]:
        """The applications of a round that are under an order to put something right, and that they are."""
        ...

    async def barred(self) -> Mapping[str, str]:
        """The organizations that are suspended or closed, and which."""
        ...
