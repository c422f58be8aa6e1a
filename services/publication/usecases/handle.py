"""Commands to their aggregates; notice and list are guarded by the decision they publish."""

from collections.abc import Sequence
from functools import partial
from typing import Any, TypeAlias

from services.publication.domain.agreement import AGREEMENT_DECIDER, OfferAgreement, SignAgreement
from services.publication.domain.decision import DECISION_DECIDER, ApproveList, Decision, ProposeList
from services.publication.domain.notice import NOTICE_DECIDER, PublishList, PublishNotice
from services.publication.usecases.streams import (
    agreement_stream,
    decided_stream,
    decision_stream,
    notice_stream,
)
from shared.contracts.envelope import Recorded
from shared.contracts.publication import NoticePublished
from shared.eventstore.port import Context, EventStore, Idempotency, Write
from shared.eventstore.transact import Target, Transacted, transact

Command: TypeAlias = ProposeList | ApproveList | PublishNotice | PublishList | OfferAgreement | SignAgreement


async def handle(
    store: EventStore,
    command: Command,
    context: Context,
    idempotency: Idempotency | None = None,
    *,
    organization: str = "",
) -> Transacted[Any]:
    """Carry out a command; see `transact`."""
    target = await _target_of(store, command, organization)
    return await transact(store, target, command, context, idempotency)


async def decision_of(store: EventStore, round_id: str) -> tuple[Decision, int]:
    """The decision on a round's list, and its version."""
    recorded = await store.load(decision_stream(round_id).name)
    return DECISION_DECIDER.fold(_events(recorded)), len(recorded)


async def notice_of(store: EventStore, round_id: str) -> NoticePublished | None:
    """The notice of a round, once published."""
    recorded = await store.load(notice_stream(round_id).name)
    return next((one.event for one in recorded if isinstance(one.event, NoticePublished)), None)


async def _target_of(store: EventStore, command: Command, organization: str) -> Target[Any, Any, Any]:
    match command:
        case ProposeList(round=round_id) | ApproveList(round=round_id):
            route = partial(decided_stream, round_id=round_id)
            return Target(DECISION_DECIDER, decision_stream(round_id), route=route)
        case PublishNotice(round=round_id) | PublishList(round=round_id):
            _, version = await decision_of(store, round_id)
            guard = Write(decision_stream(round_id), version)
            return Target(NOTICE_DECIDER, notice_stream(round_id), (guard,))
        case OfferAgreement(application=application) | SignAgreement(application=application):
            return Target(AGREEMENT_DECIDER, agreement_stream(application, organization))


def _events(recorded: Sequence[Recorded]) -> Any:
    return [one.event for one in recorded]
