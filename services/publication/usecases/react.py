"""Foreign facts to publication's own events: no list is ever proposed, and no approval revoked, by itself."""

from collections.abc import Sequence
from typing import Any, assert_never

from services.publication.domain.decision import DECISION_DECIDER
from services.publication.domain.promotion import WithdrawRow
from services.publication.domain.reactions import Reaction, default, withdrawal
from services.publication.domain.rectification import RectifyDefault
from services.publication.domain.standing import STANDING_DECIDER
from services.publication.usecases.outcomes import outcome_of
from services.publication.usecases.project import AMENDMENTS, ROUNDS
from services.publication.usecases.streams import decision_stream, standing_stream
from shared.contracts.application import ApplicationWithdrawn, RoundPlanned
from shared.contracts.documents import amended_of, planned_of
from shared.contracts.envelope import Recorded
from shared.contracts.policy import days_of, in_force
from shared.contracts.reporting import ReportDefaulted
from shared.eventstore.documents import Documents, Reads
from shared.eventstore.port import Append
from shared.eventstore.transact import Target
from shared.kernel.instants import Instant, end_of_day_after
from shared.messaging.delivery import Load, NotYet
from shared.messaging.reaction import react_with


async def react(load: Load, documents: Documents, recorded: Recorded) -> Sequence[Append]:
    """Whoever withdraws leaves the list that waits for approval; a default leads to an order to put it right."""
    command = await _reaction(load, documents, recorded)
    if command is None:
        return ()
    return await react_with(load, "publication", recorded, _target(command), command)


async def _reaction(load: Load, documents: Documents, recorded: Recorded) -> Reaction | None:
    match recorded.event:
        case ApplicationWithdrawn() as event:
            return withdrawal(event)
        case ReportDefaulted() as event:
            return await _default(load, documents, recorded, event)
        case _:
            return None


def _target(command: Reaction) -> Target[Any, Any, Any]:
    match command:
        case WithdrawRow():
            return Target(DECISION_DECIDER, decision_stream(command.round))
        case RectifyDefault(approval=about):
            return Target(STANDING_DECIDER, standing_stream(about.application, about.organization))
        case _:
            assert_never(command)


async def _default(
    load: Load, documents: Documents, recorded: Recorded, event: ReportDefaulted
) -> RectifyDefault | None:
    at = Instant(recorded.envelope.time)
    plan = await plan_of(documents, event.round, at)
    if plan is None:
        raise NotYet(f"round {event.round} has not arrived")
    outcome = await outcome_of(load, event.application)
    corrections = plan.parameters.corrections
    days = days_of(corrections.rectification_days)
    if outcome is None or days is None:
        return None
    due = end_of_day_after(at, days)
    return default(event, outcome.approval, due, plan.parameters.obligations if corrections.period_named else None)


async def plan_of(reads: Reads, round_id: str, at: Instant) -> RoundPlanned | None:
    """The round's plan in force at an instant, as the read models have it; see `Facts.plan`."""
    doc = await reads.get(ROUNDS, round_id)
    if doc is None:
        return None
    amended = sorted(await reads.find(AMENDMENTS, {"round": round_id}), key=lambda one: int(str(one["position"])))
    amendments = [amended_of(one) for one in amended]
    return in_force(planned_of(doc), amendments, at)
