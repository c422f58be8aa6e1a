"""What application's use cases need from outside: facts that other services and its own rounds established."""

from typing import Protocol

from services.application.domain.terms import Applicant, RoundTerms


class Facts(Protocol):
    """Facts as of the read models."""

    async def applicant(self, organization: str) -> Applicant | None:
        """What registration certified, or None when nothing is known of the organization yet."""
        ...

    async def terms(self, round_id: str) -> RoundTerms | None:
        """The round's terms, or None when no such round is planned."""
        ...
