"""What a panel votes on: a tie that the round's criteria leave, and an application with too few scores (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from services.review.domain.electorate import Electorate
from services.review.domain.panel_states import (
    Closed,
    NotConstituted,
    Panel,
    PanelNotConstituted,
    Ranked,
    ScoringNotClosed,
)
from services.review.domain.ranking import Entry
from services.review.domain.scoring_states import ApplicationIsDecided
from shared.contracts.review import PanelConstituted, PanelDecisionRecorded, RankingRow, TieResolved
from shared.contracts.round import Panels
from shared.kernel.actor import Actor
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, Refusal

VOTE = "vote"
RANK_WITH_FEWER, LEAVE_UNRANKED = "rank_with_fewer", "leave_unranked"
HALF = Fraction(1, 2)
"""Of the panel, where a round does not say how many carry a vote."""


@dataclass(frozen=True, slots=True)
class ResolveTie:
    """The secretary records how the panel's majority ordered applications of one rank (C5.4 择优)."""

    panel: str
    tie_group: int
    order: tuple[str, ...]
    voters: tuple[str, ...]
    electorate: Electorate
    by: Actor
    at: Instant
    share: Fraction
    """Of the panel; more than that votes."""
    answered: bool
    """Whether the round asks each voter for a conflict answer first."""
    settled: bool
    """Whether all of them were approved or rejected, and no appeal remitted one since."""


@dataclass(frozen=True, slots=True)
class RecordPanelDecision:
    """The secretary records how the panel ranks an application with too few scores (C5.4)."""

    panel: str
    entry: Entry
    minimum: int
    """Scores below which the round asks for a decision."""
    decision: str
    """`rank_with_fewer` or `leave_unranked`."""
    reason: str
    voters: tuple[str, ...]
    electorate: Electorate
    by: Actor
    at: Instant
    share: Fraction
    """Of the panel; at least that votes."""
    answered: bool
    """Whether the round asks each voter for a conflict answer first."""
    settled: bool
    """Whether it was approved or rejected, and no appeal remitted it since."""


class NoSuchTie(Refusal):
    """The order names exactly the applications that share one rank of the group's tie."""

    title = "These applications do not share a rank of this tie"
    clause = "C5.4"
    field = "order"


class TieAlreadyResolved(Refusal):
    """A vote stands."""

    title = "The panel has told this tie apart"
    clause = "C5.4"
    field = "order"


class NotRankedYet(Refusal):
    """A tie shows in a ranking."""

    title = "The panel has not ranked yet"
    clause = "C5.4"


class VotersNotOfThePanel(Refusal):
    """Members of the panel and their replacements vote, each once."""

    title = "A voter is not a member of the panel, or votes twice"
    clause = "C5.4"
    field = "voters"


class VoterHasAConflict(Refusal):
    """Nobody votes on an application that it may not score."""

    title = "A voter has a conflict of interest, was recused or is employed by the applicant"
    clause = "C5.4"
    field = "voters"


class VoterHasNotAnswered(Refusal):
    """A conflict answer comes before a vote, as it comes before a score."""

    title = "A voter has not said whether there is a conflict of interest"
    clause = "C5.4"
    field = "voters"


class TooFewVoters(Refusal):
    """The round says which share of the panel tells a tie apart, and which decides on missing scores."""

    title = "Too few of the panel's experts voted"
    clause = "C5.4"
    field = "voters"


class DecisionNotNeeded(Refusal):
    """With enough scores, no open seat and none to score anew the round's method ranks."""

    title = "The application has as many scores as the round asks for, and no expert is waited for"
    clause = "C5.4"
    field = "application"


class NothingToRankBy(Refusal):
    """A missing score is not zero: without any there is no mean."""

    title = "The application has no score to be ranked by"
    clause = "C5.4"
    field = "decision"


class DecisionIsNone(Malformed):
    """`rank_with_fewer` or `leave_unranked`."""

    title = "The panel ranks with fewer scores or leaves the application unranked"
    field = "decision"


def answers_asked(panels: Panels) -> bool:
    """Whether nobody votes before its conflict answer (C5.4)."""
    return panels.conflicts.voters_answer


def scored_anew(panels: Panels) -> bool:
    """Whether a panel waits for each expert to score anew what an appeal remitted to them (C5.4)."""
    return panels.scored_anew


def tie_share(panels: Panels) -> Fraction:
    """Of the panel; more than that tells a tie apart."""
    return Fraction(panels.votes.tie)


def missing_scores_share(panels: Panels) -> Fraction:
    """Of the panel; at least that decides on an application with too few scores."""
    return Fraction(panels.votes.missing_scores)


def resolve(state: Panel, command: ResolveTie) -> Sequence[TieResolved]:
    """Record the vote on one tie, once."""
    if not isinstance(state, Ranked):
        raise PanelNotConstituted if isinstance(state, NotConstituted) else NotRankedYet
    resolved = TieResolved(
        panel=state.constitution.panel,
        round=state.constitution.round,
        group=state.constitution.group,
        tie_group=command.tie_group,
        order=command.order,
        basis=VOTE,
        voters=command.voters,
    )
    if resolved in state.ties:
        return []
    if sorted(command.order) not in tied(state.ranking.rows, command.tie_group):
        raise NoSuchTie
    if command.settled:
        raise ApplicationIsDecided
    if any(set(tie.order) == set(command.order) for tie in state.ties):
        raise TieAlreadyResolved
    _vote(state.constitution, command)
    if _voting(state.constitution, command.voters) <= command.share:
        raise TooFewVoters(f"it takes more than {command.share} of the panel")
    return [resolved]


def tied(rows: Sequence[RankingRow], tie_group: int) -> list[list[str]]:
    """The applications of a tie group that share a rank, by id: the round's criteria did not tell them apart."""
    of = [row for row in rows if row.tie_group == tie_group and tie_group > 0]
    ranks = sorted({row.rank for row in of})
    groups = [sorted(row.application for row in of if row.rank == rank) for rank in ranks]
    return [group for group in groups if len(group) > 1]


def settled(rows: Sequence[RankingRow], ties: Sequence[TieResolved]) -> tuple[RankingRow, ...]:
    """The rows with their ranks as the recorded votes have them: nothing but a vote changes a rank."""
    steps = {application: step for tie in ties for step, application in enumerate(tie.order)}
    moved = [replace(row, rank=row.rank + steps.get(row.application, 0)) for row in rows]
    return tuple(sorted(moved, key=lambda row: row.rank))


def record(state: Panel, command: RecordPanelDecision) -> Sequence[PanelDecisionRecorded]:
    """Record the decision on one application; the last one counts, as long as scores are missing."""
    if not isinstance(state, Closed | Ranked):
        raise PanelNotConstituted if isinstance(state, NotConstituted) else ScoringNotClosed
    if command.decision not in (RANK_WITH_FEWER, LEAVE_UNRANKED):
        raise DecisionIsNone
    recorded = PanelDecisionRecorded(
        panel=state.constitution.panel,
        round=state.constitution.round,
        group=state.constitution.group,
        application=command.entry.application,
        decision=command.decision,
        reason=command.reason,
        voters=command.voters,
    )
    entry = command.entry
    if recorded == decided_on(state.decisions, entry.application, entry.decided_before):
        return []
    if command.settled:
        raise ApplicationIsDecided
    if len(entry.scores) >= command.minimum and not entry.open_seats and not entry.again:
        raise DecisionNotNeeded
    if command.decision == RANK_WITH_FEWER and not entry.scores:
        raise NothingToRankBy
    _vote(state.constitution, command)
    if _voting(state.constitution, command.voters) < command.share:
        raise TooFewVoters(f"it takes at least {command.share} of the panel")
    return [recorded]


def decided_on(
    decisions: Sequence[PanelDecisionRecorded], application: str, before: int
) -> PanelDecisionRecorded | None:
    """The last decision on an application, but the first ones `before` an appeal opened its scores again."""
    taken = [one for one in decisions if one.application == application][before:]
    return taken[-1] if taken else None


def _vote(constitution: PanelConstituted, command: ResolveTie | RecordPanelDecision) -> None:
    voters, electorate = set(command.voters), command.electorate
    if len(voters) < len(command.voters) or not voters <= electorate.replacements.union(constitution.experts):
        raise VotersNotOfThePanel
    if found := sorted(electorate.barred & voters):
        raise VoterHasAConflict(", ".join(found))
    if command.answered and (silent := sorted(voters - electorate.free)):
        raise VoterHasNotAnswered(", ".join(silent))


def _voting(constitution: PanelConstituted, voters: Sequence[str]) -> Fraction:
    return Fraction(len(voters), len(constitution.experts))
