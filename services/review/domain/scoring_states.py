"""What the experts of one application have said, and who of them has a seat (C5.4)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias

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
from shared.kernel.refusal import NotPermitted, Refusal

NONE, CONFLICT = "none", "conflict"
EMPLOYED = "employed"
"""What is shown of an expert whom the pool knows to work for the applicant now, whatever it answered."""
Score: TypeAlias = ExpertScored | ScoreRevised


@dataclass(frozen=True, slots=True)
class Subject:
    """What is scored, and by which panel; `closed` tells whether the panel takes no further score."""

    application: str
    organization: str
    uscc: str
    round: str
    version: int
    panel: str
    members: tuple[str, ...]
    closed: bool
    reopened: bool = False
    """Whether an appeal opened the scores, or the application came after closing; until the panel ranks again."""
    decided: bool = False
    """Whether the application was approved or rejected, as far as review has heard."""
    run_by: frozenset[str] = frozenset()
    """Who constituted or runs the panel: the accounts that did something as its secretary."""
    ranked: bool = False
    """Whether the panel has ranked."""
    passed_over: frozenset[str] = frozenset()
    """Whose place was given to them before the panel's last ranking: it was made with what they had scored."""


@dataclass(frozen=True, slots=True)
class Scoring:
    """What the experts of one application said so far; an expert who is absent has not answered."""

    answers: tuple[ConflictDeclared, ...] = ()
    assignments: tuple[ReviewAssigned, ...] = ()
    scores: tuple[Score, ...] = ()
    """Those that count: of each expert the last, without what was voided."""
    recusals: tuple[ExpertRecused, ...] = ()
    replacements: tuple[ExpertReplaced, ...] = ()
    voids: tuple[ScoreVoided, ...] = ()
    overdue: tuple[ScoreOverdue, ...] = ()
    reopenings: tuple[ScoringReopened, ...] = ()
    remitted: frozenset[str] = frozenset()
    """Whose scores an appeal opened again, until they score anew."""


class NotOnThePanel(NotPermitted):
    """Only members of the panel see the application."""

    title = "The expert is not on this application's panel"
    clause = "C5.4"


class SecretaryNeverScores(NotPermitted):
    """Whoever constituted or runs a panel has no seat on it, whatever else the account is enrolled as."""

    title = "The panel's secretary does not score"
    clause = "C5.4"
    field = "expert"


class ExpertIsOut(Refusal):
    """Recused or replaced; what was said before stays in the log."""

    title = "The expert was recused from this application or replaced"
    clause = "C5.4"
    field = "expert"


class ExpertIsEmployedThere(Refusal):
    """No scoring of one's own employer."""

    title = "The applicant is the expert's employer"
    clause = "C5.4"
    field = "expert"


class ScoringIsClosed(Refusal):
    """The panel takes no further score."""

    title = "Scoring is closed"
    clause = "C5.4"


class ApplicationIsDecided(Refusal):
    """What is approved or rejected moves only at the stage that a remitted appeal opens again."""

    title = "The application was approved or rejected"
    clause = "C5.4"


def out(state: Scoring) -> frozenset[str]:
    """Who was recused or replaced."""
    return frozenset({one.expert for one in state.recusals} | {one.expert for one in state.replacements})


def seats(state: Scoring, subject: Subject) -> frozenset[str]:
    """Who may answer, be assigned and score: the panel and its replacements, without those who are out."""
    return (frozenset(subject.members) | {one.replacement for one in state.replacements}) - out(state)


def takes_scores_of(state: Scoring, subject: Subject, expert: str) -> bool:
    """Whether this expert's score is still taken: a replacement's also after closing, until the decision.

    What the panel ranked without a replacement's score, it does not get after its ranking was seen.
    """
    if subject.reopened or not subject.closed:
        return True
    replaces = any(one.replacement == expert for one in state.replacements)
    return replaces and not subject.decided and expert not in subject.passed_over


def assignable(state: Scoring, members: Collection[str], employed: Collection[str]) -> bool:
    """Whether a seat of the application is with somebody whom no conflict is known of."""
    conflicted = {one.expert for one in state.answers if one.answer == CONFLICT}
    seated = frozenset(members) | {one.replacement for one in state.replacements}
    return bool(seated - out(state) - conflicted - frozenset(employed))


def open_seats(state: Scoring) -> tuple[str, ...]:
    """Replacements of whom nobody knows yet how they score, or whether they may."""
    answered = {one.expert for one in state.scores} | {one.expert for one in state.voids}
    conflicted = {one.expert for one in state.answers if one.answer == CONFLICT}
    settled = answered | conflicted | out(state)
    return tuple(one.replacement for one in state.replacements if one.replacement not in settled)


def conflicted(state: Scoring, version: int, employed: Collection[str]) -> tuple[str, ...]:
    """Those of the `employed` by the applicant whose score of the version counts and who were not recused."""
    away = out(state)
    return tuple(one.expert for one in scores_of(state, version) if one.expert in employed and one.expert not in away)


def to_score_anew(state: Scoring, version: int) -> tuple[str, ...]:
    """Whose score of the version counts as it was before an appeal opened it again, without those who are out."""
    waited_for = state.remitted - out(state)
    return tuple(one.expert for one in scores_of(state, version) if one.expert in waited_for)


def score_of(state: Scoring, expert: str) -> Score | None:
    """The expert's score that counts."""
    return next((one for one in state.scores if one.expert == expert), None)


def scores_of(state: Scoring, version: int) -> tuple[Score, ...]:
    """The scores that count of a version; what was said of another one is not said of it."""
    return tuple(one for one in state.scores if one.version == version)


def assignment_of(state: Scoring, expert: str) -> ReviewAssigned | None:
    """The expert's assignment that counts: of the last version."""
    return next((one for one in reversed(state.assignments) if one.expert == expert), None)


def undecided(subject: Subject) -> None:
    """Raise `ApplicationIsDecided` when the seats and scores of the application are settled."""
    if subject.decided and not subject.reopened:
        raise ApplicationIsDecided
