"""What a panel votes on: a tie that the round's criteria leave, and an application with too few scores (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from services.review.domain.counting import carried, counting, voters_of
from services.review.domain.electorate import Electorate
from services.review.domain.panel_states import (
    Closed,
    NotConstituted,
    Panel,
    PanelNotConstituted,
    Ranked,
    ScoringNotClosed,
)
from services.review.domain.ranking import Entry, tied
from services.review.domain.scoring_states import ApplicationIsDecided
from shared.contracts.review import PanelDecisionRecorded, TieResolved
from shared.kernel.actor import Actor
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, Refusal

VOTE = "vote"
RANK_WITH_FEWER, LEAVE_UNRANKED = "rank_with_fewer", "leave_unranked"


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
    cast: bool
    """Whether each expert votes itself; then the voters are those whose ballots count, and need not be named."""
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
    cast: bool
    """Whether each expert votes itself; then the voters are those whose ballots count, and need not be named."""
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
    if any(_same(resolved, one, command) for one in state.ties):
        return []
    if sorted(command.order) not in tied(state.ranking.rows, command.tie_group):
        raise NoSuchTie
    if command.settled:
        raise ApplicationIsDecided
    untold(state, command.order)
    voters = _voters(state, command, command.order, sorted(command.order))
    if len(voters) <= command.share * len(state.constitution.experts):
        raise _too_few(state, command, voters, "超过", "more than")
    if command.cast:
        panel = state.constitution.experts
        entitled = command.electorate.entitled(panel)
        counted = counting(state.ballots, sorted(command.order), entitled)
        carried(counted, command.order, entitled, command.share * len(panel))
    return [replace(resolved, voters=voters)]


def untold(state: Panel, order: Sequence[str]) -> None:
    """Raise unless these applications share a rank, and nobody told them apart."""
    if not isinstance(state, Ranked):
        raise NotRankedYet
    groups = {row.tie_group for row in state.ranking.rows}
    if not any(sorted(order) in tied(state.ranking.rows, group) for group in groups):
        raise NoSuchTie
    if any(set(tie.order) == set(order) for tie in state.ties):
        raise TieAlreadyResolved


def record(state: Panel, command: RecordPanelDecision) -> Sequence[PanelDecisionRecorded]:
    """Record the decision on one application; the last one counts, as long as scores are missing."""
    if not isinstance(state, Closed | Ranked):
        raise PanelNotConstituted if isinstance(state, NotConstituted) else ScoringNotClosed
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
    before = decided_on(state.decisions, entry.application, entry.decided_before)
    if before is not None and _same(recorded, before, command):
        return []
    if command.settled:
        raise ApplicationIsDecided
    needed(entry, command.minimum, command.decision)
    voters = _voters(state, command, (command.decision,), [entry.application])
    if len(voters) < command.share * len(state.constitution.experts):
        raise _too_few(state, command, voters, "不少于", "at least")
    return [replace(recorded, voters=voters)]


def needed(entry: Entry, minimum: int, decision: str) -> None:
    """Raise unless the panel has this to decide on an application: it lacks scores, or an expert is waited for."""
    if decision not in (RANK_WITH_FEWER, LEAVE_UNRANKED):
        raise DecisionIsNone
    if not lacking(entry, minimum):
        raise DecisionNotNeeded
    if decision == RANK_WITH_FEWER and not entry.scores:
        raise NothingToRankBy


def lacking(entry: Entry, minimum: int) -> bool:
    """Whether an application lacks scores, or waits for an expert."""
    return len(entry.scores) < minimum or bool(entry.open_seats or entry.again)


def _same(
    said: TieResolved | PanelDecisionRecorded,
    before: TieResolved | PanelDecisionRecorded,
    command: ResolveTie | RecordPanelDecision,
) -> bool:
    """Whether it was recorded so; whoever cast a ballot need not be named, and comes in any order."""
    voters = (tuple(sorted(command.voters)) or before.voters) if command.cast else command.voters
    return replace(said, voters=voters) == before


def decided_on(
    decisions: Sequence[PanelDecisionRecorded], application: str, before: int
) -> PanelDecisionRecorded | None:
    """The last decision on an application, but the first ones `before` an appeal opened its scores again."""
    taken = [one for one in decisions if one.application == application][before:]
    return taken[-1] if taken else None


def _voters(
    state: Closed | Ranked, command: ResolveTie | RecordPanelDecision, choice: tuple[str, ...], matter: Sequence[str]
) -> tuple[str, ...]:
    """Who votes: whoever the secretary names, or where the round has ballots cast, whose ballots count."""
    if command.cast:
        entitled = command.electorate.entitled(state.constitution.experts)
        return voters_of(counting(state.ballots, matter, entitled), choice, command.voters)
    voters, electorate = set(command.voters), command.electorate
    if len(voters) < len(command.voters) or not voters <= electorate.members(state.constitution.experts):
        raise VotersNotOfThePanel
    if found := sorted(electorate.barred & voters):
        raise VoterHasAConflict(", ".join(found))
    if command.answered and (silent := sorted(voters - electorate.free)):
        raise VoterHasNotAnswered(", ".join(silent))
    return command.voters


def _too_few(
    state: Closed | Ranked, command: ResolveTie | RecordPanelDecision, voters: Sequence[str], zh: str, en: str
) -> TooFewVoters:
    """How many it takes; where too few may vote, that those who may not are replaced first."""
    panel, electorate = state.constitution.experts, command.electorate
    whole, may = len(panel), electorate.members(panel) - electorate.barred
    quorum = command.share * whole
    detail = f"{len(voters)} voted, it takes {en} {command.share} of the panel of {whole}"
    detail_zh = f"投票{len(voters)}名，须{zh}专家组{whole}名的{command.share}"
    if len(may) < quorum or (len(may) == quorum and isinstance(command, ResolveTie)):
        detail += f"; {len(may)} may vote at all: replace whoever has a conflict or was recused first"
        detail_zh += f"；有表决资格的仅{len(may)}名，请先更换存在利益冲突或已回避的专家"
    return TooFewVoters(detail, detail_zh=detail_zh)
