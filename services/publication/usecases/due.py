"""What runs out by the clock: agreements that nobody signed, and approvals after their last day (C5.4)."""

from contextlib import suppress

from services.publication.domain.agreement import ExpireAgreement
from services.publication.domain.validity import ExpireApproval
from services.publication.usecases.handle import handle
from services.publication.usecases.outcomes import outcome_of
from services.publication.usecases.standings import AGREEMENT, DUE, due_key
from shared.eventstore.documents import Document, Reads
from shared.eventstore.port import CommandReused, Context, EventStore
from shared.kernel.instants import Instant
from shared.runtime.timekeeper import due_context

AT_ONCE_MAX = 500


async def fall_due(store: EventStore, reads: Reads, now: Instant) -> None:
    """Let run out what is due at `now`, the earliest first."""
    after = ""
    while page := await reads.find(DUE, after=after, limit=AT_ONCE_MAX):
        for doc in page:
            if str(doc["due"]) > now:
                return
            with suppress(CommandReused):  # it ran out already, and the read models have not seen it yet
                await _run_out(store, doc)
        after = due_key(page[-1])


async def _run_out(store: EventStore, doc: Document) -> None:
    application, due, round_id = str(doc["application"]), Instant(str(doc["due"])), str(doc["round"])
    outcome = await outcome_of(store.load, application)
    if outcome is None:
        return
    context: Context = due_context(store.service, due, round_id, str(doc["what"]), application, due)
    if doc["what"] == AGREEMENT:
        organization = outcome.decided.organization
        await handle(store, ExpireAgreement(application, due), context, organization=organization)
    else:
        await handle(store, ExpireApproval(outcome.approval, due), context, guards=outcome.guards)
