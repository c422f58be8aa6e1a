"""What runs out by the clock: agreements that nobody signed, and approvals after their last day (C5.4)."""

from contextlib import suppress

from services.publication.domain.agreement import ExpireAgreement
from services.publication.domain.validity import ExpireApproval
from services.publication.usecases.agreements import last_offer
from services.publication.usecases.handle import handle
from services.publication.usecases.organizations import suspensions
from services.publication.usecases.outcomes import outcome_of
from services.publication.usecases.react import plan_of
from services.publication.usecases.standings import AGREEMENT, DUE, due_key
from shared.contracts.publication import AgreementOffered
from shared.contracts.suspensions import runs_until
from shared.eventstore.documents import Document, Reads
from shared.eventstore.port import CommandReused, EventStore
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
                await _run_out(store, reads, doc, now)
        after = due_key(page[-1])


async def _run_out(store: EventStore, reads: Reads, doc: Document, now: Instant) -> None:
    application, due, round_id = str(doc["application"]), Instant(str(doc["due"])), str(doc["round"])
    outcome = await outcome_of(store.load, application)
    if outcome is None:
        return
    if doc["what"] == AGREEMENT:
        await _unsigned(store, reads, application, outcome.decided.organization, now)
        return
    context = due_context(store.service, due, round_id, str(doc["what"]), application, due)
    await handle(store, ExpireApproval(outcome.approval, due), context, guards=outcome.guards)


async def _unsigned(store: EventStore, reads: Reads, application: str, organization: str, now: Instant) -> None:
    """The offer runs out when its time is over, which stands still while its organization is suspended."""
    recorded = await last_offer(store, application)
    if recorded is None or not isinstance(offer := recorded.event, AgreementOffered):
        return
    offered_at, plan = Instant(recorded.envelope.time), await plan_of(reads, offer.round, now)
    stops = plan is not None and plan.parameters.corrections.suspension_stops
    stood = await suspensions(reads, organization) if stops else ()
    until = runs_until(Instant(offer.due), offered_at, stood)
    if now < until:
        return
    command = ExpireAgreement(application, offered_at, stood, until)
    context = due_context(store.service, until, offer.round, AGREEMENT, application, until)
    await handle(store, command, context, organization=organization)
