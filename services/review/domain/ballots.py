"""Ballots: where the round asks, each expert votes itself, and the result is what they say (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from services.review.domain.electorate import Electorate
from services.review.domain.panel_states import (
    Closed,
    Constituted,
    NotConstituted,
    Panel,
    PanelNotConstituted,
    Ranked,
    ScoringNotClosed,
)
from services.review.domain.ranking import Entry
from services.review.domain.scoring_states import ApplicationIsDecided, NotOnThePanel
from services.review.domain.votes import (
    VoterHasAConflict,
    VoterHasNotAnswered,
    needed,
    untold,
)
from shared.contracts.review import BallotCast, PanelConstituted
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import Refusal, require


@dataclass(frozen=True, slots=True)
class CastBallot:
    """An expert votes, and may change its vote until the result is recorded (C5.4)."""

    panel: str
    choice: tuple[str, ...]
    """Applications of one rank from best to worst; or of `entry` what is decided."""
    entry: Entry | None
    """The application with too few scores that is voted on; None where it is a tie."""
    minimum: int
    """Scores below which the round asks for a decision."""
    electorate: Electorate
    asked: bool
    """Whether the round has each expert vote itself."""
    settled: bool
    """Whether what is voted on was approved or rejected, and no appeal remitted it since."""
    by: Actor
    at: Instant


class BallotsNotAsked(Refusal):
    """The secretary records who voted how."""

    title = "In this round the secretary records the panel's votes"
    clause = "C5.4"


def cast(state: Panel, command: CastBallot) -> Sequence[BallotCast]:
    """Vote on what is open; the last ballot of an expert counts, and the same once more is none."""
    require(command.by, Role.EXPERT)
    match state:
        case NotConstituted():
            raise PanelNotConstituted
        case Constituted():
            raise ScoringNotClosed
        case Closed() | Ranked():
            if command.by.id not in command.electorate.members(state.constitution.experts):
                raise NotOnThePanel
            ballot = _ballot(state.constitution, command)
            if command.asked and ballot in state.ballots:
                return []
            _open(state, command)
            _may_vote(command.electorate, command.by.id)
            return [ballot]
        case _:
            assert_never(state)


def _ballot(constitution: PanelConstituted, command: CastBallot) -> BallotCast:
    return BallotCast(
        panel=constitution.panel,
        round=constitution.round,
        group=constitution.group,
        expert=command.by.id,
        applications=matter(command),
        choice=command.choice,
    )


def matter(command: CastBallot) -> tuple[str, ...]:
    """What is voted on, by id."""
    return tuple(sorted(command.choice)) if command.entry is None else (command.entry.application,)


def _open(state: Closed | Ranked, command: CastBallot) -> None:
    if not command.asked:
        raise BallotsNotAsked
    if command.entry is None:
        untold(state, command.choice)
    else:
        needed(command.entry, command.minimum, *command.choice)
    if command.settled:
        raise ApplicationIsDecided


def _may_vote(electorate: Electorate, expert: str) -> None:
    if expert in electorate.barred:
        raise VoterHasAConflict(expert)
    if expert not in electorate.free:
        raise VoterHasNotAnswered(expert)
