"""Before scoring: a conflict answer of every expert, and only then an assignment (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.review.domain.scoring_states import (
    CONFLICT,
    NONE,
    ExpertIsEmployedThere,
    ExpertIsOut,
    NotOnThePanel,
    Scoring,
    ScoringIsClosed,
    SecretaryNeverScores,
    Subject,
    out,
    seats,
    takes_scores_of,
)
from shared.contracts.review import ConflictDeclared, ReviewAssigned
from shared.contracts.round import Panels, RoundParameters
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, Refusal, require


@dataclass(frozen=True, slots=True)
class DeclareConflict:
    """An expert says whether it has a conflict of interest (C5.4)."""

    subject: Subject
    answer: str
    detail: str | None
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class AssignReview:
    """The secretary assigns the application to an expert (C5.4)."""

    subject: Subject
    expert: str
    employer_uscc: str
    due: Instant
    by: Actor
    at: Instant
    listed: bool = True
    """Whether a sent batch holds the version, the city admitted it, or the round asks for neither."""


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


class ConflictAnsweredOtherwise(Refusal):
    """An answer stands until the secretary recuses or replaces the expert."""

    title = "The expert has given another answer before"
    clause = "C5.4"


class NotInASentBatch(Refusal):
    """The city's experts see what the district sent (C5.3)."""

    title = "The district has not sent a recommendation list with this version"
    clause = "C5.3"
    field = "application"


def listed_only(parameters: RoundParameters) -> bool:
    """Whether experts are assigned only what a sent batch holds, or the city admitted (C5.3)."""
    return parameters.batches is not None and parameters.batches.required


def posts_followed(panels: Panels) -> bool:
    """Whether a post that an expert takes up with the applicant after the assignment is a conflict (C5.4)."""
    return panels.conflicts is not None and panels.conflicts.posts_followed


def declare(state: Scoring, command: DeclareConflict) -> Sequence[ConflictDeclared]:
    """Answer once."""
    require(command.by, Role.EXPERT)
    subject, expert = command.subject, command.by.id
    if expert in out(state):
        raise ExpertIsOut
    if expert not in seats(state, subject):
        raise NotOnThePanel
    if command.answer not in (NONE, CONFLICT):
        raise AnswerIsNoConflictAnswer
    declared = ConflictDeclared(
        application=subject.application,
        organization=subject.organization,
        round=subject.round,
        expert=expert,
        answer=command.answer,
        detail=command.detail,
    )
    before = [answer for answer in state.answers if answer.expert == expert]
    if declared in before:
        return []
    if before:
        raise ConflictAnsweredOtherwise
    return [declared]


def assign(state: Scoring, command: AssignReview) -> Sequence[ReviewAssigned]:
    """Assign an expert a version once; a version that was corrected since is assigned anew."""
    require(command.by, Role.PANEL_SECRETARY)
    subject, expert = command.subject, command.expert
    if expert in out(state):
        raise ExpertIsOut
    if any((one.expert, one.version) == (expert, subject.version) for one in state.assignments):
        return []
    if not takes_scores_of(state, subject, expert):
        raise ScoringIsClosed
    if expert not in seats(state, subject):
        raise NotOnThePanel
    if expert in subject.run_by:
        raise SecretaryNeverScores
    if not command.listed:
        raise NotInASentBatch
    _free_of_interest(state, command)
    return [
        ReviewAssigned(
            application=subject.application,
            organization=subject.organization,
            round=subject.round,
            panel=subject.panel,
            expert=expert,
            version=subject.version,
            due=command.due,
        )
    ]


def _free_of_interest(state: Scoring, command: AssignReview) -> None:
    if command.employer_uscc == command.subject.uscc:
        raise ExpertIsEmployedThere
    answers = {answer.expert: answer.answer for answer in state.answers}
    if command.expert not in answers:
        raise ConflictNotAnswered
    if answers[command.expert] == CONFLICT:
        raise ExpertHasAConflict
