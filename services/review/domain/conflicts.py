"""Before scoring: a conflict answer of every expert, and only then an assignment (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.review.domain.recusals import RecuseExpert, recuse
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
    assignment_of,
    out,
    seats,
    takes_scores_of,
    undecided,
)
from shared.contracts.review import ConflictDeclared, ExpertRecused, ReviewAssigned
from shared.contracts.round import Panels, RoundParameters
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, Refusal, require

CONFLICT_FOUND = "发现存在利益冲突 / a conflict of interest was found"
"""Why an expert leaves who says no more of its conflict than that there is one."""


@dataclass(frozen=True, slots=True)
class DeclareConflict:
    """An expert says whether it has a conflict of interest (C5.4)."""

    subject: Subject
    answer: str
    detail: str | None
    by: Actor
    at: Instant
    employer_uscc: str
    """Where the pool knows the expert to work now, if the round follows that."""


@dataclass(frozen=True, slots=True)
class AssignReview:
    """The secretary assigns the application to an expert (C5.4)."""

    subject: Subject
    expert: str
    employer_uscc: str
    due: Instant
    by: Actor
    at: Instant
    listed: bool
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
    """An answer stands, but for a conflict that an expert finds after it said there is none."""

    title = "The expert has given another answer before"
    clause = "C5.4"


class NotInASentBatch(Refusal):
    """The city's experts see what the district sent (C5.3)."""

    title = "The district has not sent a recommendation list with this version"
    clause = "C5.3"
    field = "application"


def listed_only(parameters: RoundParameters) -> bool:
    """Whether experts are assigned only what a sent batch holds, or the city admitted (C5.3)."""
    return parameters.batches.required


def posts_followed(panels: Panels) -> bool:
    """Whether a post that an expert takes up with the applicant after the assignment is a conflict (C5.4)."""
    return panels.conflicts.posts_followed


def declare(state: Scoring, command: DeclareConflict) -> Sequence[ConflictDeclared | ExpertRecused]:
    """Answer once; who said that there is no conflict may find one, and then leaves with its score."""
    require(command.by, Role.EXPERT)
    subject, expert = command.subject, command.by.id
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
    before = next((answer for answer in reversed(state.answers) if answer.expert == expert), None)
    if declared == before and (command.answer == CONFLICT or expert not in out(state)):
        return []
    _may_answer(state, command)
    if before is None:
        return [declared]
    if (before.answer, command.answer) != (NONE, CONFLICT):
        raise ConflictAnsweredOtherwise
    return [declared, *_leaves(state, command)]


def _may_answer(state: Scoring, command: DeclareConflict) -> None:
    subject, expert = command.subject, command.by.id
    if expert in out(state):
        raise ExpertIsOut
    if expert not in seats(state, subject):
        raise NotOnThePanel
    if command.answer == NONE and command.employer_uscc == subject.uscc:
        raise ExpertIsEmployedThere


def _leaves(state: Scoring, command: DeclareConflict) -> Sequence[ExpertRecused]:
    """Whoever was assigned goes, and its score with it; nobody else has to be told to take it away."""
    undecided(command.subject)
    if assignment_of(state, command.by.id) is None:
        return []
    by, reason = command.by, command.detail or CONFLICT_FOUND
    return recuse(state, RecuseExpert(command.subject, by.id, reason, voids_score=True, by=by, at=command.at))


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
