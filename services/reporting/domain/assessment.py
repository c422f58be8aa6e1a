"""Assessment: an approved organization's year, assessed by the round's rubric, and put right by another (C3.6)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TypeAlias, assert_never

from services.reporting.domain.states import Due, Filed, Lifted, NotOwed, Obligation, Overdue, Owed, Returned
from shared.auditlog.canonical import hash_of
from shared.contracts.obligations import OBLIGATION_NAMES
from shared.contracts.reporting import AnnualAssessed, AssessedItem, AssessmentCorrected, ObligationCreated
from shared.contracts.round import Assessment as AssessmentTerms
from shared.contracts.round import Grade
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant, local_text
from shared.kernel.refusal import Malformed, Refusal, Unknown, require

# Commands


@dataclass(frozen=True, slots=True)
class AssessYear:
    """The officer assesses a year (C3.4, C3.5, C3.6) by what was owed in it; `terms` are the round's."""

    application: str
    year: int
    items: tuple[AssessedItem, ...]
    owed: tuple[Obligation, ...]
    """Everything that the organization owed in that year, as it stands."""
    terms: AssessmentTerms
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class CorrectAssessment:
    """The leader puts the officer's mistaken assessment right (C3.6); `terms` are those that it was assessed by."""

    application: str
    year: int
    items: tuple[AssessedItem, ...]
    reason: str
    terms: AssessmentTerms | None
    by: Actor
    at: Instant


Command: TypeAlias = AssessYear | CorrectAssessment
AssessmentEvent: TypeAlias = AnnualAssessed | AssessmentCorrected

# States


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """The year is not assessed."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """The year has its grade, as it was assessed or as it was corrected last."""

    assessment: AnnualAssessed
    correction: AssessmentCorrected | None = None

    @property
    def standing(self) -> AnnualAssessed:
        """The assessment as it stands."""
        its = self.correction
        if its is None:
            return self.assessment
        return replace(self.assessment, items=its.items, score=its.score, grade=its.grade)


Assessment: TypeAlias = NotAssessed | Assessed

# Refusals


class RoundAssessesNothing(Refusal):
    """The round has no rubric to assess by."""

    title = "The round has no yearly assessment"
    clause = "C3.6"
    field = "round"


class NothingOwedInTheYear(Unknown):
    """There is nothing to assess."""

    title = "Nothing was owed in that year"
    clause = "C3.6"
    field = "year"


class YearNotOver(Refusal):
    """What is still to be filed, or to be looked at, belongs to the assessment: it may come to a default yet."""

    title = "Something of the year is still to be filed or accepted"
    clause = "C3.6"
    field = "year"


class AssessmentIncomplete(Malformed):
    """Each criterion has its points once."""

    title = "The points are not those of the assessment's criteria"
    clause = "C3.6"
    field = "items"


class PointsOutOfRange(Malformed):
    """From 0 to what the criterion gives."""

    title = "A criterion cannot have so many points"
    clause = "C3.6"
    field = "items"


class YearAlreadyAssessed(Refusal):
    """An assessment stands."""

    title = "The year is assessed already"
    clause = "C3.6"
    field = "year"


class YearNotAssessed(Unknown):
    """There is nothing to correct."""

    title = "The year is not assessed yet"
    clause = "C3.6"
    field = "year"


class PointsAreTheSame(Refusal):
    """A correction changes points."""

    title = "The points are those that stand"
    clause = "C3.6"
    field = "items"


def evolve(state: Assessment, event: AssessmentEvent) -> Assessment:
    """The state after `event`."""
    match event:
        case AnnualAssessed():
            return Assessed(event)
        case AssessmentCorrected():
            return Assessed(state.assessment, event) if isinstance(state, Assessed) else state
        case _:
            assert_never(event)


def decide(state: Assessment, command: Command) -> Sequence[AssessmentEvent]:
    """What happens, or a refusal."""
    match command:
        case AssessYear():
            return _assess(state, command)
        case CorrectAssessment():
            return _correct(state, command)
        case _:
            assert_never(command)


def _correct(state: Assessment, command: CorrectAssessment) -> Sequence[AssessmentCorrected]:
    require(command.by, Role.CITY_LEADER)
    match state:
        case NotAssessed():
            raise YearNotAssessed
        case Assessed(assessment, before):
            corrected = _corrected(assessment, command)
            if corrected == before:
                return []
            if corrected.items == state.standing.items:
                raise PointsAreTheSame
            return [corrected]
        case _:
            assert_never(state)


def _corrected(assessment: AnnualAssessed, command: CorrectAssessment) -> AssessmentCorrected:
    """By the rubric of then; what was defaulted stays so, whatever the points."""
    terms = command.terms
    if terms is None or not terms.rubric:
        raise RoundAssessesNothing
    items = _in_order(command.items, terms)
    score = sum(item.score for item in items)
    return AssessmentCorrected(
        application=command.application,
        organization=assessment.organization,
        round=assessment.round,
        year=command.year,
        items=items,
        score=score,
        grade=grade_of(terms.grades, score, failed=bool(assessment.defaulted)).name_zh,
        reason=command.reason,
    )


def _assess(state: Assessment, command: AssessYear) -> Sequence[AnnualAssessed]:
    require(command.by, Role.CITY_OFFICER)
    match state:
        case NotAssessed():
            return [_assessed(command)]
        case Assessed(assessment):
            if set(assessment.items) == set(command.items):
                return []
            raise YearAlreadyAssessed
        case _:
            assert_never(state)


def _assessed(command: AssessYear) -> AnnualAssessed:
    terms = command.terms
    if not terms.rubric:
        raise RoundAssessesNothing
    owed = tuple(one for one in command.owed if not isinstance(one, NotOwed))
    creation = _of_a_finished_year(owed)
    if terms.after_all_due:
        _all_was_due(owed, command.at)
    items = _in_order(command.items, terms)
    defaulted = tuple(sorted(one.course.creation.obligation for one in owed if one.course.defaults))
    score = sum(item.score for item in items)
    return AnnualAssessed(
        application=command.application,
        organization=creation.organization,
        round=creation.round,
        year=command.year,
        rubric_hash=rubric_hash(terms),
        items=items,
        score=score,
        grade=grade_of(terms.grades, score, failed=bool(defaulted)).name_zh,
        defaulted=defaulted,
    )


def _of_a_finished_year(owed: tuple[Owed, ...]) -> ObligationCreated:
    if not owed:
        raise NothingOwedInTheYear
    if to_file := _kinds(owed, Due, Overdue, Returned):
        raise YearNotOver(f"still to be filed: {', '.join(to_file)}", detail_zh=f"尚未报送：{_called(to_file)}")
    if to_accept := _kinds(owed, Filed):
        raise YearNotOver(
            f"filed and neither accepted nor returned: {', '.join(to_accept)}",
            detail_zh=f"已报送、尚未审核：{_called(to_accept)}",
        )
    return owed[0].course.creation


def _all_was_due(owed: tuple[Owed, ...], at: Instant) -> None:
    """What the end of the approval lifted is waited for no longer."""
    last = max((one.course.creation.due for one in owed if not isinstance(one, Lifted)), default=at)
    if last > at:
        due = local_text(Instant(last))
        raise YearNotOver(f"the last of it is due at {due}", detail_zh=f"最后一项应于{due}前报送")


def _kinds(owed: tuple[Owed, ...], *states: type[Owed]) -> list[str]:
    return sorted({one.course.creation.kind for one in owed if isinstance(one, states)})


def _called(kinds: Sequence[str]) -> str:
    return "、".join(OBLIGATION_NAMES[kind][0] for kind in kinds)


def _in_order(items: tuple[AssessedItem, ...], terms: AssessmentTerms) -> tuple[AssessedItem, ...]:
    given = {item.criterion: item for item in items}
    criteria = {criterion.id: criterion.maximum for criterion in terms.rubric}
    if len(items) != len(criteria) or given.keys() != criteria.keys():
        raise AssessmentIncomplete(
            f"the criteria are {', '.join(criteria)}", detail_zh=f"考核指标共{len(criteria)}项，须逐项打分"
        )
    for item in items:
        if not 0 <= item.score <= criteria[item.criterion]:
            most = criteria[item.criterion]
            raise PointsOutOfRange(
                f"{item.criterion} has 0 to {most} points", detail_zh=f"{item.criterion}的分值为0至{most}分"
            )
    return tuple(given[criterion] for criterion in criteria)


def rubric_hash(terms: AssessmentTerms) -> str:
    """SHA-256 of the canonical assessment rubric."""
    return hash_of([asdict(criterion) for criterion in terms.rubric])


def grade_of(grades: tuple[Grade, ...], score: int, *, failed: bool) -> Grade:
    """The best grade that the points reach; a default leads to the last one whatever they are."""
    reached = (grade for grade in grades if score >= grade.at_least)
    return grades[-1] if failed else next(reached, grades[-1])


ASSESSMENT_DECIDER: Decider[Assessment, Command, AssessmentEvent] = Decider(NotAssessed(), decide, evolve)
