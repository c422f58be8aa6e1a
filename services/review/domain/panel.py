"""Panel: CONSTITUTED → CLOSED → RANKED, and ranked again when scores changed; one for each group of a round (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from services.review.domain.ballots import CastBallot, cast
from services.review.domain.constitution import ConstitutePanel, SecretaryIsOnThePanel, constitute
from services.review.domain.counting import with_ballot
from services.review.domain.panel_states import (
    Closed,
    Constituted,
    NotConstituted,
    Panel,
    PanelNotConstituted,
    Ranked,
    ScoringNotClosed,
)
from services.review.domain.ranking import METHOD, Entry, inputs_hash, rank, tied
from services.review.domain.votes import (
    LEAVE_UNRANKED,
    RecordPanelDecision,
    ResolveTie,
    decided_on,
    record,
    resolve,
)
from shared.contracts.review import (
    BallotCast,
    PanelConstituted,
    PanelDecisionRecorded,
    RankingComputed,
    ScoringClosed,
    TieResolved,
)
from shared.contracts.round import Panels
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant
from shared.kernel.refusal import Refusal, require

# Commands


@dataclass(frozen=True, slots=True)
class CloseScoring:
    """The secretary ends scoring."""

    panel: str
    by: Actor
    at: Instant
    unassigned: tuple[str, ...]
    """The applications of the group that an expert may still be assigned, where nobody is assigned any."""


@dataclass(frozen=True, slots=True)
class ComputeRanking:
    """The secretary has the ranking computed from every recommended application of the group."""

    panel: str
    entries: tuple[Entry, ...]
    terms: Panels
    by: Actor
    at: Instant
    scored_after: int
    """After how many rankings a score was last given or taken, or opened again by an appeal; 0 before the first."""
    settled: bool
    """Whether an application of the group is approved or rejected, and none was opened again since the last ranking."""


SecretarysCommand: TypeAlias = ConstitutePanel | CloseScoring | ComputeRanking | ResolveTie | RecordPanelDecision
Command: TypeAlias = SecretarysCommand | CastBallot
Voted: TypeAlias = BallotCast | TieResolved | PanelDecisionRecorded
PanelEvent: TypeAlias = PanelConstituted | ScoringClosed | RankingComputed | Voted

# Refusals


class NobodyIsAssigned(Refusal):
    """Scoring ends for good, so it has to have begun: a panel of which nobody was assigned anything is not closed."""

    title = "Nobody of the panel is assigned an application, and somebody may be"
    clause = "C5.4"
    field = "panel"


class RankingIsSettled(Refusal):
    """The list is approved on it; after that a panel ranks again what a remitted appeal has opened."""

    title = "The list was approved on this ranking"
    clause = "C5.4"


class TooFewScores(Refusal):
    """Below the minimum the ranking waits for a replacement, or for the panel's decision."""

    title = "An application has too few scores to be ranked"
    clause = "C5.4"
    field = "entries"


class SeatIsOpen(Refusal):
    """A replacement that was named is heard, or the panel decides to rank without it."""

    title = "A replacement has neither scored nor declared a conflict"
    clause = "C5.4"
    field = "entries"


class ScoresAnewMissing(Refusal):
    """Whoever scored what an appeal remitted to the experts scores it anew, or the panel decides to rank without."""

    title = "Experts have still to score anew what an appeal remitted to them"
    clause = "C5.4"
    field = "entries"


class SeatHasAConflict(Refusal):
    """Whoever scored and took up a post with the applicant since is recused first, with the score or without it."""

    title = "An expert whose score counts works for the applicant now"
    clause = "C5.4"
    field = "entries"


def evolve(state: Panel, event: PanelEvent) -> Panel:
    """The state after `event`; an event that cannot follow leaves the state as it is."""
    match event:
        case PanelConstituted():
            return Constituted(event)
        case ScoringClosed():
            return Closed(state.constitution) if isinstance(state, Constituted) else state
        case RankingComputed() | PanelDecisionRecorded() | TieResolved() | BallotCast():
            return _once_closed(state, event) if isinstance(state, Closed | Ranked) else state
        case _:
            assert_never(event)


def _once_closed(
    state: Closed | Ranked, event: RankingComputed | PanelDecisionRecorded | TieResolved | BallotCast
) -> Closed | Ranked:
    match event:
        case RankingComputed():
            return Ranked(
                state.constitution, event, state.decisions, ballots=_kept(state, event), times=state.times + 1
            )
        case PanelDecisionRecorded():
            ballots = tuple(one for one in state.ballots if one.applications != (event.application,))
            return replace(state, decisions=(*state.decisions, event), ballots=ballots)
        case TieResolved():
            return replace(state, ties=(*state.ties, event)) if isinstance(state, Ranked) else state
        case BallotCast():
            return replace(state, ballots=with_ballot(state.ballots, event))
        case _:
            assert_never(event)


def _kept(state: Closed | Ranked, ranking: RankingComputed) -> tuple[BallotCast, ...]:
    """The ballots on ties that another ranking leaves as they were: nobody votes twice on the same scores (C5.4)."""
    if not isinstance(state, Ranked):
        return ()
    before, after = _ties(state.ranking), _ties(ranking)
    return tuple(one for one in state.ballots if before.get(one.applications, ()) == after.get(one.applications))


def _ties(ranking: RankingComputed) -> dict[tuple[str, ...], tuple[tuple[tuple[int, ...], tuple[str, ...]], ...]]:
    """The scores and means per criterion of those who share a rank, by their applications."""
    scores = {row.application: (row.scores, row.tie_break) for row in ranking.rows}
    groups = [one for group in {row.tie_group for row in ranking.rows} for one in tied(ranking.rows, group)]
    return {tuple(group): tuple(scores[one] for one in group) for group in groups}


def decide(state: Panel, command: Command) -> Sequence[PanelEvent]:
    """What happens, or a refusal."""
    if isinstance(command, CastBallot):
        return cast(state, command)
    require(command.by, Role.PANEL_SECRETARY)
    if not isinstance(state, NotConstituted) and command.by.id in state.constitution.experts:
        raise SecretaryIsOnThePanel
    match command:
        case ConstitutePanel():
            return constitute(state, command)
        case CloseScoring():
            return _close(state, command)
        case ComputeRanking():
            return _rank(state, command)
        case ResolveTie():
            return resolve(state, command)
        case RecordPanelDecision():
            return record(state, command)
        case _:
            assert_never(command)


def _close(state: Panel, command: CloseScoring) -> Sequence[PanelEvent]:
    match state:
        case NotConstituted():
            raise PanelNotConstituted
        case Constituted(constitution):
            if command.unassigned:
                raise NobodyIsAssigned(
                    ", ".join(command.unassigned), detail_zh=f"尚有{len(command.unassigned)}家申报单位未分配专家"
                )
            return [
                ScoringClosed(
                    panel=constitution.panel, round=constitution.round, group=constitution.group, at=command.at
                )
            ]
        case Closed() | Ranked():
            return []
        case _:
            assert_never(state)


def _rank(state: Panel, command: ComputeRanking) -> Sequence[PanelEvent]:
    """Rank again what changed; what was opened again and stayed as it was is closed by ranking it once more (C5.4)."""
    match state:
        case NotConstituted():
            raise PanelNotConstituted
        case Constituted():
            raise ScoringNotClosed
        case Closed():
            return [_without_conflicts(command, _ranking(state, command))]
        case Ranked(ranking=before):
            ranking = _ranking(state, command)
            if ranking == before and command.scored_after < state.times:
                return []
            if command.settled:
                raise RankingIsSettled
            return [_without_conflicts(command, ranking)]
        case _:
            assert_never(state)


def _without_conflicts(command: ComputeRanking, ranking: RankingComputed) -> RankingComputed:
    ranked = {row.application for row in ranking.rows}
    found = [entry for entry in command.entries if entry.application in ranked and entry.conflicted]
    if found:
        raise SeatHasAConflict(
            "; ".join(f"{one.application}: {', '.join(one.conflicted)}" for one in found),
            detail_zh=f"已任职于申报单位的专家须先回避：{'、'.join(one.organization_name for one in found)}",
        )
    return ranking


def _ranking(state: Closed | Ranked, command: ComputeRanking) -> RankingComputed:
    minimum, constitution = command.terms.minimum_scores.value, state.constitution
    entries = [entry for entry in command.entries if _is_ranked(entry, minimum, state.decisions)]
    return RankingComputed(
        panel=constitution.panel,
        round=constitution.round,
        group=constitution.group,
        method=METHOD,
        inputs_hash=inputs_hash(entries),
        rows=rank(entries, command.terms),
    )


def _is_ranked(entry: Entry, minimum: int, decisions: Sequence[PanelDecisionRecorded]) -> bool:
    """Whether it takes part; a refusal where something lacks and the panel did not decide on that."""
    missing = _missing(entry, minimum)
    if missing is None:
        return True
    decision = decided_on(decisions, entry.application, entry.decided_before)
    if decision is None or (decision.decision != LEAVE_UNRANKED and not entry.scores):
        raise missing
    return decision.decision != LEAVE_UNRANKED


def _missing(entry: Entry, minimum: int) -> Refusal | None:
    if len(entry.scores) < minimum:
        return TooFewScores(
            f"{entry.organization_name} ({entry.application}) has {len(entry.scores)} of at least {minimum}",
            detail_zh=f"{entry.organization_name}仅有{len(entry.scores)}个评分，至少须有{minimum}个",
        )
    if entry.open_seats:
        return SeatIsOpen(
            f"{entry.organization_name} ({entry.application}) waits for {', '.join(entry.open_seats)}",
            detail_zh=f"{entry.organization_name}尚有{len(entry.open_seats)}名递补专家未评分，也未声明利益冲突",
        )
    if entry.again:
        count = f"{len(entry.again)} of {len(entry.scores)} scores"
        return ScoresAnewMissing(
            f"{entry.organization_name} ({entry.application}) waits for {count}: {', '.join(entry.again)}",
            detail_zh=f"{entry.organization_name}的{len(entry.scores)}个评分中，尚有{len(entry.again)}个须重新评定",
        )
    return None


PANEL_DECIDER: Decider[Panel, Command, PanelEvent] = Decider(NotConstituted(), decide, evolve)
