"""Commands to their aggregates; a score is guarded by its panel, an order, a draw or a ranking by the whole log."""

from dataclasses import replace
from typing import Any, TypeAlias, assert_never

from services.review.domain.district_review import (
    DISTRICT_DECIDER,
    DeclineApplication,
    RecommendApplication,
    RecordJudgement,
)
from services.review.domain.expert import EXPERT_DECIDER, EnrolExpert
from services.review.domain.panel import (
    PANEL_DECIDER,
    CloseScoring,
    ComputeRanking,
    Constituted,
    ConstitutePanel,
    panel_id,
)
from services.review.domain.scoring import (
    SCORING_DECIDER,
    AssignReview,
    DeclareConflict,
    ScoreApplication,
)
from services.review.usecases.streams import district_stream, expert_stream, panel_stream, scoring_stream
from shared.eventstore.port import Context, EventStore, Idempotency, Write
from shared.eventstore.transact import Target, Transacted, transact

DistrictCommand: TypeAlias = RecordJudgement | RecommendApplication | DeclineApplication
PanelCommand: TypeAlias = ConstitutePanel | CloseScoring | ComputeRanking
ScoringCommand: TypeAlias = DeclareConflict | AssignReview | ScoreApplication
Command: TypeAlias = DistrictCommand | EnrolExpert | PanelCommand | ScoringCommand


def target_of(command: Command, key: str) -> Target[Any, Any, Any]:
    """The aggregate that decides `command`; `key` is its organization or round."""
    match command:
        case RecordJudgement() | RecommendApplication() | DeclineApplication():
            return Target(DISTRICT_DECIDER, district_stream(command.application, key))
        case EnrolExpert(expert=expert):
            return Target(EXPERT_DECIDER, expert_stream(expert))
        case ConstitutePanel(round=round_id, group=group):
            return Target(PANEL_DECIDER, panel_stream(panel_id(round_id, group), round_id))
        case CloseScoring(panel=panel) | ComputeRanking(panel=panel):
            return Target(PANEL_DECIDER, panel_stream(panel, key))
        case DeclareConflict(subject=subject) | AssignReview(subject=subject) | ScoreApplication(subject=subject):
            return Target(SCORING_DECIDER, scoring_stream(subject.application, key))
        case _:
            assert_never(command)


async def _score(
    store: EventStore, command: ScoringCommand, context: Context, idempotency: Idempotency | None, key: str
) -> Transacted[Any]:
    """Decide on the panel as the log has it now; if it closes before the append, nothing is written."""
    stream = panel_stream(command.subject.panel, command.subject.round)
    recorded = await store.load(stream.name)
    panel = PANEL_DECIDER.fold(one.event for one in recorded)  # type: ignore[misc]  # its own stream
    subject = replace(command.subject, closed=not isinstance(panel, Constituted))
    target = replace(target_of(command, key), guards=(Write(stream, len(recorded)),))
    return await transact(store, target, replace(command, subject=subject), context, idempotency)


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
    if isinstance(command, DeclareConflict | AssignReview | ScoreApplication):
        return await _score(store, command, context, idempotency, key)
    return await transact(store, replace(target_of(command, key), log_at=log_at), command, context, idempotency)
