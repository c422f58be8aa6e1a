"""What runs out by the clock: drafts at their deadline, returns at their due instant (C5.2, C5.3)."""

from collections.abc import AsyncIterator

from services.application.domain.lapse import DRAFT, RETURN, LapseApplication
from services.application.domain.terms import RoundTerms
from services.application.usecases.applications import SUMMARIES
from services.application.usecases.handle import handle
from services.application.usecases.organizations import applicant_of
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
        ended = str(planned["submission_deadline"]) <= now
        waiting = [doc async for doc in _waiting(reads, round_id, RETURN) if str(doc["due"]) <= now]
        if ended:
            waiting += [doc async for doc in _waiting(reads, round_id, DRAFT)]
        terms = await terms_in_force(store, round_id, now) if waiting else None
        if terms is not None:
            for doc in waiting:
                await _lapse(store, reads, doc, terms, now)


async def _waiting(reads: Reads, round_id: str, what: str) -> AsyncIterator[Document]:
    after = ""
    while page := await reads.find(DUE, {"round": round_id, "what": what}, after=after, limit=PAGE):
        for doc in page:
            yield doc
        after = str(page[-1]["application"])


async def _lapse(store: EventStore, reads: Reads, doc: Document, terms: RoundTerms, now: Instant) -> None:
    application, organization = str(doc["application"]), str(doc["organization"])
    applicant = await applicant_of(reads, organization, now)
    terms = terms.of(applicant)
    if doc["what"] == DRAFT:
        own = terms.deadline_of(applicant.district if applicant else "", application)
    else:
        filed = await reads.get(SUMMARIES, application) or {"district": ""}
        own = terms.correct_until(Instant(str(doc["due"])), str(filed["district"]), application)
    if now < own:
        return
    then = await applicant_of(reads, organization, own)
    at = own if then == applicant else now
    command = LapseApplication(application, terms, system(store.service), at, applicant)
    context = due_context(store.service, at, terms.round, "lapse", application, own)
    await handle(store, command, context, organization=organization)
