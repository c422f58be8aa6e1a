"""Foreign facts to review's own events, in the transaction that receives them."""

from collections.abc import Sequence
from typing import Any, assert_never

from services.review.domain.checks import MatchPaper, OpenDistrictReview
from services.review.domain.constitution import panel_id
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.district_states import with_experts
from services.review.domain.reactions import Reaction, reaction
from services.review.domain.recusals import ReopenScoring
from services.review.domain.returns import CloseReview, ReopenReview
from services.review.domain.scoring import SCORING_DECIDER
from services.review.usecases.project import AMENDMENTS, ROUNDS
from services.review.usecases.streams import district_stream, panel_stream, scoring_stream
from services.review.usecases.subjects import events
from shared.contracts.application import RoundPlanned
from shared.contracts.documents import amended_of, planned_of
from shared.contracts.envelope import Recorded
from shared.contracts.policy import in_force, remit_due
from shared.contracts.publication import AppealDecided
from shared.contracts.vocabulary import COMPREHENSIVE
from shared.eventstore.documents import Documents, Reads
from shared.eventstore.port import Append
from shared.eventstore.transact import Target
from shared.kernel.instants import Instant
from shared.messaging.delivery import Load, NotYet
from shared.messaging.reaction import react_with


async def react(load: Load, documents: Documents, recorded: Recorded) -> Sequence[Append]:
    """A version opens the district's review, its end ends it; paper is matched; an appeal opens a stage again."""
    due, panel = await _due(documents, recorded), await _panel(load, recorded)
    command = reaction(recorded.event, recorded.envelope.id, due, panel)
    if command is None:
        return ()
    target = _target(command, recorded.envelope.partitionkey)
    return await react_with(load, "review", recorded, target, command)


async def _due(documents: Documents, recorded: Recorded) -> Instant | None:
    """Until when a district has for what is remitted to it."""
    event, at = recorded.event, Instant(recorded.envelope.time)
    if not isinstance(event, AppealDecided) or event.stage != "district":
        return None
    plan = await plan_in(documents, event.round, at)
    if plan is None:
        raise NotYet(f"round {event.round} has not arrived")
    return remit_due(plan.parameters, at)


async def _panel(load: Load, recorded: Recorded) -> str | None:
    """Whose experts something is remitted to; None where it is not with them."""
    event = recorded.event
    if not isinstance(event, AppealDecided) or event.stage != "experts":
        return None
    checks = with_experts(DISTRICT_DECIDER.fold(events(await load(district_stream(event.application, "").name))))
    if checks is None:
        return None
    panel = panel_id(event.round, checks.opening.category or COMPREHENSIVE)
    return panel if await load(panel_stream(panel, event.round).name) else None


async def plan_in(reads: Reads, round_id: str, at: Instant) -> RoundPlanned | None:
    """The round's plan in force at an instant, as the read models have it; see `Facts.plan`."""
    doc = await reads.get(ROUNDS, round_id)
    if doc is None:
        return None
    amendments = [amended_of(one) for one in await reads.find(AMENDMENTS, {"round": round_id})]
    return in_force(planned_of(doc), amendments, at)


def _target(command: Reaction, organization: str) -> Target[Any, Any, Any]:
    match command:
        case ReopenScoring(application=application):
            return Target(SCORING_DECIDER, scoring_stream(application, organization))
        case OpenDistrictReview(submission=filed):
            return Target(DISTRICT_DECIDER, district_stream(filed.application, organization))
        case MatchPaper(paper=paper):
            return Target(DISTRICT_DECIDER, district_stream(paper.application, organization))
        case CloseReview(application=application) | ReopenReview(application=application):
            return Target(DISTRICT_DECIDER, district_stream(application, organization))
        case _:
            assert_never(command)
