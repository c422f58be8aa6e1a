"""Commands to their aggregates; what rests on another of this house's aggregates is guarded by it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias, assert_never

from services.publication.domain import agreement, appeal, decision, notice, rectification, standing, validity
from services.publication.domain.agreement import AGREEMENT_DECIDER
from services.publication.domain.appeal import APPEAL_DECIDER
from services.publication.domain.correction_approval import ApproveCorrection
from services.publication.domain.decision import DECISION_DECIDER
from services.publication.domain.notice import NOTICE_DECIDER, of_corrections
from services.publication.domain.objection_decisions import DecideObjection
from services.publication.domain.remit import CloseRemit
from services.publication.domain.standing import STANDING_DECIDER
from services.publication.domain.states import Approved, Decision
from services.publication.usecases.streams import (
    agreement_stream,
    appeal_stream,
    approval_stream,
    decided_stream,
    decision_stream,
    notice_stream,
    standing_stream,
)
from shared.contracts.envelope import Recorded
from shared.contracts.publication import ApprovalListProposed, ListPublished, NoticePublished
from shared.eventstore.port import Context, EventStore, Idempotency, Write
from shared.eventstore.transact import Target, Transacted, transact
from shared.kernel.instants import Instant

OfADecision: TypeAlias = decision.Command
OfARound: TypeAlias = notice.Command
OfOneApplication: TypeAlias = appeal.Command | agreement.Command | standing.Command
Command: TypeAlias = OfADecision | OfARound | OfOneApplication


async def handle(
    store: EventStore,
    command: Command,
    context: Context,
    idempotency: Idempotency | None = None,
    *,
    organization: str = "",
    guards: tuple[Write, ...] = (),
    keep: Callable[[], Awaitable[None]] | None = None,
) -> Transacted[Any]:
    """Carry out a command; see `transact`.

    `organization` is whose agreement or appeal it is about; `guards` are this house's streams that the command's
    facts were read from: when one has moved on, nothing is written. For `keep` see `Target.keep`.
    """
    target = await _decision(store, command) if isinstance(command, OfADecision) else _target_of(command, organization)
    return await transact(store, replace(target, guards=guards, keep=keep), command, context, idempotency)


async def decision_of(store: EventStore, round_id: str) -> tuple[Decision, Write]:
    """The decision on a round's list, and the guard of what rests on it."""
    recorded = await store.load(decision_stream(round_id).name)
    return DECISION_DECIDER.fold(_events(recorded)), Write(decision_stream(round_id), len(recorded))


async def proposed_at(store: EventStore, round_id: str) -> Instant | None:
    """When the round's list was proposed last; None before the first."""
    recorded = await store.load(decision_stream(round_id).name)
    times = [one.envelope.time for one in recorded if isinstance(one.event, ApprovalListProposed)]
    return Instant(times[-1]) if times else None


async def notices_of(store: EventStore, round_id: str) -> Sequence[NoticePublished]:
    """The notices of a round, in the order in which they were published."""
    recorded = await store.load(notice_stream(round_id).name)
    return [one.event for one in recorded if isinstance(one.event, NoticePublished)]


async def correction_notices_of(store: EventStore, round_id: str) -> Sequence[NoticePublished]:
    """The notices of a round since its list was published last, in the order in which they were published."""
    recorded = await store.load(notice_stream(round_id).name)
    return of_corrections(NOTICE_DECIDER.fold(_events(recorded)))


async def lists_of(store: EventStore, round_id: str) -> Sequence[tuple[str, ListPublished]]:
    """The lists of a round and when each was published, in that order."""
    recorded = await store.load(notice_stream(round_id).name)
    return [(one.envelope.time, one.event) for one in recorded if isinstance(one.event, ListPublished)]


async def _decision(store: EventStore, command: decision.Command) -> Target[Any, Any, Any]:
    """An approval begins the streams of those that it approves or takes away; what comes after it continues them."""
    round_id, versions = command.round, dict[str, int]()
    for application in await _goes_on(store, command):
        name = approval_stream(application, "").name
        versions[name] = len(await store.load(name))
    route = partial(decided_stream, round_id=round_id)
    return Target(DECISION_DECIDER, decision_stream(round_id), route=route, versions=versions)


async def _goes_on(store: EventStore, command: decision.Command) -> set[str]:
    """The applications whose streams a command continues."""
    if isinstance(command, ApproveCorrection | DecideObjection):
        state, _ = await decision_of(store, command.round)
        return _touched(state, command)
    return {command.application} if isinstance(command, CloseRemit) else set()


def _target_of(command: OfARound | OfOneApplication, organization: str) -> Target[Any, Any, Any]:
    match command:
        case notice.PublishNotice(round=round_id) | notice.PublishList(round=round_id):
            return Target(NOTICE_DECIDER, notice_stream(round_id))
        case agreement.OfferAgreement() | agreement.SignAgreement() | agreement.ExpireAgreement():
            return Target(AGREEMENT_DECIDER, agreement_stream(command.application, organization))
        case appeal.FileAppeal(application=application) | appeal.DecideAppeal(application=application):
            return Target(APPEAL_DECIDER, appeal_stream(application, organization))
        case (
            rectification.OrderRectification()
            | rectification.RectifyDefault()
            | rectification.AcceptRectification()
            | validity.RevokeApproval()
            | validity.ReverseRevocation()
            | validity.RenewApproval()
            | validity.ExpireApproval()
        ):
            about = command.approval
            return Target(STANDING_DECIDER, standing_stream(about.application, about.organization))
        case _:
            assert_never(command)


def _touched(state: Decision, command: ApproveCorrection | DecideObjection) -> set[str]:
    if not isinstance(state, Approved):
        return set()
    if isinstance(command, DecideObjection):
        return {one.filed.application for one in state.objections if one.filed.objection == command.objection}
    if state.pending is None:
        return set()
    moved = {one.application for one in state.pending.moved or ()}
    return moved | ({row.application for row in state.rows} ^ {row.application for row in state.pending.rows})


def _events(recorded: Sequence[Recorded]) -> Any:
    return [one.event for one in recorded]
