"""What application's use cases need from outside: facts that other services and its own rounds established."""

from typing import Protocol

from services.application.domain.terms import Applicant, RoundTerms
from shared.kernel.instants import Instant


class Facts(Protocol):
    """What is known at an instant."""

    async def applicant(self, organization: str, at: Instant) -> Applicant | None:
        """What registration certified, amended, moved or suspended, or None when nothing was certified yet."""
        ...

    async def terms(self, round_id: str, at: Instant) -> RoundTerms | None:
        """The round's terms in force, as the log has them, or None when no such round is planned."""
        ...

    async def settled(self, application: str) -> bool:
        """Whether it was heard that the application is approved or rejected, and no appeal remitted it since."""
        ...

    async def noticed(self, round_id: str) -> bool:
        """Whether it was heard that a public notice of the round was published."""
        ...

    async def silent(self, application: str) -> bool:
        """Whether it was heard that it is before the city because its district let its time pass."""
        ...

    async def final(self, application: str) -> bool:
        """Whether that was heard, and no appeal remitted it to its district since."""
        ...
