"""Scoring of one application: conflict answers, assignments, recusals, scores; a missing score is not zero (C5.4)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias, assert_never

from services.review.domain.conflicts import AssignReview, DeclareConflict, assign, declare
from services.review.domain.recusals import RecuseExpert, ReopenScoring, ReplaceExpert, recuse, reopen, substitute
from services.review.domain.scores import (
    MarkOverdue,
    ReviseScore,
    ScoreApplication,
    VoidScore,
    overdue,
    revise,
    score,
    void,
)
from services.review.domain.scoring_states import Score, Scoring
from shared.contracts.review import (
    ConflictDeclared,
    ExpertRecused,
    ExpertReplaced,
    ExpertScored,
    ReviewAssigned,
    ScoreOverdue,
    ScoreRevised,
    ScoreVoided,
    ScoringReopened,
)
from shared.kernel.decider import Decider

SeatCommand: TypeAlias = DeclareConflict | AssignReview | RecuseExpert | ReplaceExpert
ScoreCommand: TypeAlias = ScoreApplication | ReviseScore | VoidScore
Command: TypeAlias = SeatCommand | ScoreCommand | MarkOverdue | ReopenScoring
ScoringEvent: TypeAlias = (
    ConflictDeclared
    | ReviewAssigned
    | ExpertRecused
    | ExpertReplaced
    | ExpertScored
    | ScoreRevised
    | ScoreVoided
    | ScoreOverdue
    | ScoringReopened
)

# Evolve


def evolve(state: Scoring, event: ScoringEvent) -> Scoring:
    """The state after `event`."""
    match event:
        case ExpertScored() | ScoreRevised():
            scores, remitted = (*_without(state, event.expert), event), state.remitted - {event.expert}
            return replace(state, scores=scores, remitted=remitted)
        case ScoreVoided():
            return replace(state, scores=_without(state, event.expert), voids=(*state.voids, event))
        case ExpertRecused():
            scores = _without(state, event.expert) if event.voids_score else state.scores
            return replace(state, scores=scores, recusals=(*state.recusals, event))
        case ScoreOverdue():
            return replace(state, overdue=(*state.overdue, event))
        case ConflictDeclared() | ReviewAssigned() | ExpertReplaced() | ScoringReopened():
            return _seated(state, event)
        case _:
            assert_never(event)


def _seated(state: Scoring, event: ConflictDeclared | ReviewAssigned | ExpertReplaced | ScoringReopened) -> Scoring:
    match event:
        case ConflictDeclared():
            return replace(state, answers=(*state.answers, event))
        case ReviewAssigned():
            return replace(state, assignments=(*state.assignments, event))
        case ExpertReplaced():
            return replace(state, replacements=(*state.replacements, event))
        case ScoringReopened():
            remitted = frozenset(one.expert for one in state.scores)
            return replace(state, reopenings=(*state.reopenings, event), remitted=remitted)
        case _:
            assert_never(event)


def _without(state: Scoring, expert: str) -> tuple[Score, ...]:
    return tuple(one for one in state.scores if one.expert != expert)


# Decide


def decide(state: Scoring, command: Command) -> Sequence[ScoringEvent]:
    """What happens, or a refusal."""
    match command:
        case ScoreApplication():
            return score(state, command)
        case ReviseScore():
            return revise(state, command)
        case VoidScore():
            return void(state, command)
        case MarkOverdue():
            return overdue(state, command)
        case ReopenScoring():
            return reopen(state, command)
        case DeclareConflict() | AssignReview() | RecuseExpert() | ReplaceExpert():
            return _seat(state, command)
        case _:
            assert_never(command)


def _seat(state: Scoring, command: SeatCommand) -> Sequence[ScoringEvent]:
    match command:
        case DeclareConflict():
            return declare(state, command)
        case AssignReview():
            return assign(state, command)
        case RecuseExpert():
            return recuse(state, command)
        case ReplaceExpert():
            return substitute(state, command)
        case _:
            assert_never(command)


SCORING_DECIDER: Decider[Scoring, Command, ScoringEvent] = Decider(Scoring(), decide, evolve)
