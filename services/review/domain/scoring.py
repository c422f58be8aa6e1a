"""Scoring of one application: conflict answers, assignments, scores; a missing score is not zero (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from shared.contracts.review import ConflictDeclared, ExpertScored, ItemScore, ReviewAssigned
from shared.contracts.round import Criterion
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, NotPermitted, Refusal, require

NONE, CONFLICT = "none", "conflict"

# Commands


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


@dataclass(frozen=True, slots=True)
class DeclareConflict:
    """An expert says whether it has a conflict of interest."""

    subject: Subject
    answer: str
    detail: str | None
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class AssignReview:
    """The secretary assigns the application to an expert."""

    subject: Subject
    expert: str
    employer_uscc: str
    due: Instant
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class ScoreApplication:
    """The expert scores every criterion of the rubric."""

    subject: Subject
    version: int
    rubric: tuple[Criterion, ...]
    rubric_hash: str
    items: tuple[ItemScore, ...]
    by: Actor
    at: Instant


Command: TypeAlias = DeclareConflict | AssignReview | ScoreApplication
ScoringEvent: TypeAlias = ConflictDeclared | ReviewAssigned | ExpertScored

# State


@dataclass(frozen=True, slots=True)
class Scoring:
    """What the experts of one application said so far; an expert who is absent has not answered."""

    answers: tuple[ConflictDeclared, ...] = ()
    assignments: tuple[ReviewAssigned, ...] = ()
    scores: tuple[ExpertScored, ...] = ()


# Refusals


class NotOnThePanel(NotPermitted):
    """Only members of the panel see the application."""

    title = "The expert is not on this application's panel"
    clause = "C5.4"


class NotTheAssignedExpert(NotPermitted):
    """Only the assigned expert scores."""

    title = "The expert is not assigned to this application"
    clause = "C5.4"


class AnswerIsNoConflictAnswer(Malformed):
    """`none` or `conflict`; silence is neither."""

    title = "The answer is none or conflict"
    field = "answer"


class ConflictNotAnswered(Refusal):
    """A conflict answer comes before access."""

    title = "The expert has not said whether there is a conflict of interest"
    clause = "C5.4"
    field = "expert"


class ExpertHasAConflict(Refusal):
    """No scoring by a conflicted expert."""

    title = "The expert has declared a conflict of interest"
    clause = "C5.4"
    field = "expert"


class ExpertIsEmployedThere(Refusal):
    """No scoring of one's own employer."""

    title = "The applicant is the expert's employer"
    clause = "C5.4"
    field = "expert"


class ConflictAnsweredOtherwise(Refusal):
    """An answer stands until the secretary recuses or replaces the expert."""

    title = "The expert has given another answer before"
    clause = "C5.4"


class ScoringIsClosed(Refusal):
    """The panel takes no further score."""

    title = "Scoring is closed"
    clause = "C5.4"


class AlreadyScored(Refusal):
    """A score is not overwritten."""

    title = "The expert has scored this application"
    clause = "C5.4"


class ScoredVersionIsStale(Refusal):
    """The version assigned is another."""

    title = "Another version is assigned"
    field = "version"


class ScoresDoNotFitTheRubric(Malformed):
    """Every criterion once, from 0 to its maximum."""

    title = "The scores do not fit the round's rubric"
    clause = "C5.4"
    field = "items"


# Evolve


def evolve(state: Scoring, event: ScoringEvent) -> Scoring:
    """The state after `event`."""
    match event:
        case ConflictDeclared():
            return replace(state, answers=(*state.answers, event))
        case ReviewAssigned():
            return replace(state, assignments=(*state.assignments, event))
        case ExpertScored():
            return replace(state, scores=(*state.scores, event))
        case _:
            assert_never(event)


# Decide


def decide(state: Scoring, command: Command) -> Sequence[ScoringEvent]:
    """What happens, or a refusal."""
    match command:
        case DeclareConflict():
            return _declare(state, command)
        case AssignReview():
            return _assign(state, command)
        case ScoreApplication():
            return _score(state, command)
        case _:
            assert_never(command)


def _declare(state: Scoring, command: DeclareConflict) -> Sequence[ScoringEvent]:
    require(command.by, Role.EXPERT)
    subject = command.subject
    if command.by.id not in subject.members:
        raise NotOnThePanel
    if command.answer not in (NONE, CONFLICT):
        raise AnswerIsNoConflictAnswer
    declared = ConflictDeclared(
        application=subject.application,
        organization=subject.organization,
        round=subject.round,
        expert=command.by.id,
        answer=command.answer,
        detail=command.detail,
    )
    before = [answer for answer in state.answers if answer.expert == command.by.id]
    if declared in before:
        return []
    if before:
        raise ConflictAnsweredOtherwise
    return [declared]


def _assign(state: Scoring, command: AssignReview) -> Sequence[ScoringEvent]:
    require(command.by, Role.PANEL_SECRETARY)
    subject = command.subject
    if any(assignment.expert == command.expert for assignment in state.assignments):
        return []
    if subject.closed:
        raise ScoringIsClosed
    if command.expert not in subject.members:
        raise NotOnThePanel
    if command.employer_uscc == subject.uscc:
        raise ExpertIsEmployedThere
    answers = {answer.expert: answer.answer for answer in state.answers}
    if command.expert not in answers:
        raise ConflictNotAnswered
    if answers[command.expert] == CONFLICT:
        raise ExpertHasAConflict
    return [
        ReviewAssigned(
            application=subject.application,
            organization=subject.organization,
            round=subject.round,
            panel=subject.panel,
            expert=command.expert,
            version=subject.version,
            due=command.due,
        )
    ]


def _score(state: Scoring, command: ScoreApplication) -> Sequence[ScoringEvent]:
    require(command.by, Role.EXPERT)
    subject = command.subject
    assigned = next((one for one in state.assignments if one.expert == command.by.id), None)
    if assigned is None:
        raise NotTheAssignedExpert
    if command.version != assigned.version:
        raise ScoredVersionIsStale(f"version {assigned.version} is assigned")
    _fits(command.items, command.rubric)
    scored = ExpertScored(
        application=subject.application,
        organization=subject.organization,
        round=subject.round,
        panel=subject.panel,
        expert=command.by.id,
        version=command.version,
        rubric_hash=command.rubric_hash,
        items=command.items,
        total=sum(item.score for item in command.items),
    )
    if scored in state.scores:
        return []
    if subject.closed:
        raise ScoringIsClosed
    if any(score.expert == command.by.id for score in state.scores):
        raise AlreadyScored
    return [scored]


def _fits(items: Sequence[ItemScore], rubric: Sequence[Criterion]) -> None:
    maxima = {criterion.id: criterion.maximum for criterion in rubric}
    if sorted(item.criterion for item in items) != sorted(maxima):
        raise ScoresDoNotFitTheRubric(f"the rubric's criteria are {', '.join(maxima)}, each once")
    for index, item in enumerate(items):
        if not 0 <= item.score <= maxima[item.criterion]:
            detail = f"{item.criterion}: {item.score} is not within 0 to {maxima[item.criterion]}"
            raise ScoresDoNotFitTheRubric(detail, field=f"items.{index}.score")


SCORING_DECIDER: Decider[Scoring, Command, ScoringEvent] = Decider(Scoring(), decide, evolve)
