"""Scores by the rubric: given once, revised before closing, voided for a reason; a missing one is not zero (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.review.domain.scoring_states import (
    ExpertIsEmployedThere,
    ExpertIsOut,
    Scoring,
    ScoringIsClosed,
    SecretaryNeverScores,
    Subject,
    assignment_of,
    out,
    score_of,
    takes_scores_of,
    undecided,
)
from shared.contracts.review import ExpertScored, ItemScore, ReviewAssigned, ScoreOverdue, ScoreRevised, ScoreVoided
from shared.contracts.round import Criterion
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, NotPermitted, Refusal, require


@dataclass(frozen=True, slots=True)
class ScoreApplication:
    """The expert scores every criterion of the rubric that was in force when the panel was constituted (C5.4).

    No number of the notice says what a comprehensive organization must show (C2.2.1): its experts do.
    """

    subject: Subject
    version: int
    rubric: tuple[Criterion, ...]
    rubric_hash: str
    items: tuple[ItemScore, ...]
    by: Actor
    at: Instant
    employer_uscc: str
    """Where the pool knows the expert to work now, if the round follows that."""


@dataclass(frozen=True, slots=True)
class ReviseScore:
    """The expert changes its own score and says why; the earlier one stays in the log."""

    subject: Subject
    version: int
    rubric: tuple[Criterion, ...]
    rubric_hash: str
    items: tuple[ItemScore, ...]
    reason: str
    by: Actor
    at: Instant
    employer_uscc: str
    """Where the pool knows the expert to work now, if the round follows that."""


@dataclass(frozen=True, slots=True)
class VoidScore:
    """The secretary takes a score out of the count."""

    subject: Subject
    expert: str
    reason: str
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class MarkOverdue:
    """An assigned expert's time ran out; commanded by the service itself, at the due instant."""

    subject: Subject
    expert: str


class NotTheAssignedExpert(NotPermitted):
    """Only the assigned expert scores."""

    title = "The expert is not assigned to this application"
    clause = "C5.4"


class AlreadyScored(Refusal):
    """A score is not overwritten: it is revised, with a reason."""

    title = "The expert has scored this application; another score, also one anew after an appeal, is a revision"
    clause = "C5.4"


class ScoreWasVoided(Refusal):
    """What was voided is not given again: another expert takes the place."""

    title = "The expert's score was voided"
    clause = "C5.4"


class NoScore(Refusal):
    """There is nothing to revise or to void."""

    title = "The expert has no score that counts"
    clause = "C5.4"
    field = "expert"


class RevisionChangesNothing(Refusal):
    """A revision has other points or comments, unless it confirms what an appeal opened again."""

    title = "The revision is the score that stands"
    clause = "C5.4"
    field = "items"


class ScoredVersionIsStale(Refusal):
    """The version assigned is another."""

    title = "Another version is assigned"
    field = "version"


class ScoresDoNotFitTheRubric(Malformed):
    """Every criterion once, from 0 to its maximum."""

    title = "The scores do not fit the round's rubric"
    clause = "C5.4"
    field = "items"


def score(state: Scoring, command: ScoreApplication) -> Sequence[ExpertScored]:
    """Score a version once, when assigned."""
    assigned = _assigned(state, command)
    scored = ExpertScored(
        application=command.subject.application,
        organization=command.subject.organization,
        round=command.subject.round,
        panel=command.subject.panel,
        expert=assigned.expert,
        version=command.version,
        rubric_hash=command.rubric_hash,
        items=command.items,
        total=sum(item.score for item in command.items),
    )
    if scored in state.scores:
        return []
    if not takes_scores_of(state, command.subject, command.by.id):
        raise ScoringIsClosed
    standing = score_of(state, command.by.id)
    if standing is not None and standing.version == command.version:
        raise AlreadyScored(
            "another score, also one anew after an appeal, goes to /scorings/{application}/revisions, with a reason",
            detail_zh="修改评分，或申诉退回后重新评分，请提交至 /scorings/{application}/revisions，并说明理由",
        )
    if any(void.expert == command.by.id for void in state.voids):
        raise ScoreWasVoided
    _works_elsewhere(command)
    return [scored]


def revise(state: Scoring, command: ReviseScore) -> Sequence[ScoreRevised]:
    """Change one's own score before closing, or while an appeal has opened it again, and then also confirm it."""
    assigned = _assigned(state, command)
    revised = ScoreRevised(
        application=command.subject.application,
        organization=command.subject.organization,
        round=command.subject.round,
        panel=command.subject.panel,
        expert=assigned.expert,
        version=command.version,
        rubric_hash=command.rubric_hash,
        items=command.items,
        total=sum(item.score for item in command.items),
        reason=command.reason,
    )
    standing = score_of(state, command.by.id)
    if standing is None or standing.version != command.version:
        raise NoScore
    anew = command.subject.reopened and command.by.id in state.remitted
    if standing == revised and not anew:
        return []
    _works_elsewhere(command)
    if command.subject.closed and not command.subject.reopened:
        raise ScoringIsClosed
    if standing.items == revised.items and not anew:
        raise RevisionChangesNothing
    return [revised]


def _assigned(state: Scoring, command: ScoreApplication | ReviseScore) -> ReviewAssigned:
    require(command.by, Role.EXPERT)
    if command.by.id in command.subject.run_by:
        raise SecretaryNeverScores
    assigned = assignment_of(state, command.by.id)
    if assigned is None:
        raise NotTheAssignedExpert
    if command.by.id in out(state):
        raise ExpertIsOut
    if command.version != assigned.version:
        raise ScoredVersionIsStale(
            f"version {assigned.version} is assigned", detail_zh=f"分配的是第{assigned.version}版"
        )
    _fits(command.items, command.rubric)
    return assigned


def _works_elsewhere(command: ScoreApplication | ReviseScore) -> None:
    """Whoever took up a post with the applicant since the assignment neither scores nor revises any more."""
    if command.employer_uscc == command.subject.uscc:
        raise ExpertIsEmployedThere


def _fits(items: Sequence[ItemScore], rubric: Sequence[Criterion]) -> None:
    maxima = {criterion.id: criterion.maximum for criterion in rubric}
    if sorted(item.criterion for item in items) != sorted(maxima):
        raise ScoresDoNotFitTheRubric(
            f"the rubric's criteria are {', '.join(maxima)}, each once",
            detail_zh=f"评分标准为{'、'.join(maxima)}，各评一次",
        )
    for index, item in enumerate(items):
        if not 0 <= item.score <= maxima[item.criterion]:
            detail = f"{item.criterion}: {item.score} is not within 0 to {maxima[item.criterion]}"
            raise ScoresDoNotFitTheRubric(
                detail,
                detail_zh=f"{item.criterion}的评分{item.score}不在0至{maxima[item.criterion]}分之间",
                field=f"items.{index}.score",
            )


def void(state: Scoring, command: VoidScore) -> Sequence[ScoreVoided]:
    """Take a score out of the count, until the application is decided."""
    require(command.by, Role.PANEL_SECRETARY)
    subject = command.subject
    voided = ScoreVoided(
        application=subject.application,
        organization=subject.organization,
        round=subject.round,
        panel=subject.panel,
        expert=command.expert,
        reason=command.reason,
    )
    if voided in state.voids:
        return []
    undecided(subject)
    if score_of(state, command.expert) is None:
        raise NoScore
    return [voided]


def overdue(state: Scoring, command: MarkOverdue) -> Sequence[ScoreOverdue]:
    """Note once that an assigned expert, who could still score, has not."""
    subject, expert = command.subject, command.expert
    assigned = assignment_of(state, expert)
    if assigned is None:
        return []
    scored = {one.expert for one in state.scores if one.version == assigned.version}
    noted = {one.expert for one in state.overdue if one.due == assigned.due}
    settled = scored | noted | {one.expert for one in state.voids} | out(state)
    if expert in settled or not takes_scores_of(state, subject, expert):
        return []
    return [
        ScoreOverdue(
            application=subject.application,
            organization=subject.organization,
            round=subject.round,
            panel=subject.panel,
            expert=expert,
            due=assigned.due,
        )
    ]
