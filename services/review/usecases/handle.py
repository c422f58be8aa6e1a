"""Commands to their aggregates, each guarded by the streams that its decision rests on, or by the whole log."""

from dataclasses import replace
from typing import Any, TypeAlias, assert_never

from services.review.domain.ballots import CastBallot
from services.review.domain.batch import BATCH_DECIDER, ReopenBatch, SealBatch, SendBatch
from services.review.domain.batch_states import Draft, holds
from services.review.domain.checks import CheckCompliance, RecordJudgement
from services.review.domain.conflicts import AssignReview, DeclareConflict
from services.review.domain.constitution import ConstitutePanel, panel_id
from services.review.domain.district_review import DISTRICT_DECIDER, ClerksCommand, FilersCommand, LeadersCommand
from services.review.domain.district_states import Admitted, Recommended
from services.review.domain.escalations import DecideEscalation, EscalateToCity
from services.review.domain.expert import EXPERT_DECIDER, EnrolExpert
from services.review.domain.panel import PANEL_DECIDER, CloseScoring, ComputeRanking
from services.review.domain.recommendation import DeclineApplication, RecommendApplication
from services.review.domain.reconsideration import ReconsiderDecline, RequestReconsideration
from services.review.domain.recusals import RecuseExpert, ReplaceExpert
from services.review.domain.returns import ReturnForCorrection
from services.review.domain.scores import MarkOverdue, ReviseScore, ScoreApplication, VoidScore
from services.review.domain.scoring import SCORING_DECIDER, ScoreCommand, SeatCommand
from services.review.domain.votes import RecordPanelDecision, ResolveTie
from services.review.domain.waivers import DecideWaiver, ProposeWaiver
from services.review.usecases.streams import (
    batch_stream,
    district_stream,
    expert_stream,
    panel_stream,
    scoring_stream,
)
from services.review.usecases.subjects import as_it_stands, events
from shared.contracts.review import DistrictReviewOpened
from shared.eventstore.origin import origin
from shared.eventstore.port import Context, EventStore, Idempotency, Write
from shared.eventstore.transact import Target, Transacted, transact

DistrictCommand: TypeAlias = ClerksCommand | LeadersCommand | FilersCommand | DecideEscalation
BatchCommand: TypeAlias = SealBatch | ReopenBatch | SendBatch
VoteCommand: TypeAlias = CastBallot | ResolveTie | RecordPanelDecision
PanelCommand: TypeAlias = ConstitutePanel | CloseScoring | ComputeRanking | VoteCommand
ScoringCommand: TypeAlias = SeatCommand | ScoreCommand | MarkOverdue
Command: TypeAlias = DistrictCommand | BatchCommand | EnrolExpert | PanelCommand | ScoringCommand
BeforeTheBatch: TypeAlias = RecommendApplication | DeclineApplication | ReturnForCorrection | ReconsiderDecline


def target_of(command: Command, key: str) -> Target[Any, Any, Any]:
    """The aggregate that decides `command`; `key` is its organization or round."""
    match command:
        case EnrolExpert(expert=expert):
            return Target(EXPERT_DECIDER, expert_stream(expert))
        case SealBatch() | ReopenBatch() | SendBatch():
            return Target(BATCH_DECIDER, batch_stream(command.round, command.district))
        case ConstitutePanel(round=round_id, group=group):
            return Target(PANEL_DECIDER, panel_stream(panel_id(round_id, group), round_id))
        case CloseScoring() | ComputeRanking() | CastBallot() | ResolveTie() | RecordPanelDecision():
            return Target(PANEL_DECIDER, panel_stream(command.panel, key))
        case (
            DeclareConflict()
            | AssignReview()
            | RecuseExpert()
            | ReplaceExpert()
            | ScoreApplication()
            | ReviseScore()
            | VoidScore()
            | MarkOverdue()
        ):
            return Target(SCORING_DECIDER, scoring_stream(command.subject.application, key))
        case (
            CheckCompliance()
            | RecordJudgement()
            | ProposeWaiver()
            | DecideWaiver()
            | ReturnForCorrection()
            | RecommendApplication()
            | DeclineApplication()
            | RequestReconsideration()
            | ReconsiderDecline()
            | EscalateToCity()
            | DecideEscalation()
        ):
            return Target(DISTRICT_DECIDER, district_stream(command.application, key))
        case _:
            assert_never(command)


async def _on_the_panel(
    store: EventStore, command: ScoringCommand, context: Context, idempotency: Idempotency | None, key: str
) -> Transacted[Any]:
    """Decide on the panel as the log has it now; if it closes before the append, nothing is written."""
    of = command.subject
    stream = panel_stream(of.panel, of.round)
    recorded = await store.load(stream.name)
    scoring = await store.load(scoring_stream(of.application, key).name)
    district = await store.load(district_stream(of.application, key).name)
    subject = as_it_stands(of, scoring, recorded, district)
    guards: tuple[Write, ...] = (Write(stream, len(recorded)),)
    asked = replace(command, subject=subject)
    if isinstance(asked, AssignReview) and not asked.listed:
        asked, more = await _listed(store, asked)
        guards = (*guards, *more)
    return await transact(store, replace(target_of(command, key), guards=guards), asked, context, idempotency)


async def _listed(store: EventStore, command: AssignReview) -> tuple[AssignReview, tuple[Write, ...]]:
    """The command with what the district's batch says of its version, and the guard of that batch."""
    subject = command.subject
    state = DISTRICT_DECIDER.fold(events(await store.load(district_stream(subject.application, "").name)))
    if isinstance(state, Admitted):
        return replace(command, listed=True), ()
    if not isinstance(state, Recommended):
        return command, ()
    stream = batch_stream(subject.round, state.checks.opening.district)
    recorded = await store.load(stream.name)
    listed = holds(BATCH_DECIDER.fold(events(recorded)), subject.application, subject.version)
    return replace(command, listed=listed), (Write(stream, len(recorded)),)


async def _before_the_batch(
    store: EventStore,
    command: BeforeTheBatch,
    context: Context,
    idempotency: Idempotency | None,
    target: Target[Any, Any, Any],
) -> Transacted[Any]:
    """Decide on the district's batch as the log has it now; if it is sealed before the append, nothing is written."""
    opening = await origin(store, target.stream.name, DistrictReviewOpened)
    if opening is None:
        return await transact(store, target, command, context, idempotency)
    stream = batch_stream(opening.round, opening.district)
    recorded = await store.load(stream.name)
    asked = replace(command, sealed=not isinstance(BATCH_DECIDER.fold(events(recorded)), Draft))
    guarded = replace(target, guards=(Write(stream, len(recorded)),))
    return await transact(store, guarded, asked, context, idempotency)


async def _while_unsent(
    store: EventStore,
    command: EscalateToCity,
    context: Context,
    idempotency: Idempotency | None,
    target: Target[Any, Any, Any],
) -> Transacted[Any]:
    """Decide on whether the district's list holds the version; if it is sent before the append, nothing is written."""
    state = DISTRICT_DECIDER.fold(events(await store.load(target.stream.name)))
    if command.silence is None or not isinstance(state, Recommended):
        return await transact(store, target, command, context, idempotency)
    of = state.checks.opening
    stream = batch_stream(of.round, of.district)
    recorded = await store.load(stream.name)
    sent = command.silence.sent or holds(BATCH_DECIDER.fold(events(recorded)), of.application, of.version)
    asked = replace(command, silence=replace(command.silence, sent=sent))
    guarded = replace(target, guards=(Write(stream, len(recorded)),))
    return await transact(store, guarded, asked, context, idempotency)


async def handle(
    store: EventStore,
    command: Command,
    context: Context,
    idempotency: Idempotency | None = None,
    *,
    key: str = "",
    log_at: int | None = None,
) -> Transacted[Any]:
    """Carry out a command; see `transact`. `log_at` is the log's position that its facts were read at."""
    if isinstance(command, ScoringCommand):
        return await _on_the_panel(store, command, context, idempotency, key)
    target = replace(target_of(command, key), log_at=log_at)
    if isinstance(command, BeforeTheBatch):
        return await _before_the_batch(store, command, context, idempotency, target)
    if isinstance(command, EscalateToCity):
        return await _while_unsent(store, command, context, idempotency, target)
    return await transact(store, target, command, context, idempotency)
