"""Facts from the read models, and of the rounds from the log itself."""

from typing import Any

from services.application.domain.terms import Applicant, RoundTerms
from services.application.usecases.applications import TIMELINES
from services.application.usecases.notices import was_noticed
from services.application.usecases.organizations import applicant_of
from services.application.usecases.project import DECIDED
from services.application.usecases.rounds import terms_in_force
from services.application.usecases.silence import before_the_city
from shared.eventstore.documents import Reads
from shared.eventstore.port import EventStore
from shared.kernel.instants import Instant
from shared.runtime.finality import is_final, is_settled


class DocumentFacts:
    """The `Facts` port on a service's documents and log, PostgreSQL or memory."""

    def __init__(self, reads: Reads, store: EventStore) -> None:
        self._reads, self._store = reads, store

    async def applicant(self, organization: str, at: Instant) -> Applicant | None:
        """See `Facts.applicant`."""
        return await applicant_of(self._reads, organization, at)

    async def terms(self, round_id: str, at: Instant) -> RoundTerms | None:
        """See `Facts.terms`."""
        return await terms_in_force(self._store, round_id, at)

    async def settled(self, application: str) -> bool:
        """See `Facts.settled`."""
        return await is_settled(self._reads, DECIDED, application)

    async def noticed(self, round_id: str) -> bool:
        """See `Facts.noticed`."""
        return await was_noticed(self._reads, round_id)

    async def silent(self, application: str) -> bool:
        """See `Facts.silent`."""
        timeline: Any = await self._reads.get(TIMELINES, application) or {"entries": ()}
        return before_the_city(timeline["entries"])

    async def final(self, application: str) -> bool:
        """See `Facts.final`."""
        return await is_final(self._reads, DECIDED, application)
