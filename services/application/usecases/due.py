"""What runs out by the clock: drafts at their deadline, returns at their due instant (C5.2, C5.3)."""

from collections.abc import AsyncIterator

from services.application.domain.lapse import DRAFT, RETURN, LapseApplication
from services.application.domain.terms import RoundTerms
from services.application.usecases.handle import handle
from services.application.usecases.project import DUE, ROUNDS
from services.application.usecases.rounds import terms_in_force
from shared.eventstore.documents import Document, Reads
from shared.eventstore.port import EventStore
from shared.kernel.actor import system
from shared.kernel.instants import Instant
from shared.runtime.timekeeper import due_context

PAGE = 500


async def fall_due(store: EventStore, reads: Reads, now: Instant) -> None:
    """Lapse every draft and every return that has run out at `now`."""
    for planned in await reads.find(ROUNDS):
        round_id = str(planned["round"])
        if str(planned["submission_deadline"]) <= now and await reads.find(DUE, {"round": round_id}, limit=1):
            terms = await terms_in_force(store, round_id, now)
            if terms is not None:
                await _lapse_all(store, reads, terms, now)


async def _lapse_all(store: EventStore, reads: Reads, terms: RoundTerms, now: Instant) -> None:
    async for doc in _waiting(reads, terms.round, DRAFT):
        await _lapse(store, doc, terms, terms.deadline_of(str(doc["district"]), str(doc["application"])), now)
    async for doc in _waiting(reads, terms.round, RETURN):
        await _lapse(store, doc, terms, Instant(str(doc["due"])), now)


async def _waiting(reads: Reads, round_id: str, what: str) -> AsyncIterator[Document]:
    after = ""
    while page := await reads.find(DUE, {"round": round_id, "what": what}, after=after, limit=PAGE):
        for doc in page:
            yield doc
        after = str(page[-1]["application"])


async def _lapse(store: EventStore, doc: Document, terms: RoundTerms, due: Instant, now: Instant) -> None:
    if now < due:
        return
    application = str(doc["application"])
    command = LapseApplication(application, terms, system(store.service), due)
    context = due_context(store.service, due, terms.round, "lapse", application, due)
    await handle(store, command, context, organization=str(doc["organization"]))
