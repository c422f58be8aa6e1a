"""The yearly assessment by the round's rubric; a default leads to the failing grade (C3.4, C3.5, C3.6)."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.reporting.domain.assessment import (
    ASSESSMENT_DECIDER,
    Assessed,
    AssessmentIncomplete,
    AssessYear,
    CorrectAssessment,
    NothingOwedInTheYear,
    PointsAreTheSame,
    PointsOutOfRange,
    RoundAssessesNothing,
    YearAlreadyAssessed,
    YearNotAssessed,
    YearNotOver,
    grade_of,
    rubric_hash,
)
from services.reporting.domain.evolution import ObligationEvent
from services.reporting.domain.obligation import OBLIGATION_DECIDER
from services.reporting.domain.states import NotOwed, Obligation
from shared.contracts.reporting import AnnualAssessed, AssessedItem, AssessmentCorrected
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted, Refusal
from shared.testing.scenario import given
from tests.rounds.unasked import UNASKED
from tests.services.application.domain.filed import PARAMETERS
from tests.services.people import LEADER, OFFICER, ORGANIZATION, all_but
from tests.services.reporting.domain.owing import (
    ACCEPTED,
    CREATED,
    DEFAULTED,
    FILED,
    LIFTED,
    OBLIGATION,
    OVERDUE,
    RETURNED,
)
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

TERMS = PARAMETERS.assessment
FULL = {criterion.id: criterion.maximum for criterion in TERMS.rubric}


def items(**points: int) -> tuple[AssessedItem, ...]:
    return tuple(AssessedItem(criterion=name, score=score) for name, score in {**FULL, **points}.items())


def standing(*history: ObligationEvent) -> Obligation:
    return OBLIGATION_DECIDER.fold((CREATED, *history))


DONE = standing(FILED, ACCEPTED)
ASSESS = AssessYear("app-1", 2017, items(), (DONE,), TERMS, OFFICER, Instant("2018-12-10T02:00:00.000Z"))
ASSESSED = AnnualAssessed(
    application="app-1",
    organization=ORGANIZATION,
    round="2017",
    year=2017,
    rubric_hash=rubric_hash(TERMS),
    items=items(),
    score=100,
    grade="优秀",
    defaulted=(),
)


def test_a_year_is_assessed_once_all_of_it_was_due() -> None:
    """C3.6: by a round that says so; what was lifted is waited for no longer."""
    early = replace(ASSESS, at=Instant("2018-01-31T15:59:59.999Z"))
    assert TERMS.after_all_due
    given(ASSESSMENT_DECIDER).when(early).then_refuses(YearNotOver)
    given(ASSESSMENT_DECIDER).when(replace(early, at=Instant("2018-01-31T16:00:00.000Z"))).then(ASSESSED)
    given(ASSESSMENT_DECIDER).when(replace(early, owed=(standing(LIFTED),))).then(ASSESSED)
    earlier = replace(early, terms=replace(TERMS, after_all_due=False))
    given(ASSESSMENT_DECIDER).when(earlier).then(ASSESSED)


def test_a_year_has_its_points_and_its_grade_once() -> None:
    given(ASSESSMENT_DECIDER).when(ASSESS).then(ASSESSED)
    given(ASSESSMENT_DECIDER, ASSESSED).when(ASSESS).then_nothing()
    backwards = replace(ASSESS, items=ASSESS.items[::-1])
    given(ASSESSMENT_DECIDER).when(backwards).then(ASSESSED)
    given(ASSESSMENT_DECIDER, ASSESSED).when(backwards).then_nothing()
    other = replace(ASSESS, items=items(platform=0))
    assert given(ASSESSMENT_DECIDER, ASSESSED).when(other).then_refuses(YearAlreadyAssessed).field == "year"


@pytest.mark.parametrize(
    ("score", "grade"), [(100, "优秀"), (85, "优秀"), (84, "合格"), (60, "合格"), (59, "不合格"), (0, "不合格")]
)
def test_a_grade_begins_at_its_own_points(score: int, grade: str) -> None:
    assert grade_of(TERMS.grades, score, failed=False).name_zh == grade
    assert grade_of(TERMS.grades, score, failed=True).name_zh == "不合格"


def test_a_default_fails_the_year_whatever_its_points() -> None:
    failed = replace(ASSESS, owed=(DONE, standing(OVERDUE, DEFAULTED)))
    expected = replace(ASSESSED, grade="不合格", defaulted=(OBLIGATION,))
    given(ASSESSMENT_DECIDER).when(failed).then(expected)


@pytest.mark.parametrize("settled", [(FILED, ACCEPTED), (LIFTED,)])
def test_what_is_accepted_or_lifted_does_not_keep_the_year_open(settled: tuple[ObligationEvent, ...]) -> None:
    given(ASSESSMENT_DECIDER).when(replace(ASSESS, owed=(standing(*settled),))).then(ASSESSED)


@pytest.mark.parametrize("open_", [(), (OVERDUE,), (FILED, RETURNED), (FILED,)])
def test_a_year_with_something_to_be_filed_or_accepted_is_not_assessed(open_: tuple[ObligationEvent, ...]) -> None:
    asked = given(ASSESSMENT_DECIDER).when(replace(ASSESS, owed=(DONE, standing(*open_))))
    assert asked.then_refuses(YearNotOver).field == "year"


WRONG = [
    (replace(ASSESS, terms=UNASKED.assessment), RoundAssessesNothing, "round"),
    (replace(ASSESS, owed=()), NothingOwedInTheYear, "year"),
    (replace(ASSESS, owed=(NotOwed(),)), NothingOwedInTheYear, "year"),
    (replace(ASSESS, items=()), AssessmentIncomplete, "items"),
    (replace(ASSESS, items=items()[1:]), AssessmentIncomplete, "items"),
    (replace(ASSESS, items=(*items(), items()[0])), AssessmentIncomplete, "items"),
    (replace(ASSESS, items=items(kindness=1)), AssessmentIncomplete, "items"),
    (replace(ASSESS, items=items(platform=-1)), PointsOutOfRange, "items"),
    (replace(ASSESS, items=items(platform=FULL["platform"] + 1)), PointsOutOfRange, "items"),
]


@pytest.mark.parametrize(("command", "refusal", "field"), WRONG)
def test_what_cannot_be_assessed_is_refused(command: AssessYear, refusal: type[Refusal], field: str) -> None:
    refused = given(ASSESSMENT_DECIDER).when(command).then_refuses(refusal)
    assert (refused.field, refused.clause) == (field, "C3.6")


def test_only_the_city_s_officer_assesses() -> None:
    for by in all_but(Role.CITY_OFFICER):
        for history in ((), (ASSESSED,)):
            asked = given(ASSESSMENT_DECIDER, *history).when(replace(ASSESS, by=by))
            assert asked.then_refuses(NotPermitted).field == "role"


@settings(max_examples=40)
@given_any(st.lists(st.sampled_from([ASSESS, *(command for command, _, _ in WRONG)]), max_size=8))
def test_any_script(script: list[AssessYear]) -> None:
    assert live(ASSESSMENT_DECIDER, script) in ([], [ASSESSED])


CORRECT = CorrectAssessment("app-1", 2017, items(activities=0), "活动无记录", TERMS, LEADER, ASSESS.at)
CORRECTED = AssessmentCorrected(
    application="app-1",
    organization=ASSESSED.organization,
    round=ASSESSED.round,
    year=2017,
    items=items(activities=0),
    score=sum(FULL.values()) - FULL["activities"],
    grade=grade_of(TERMS.grades, sum(FULL.values()) - FULL["activities"], failed=False).name_zh,
    reason="活动无记录",
)


def test_the_leader_puts_a_mistaken_assessment_right() -> None:
    given(ASSESSMENT_DECIDER, ASSESSED).when(CORRECT).then(CORRECTED)
    state = ASSESSMENT_DECIDER.fold([ASSESSED, CORRECTED])
    assert isinstance(state, Assessed)
    assert (state.standing.score, state.standing.grade) == (CORRECTED.score, CORRECTED.grade)


def test_a_correction_is_made_once_and_may_be_put_right_again() -> None:
    given(ASSESSMENT_DECIDER, ASSESSED, CORRECTED).when(CORRECT).then_nothing()
    same = replace(CORRECT, reason="另一理由")
    given(ASSESSMENT_DECIDER, ASSESSED, CORRECTED).when(same).then_refuses(PointsAreTheSame)
    given(ASSESSMENT_DECIDER, ASSESSED).when(replace(CORRECT, items=items())).then_refuses(PointsAreTheSame)
    back = given(ASSESSMENT_DECIDER, ASSESSED, CORRECTED).when(replace(CORRECT, items=items())).events()
    assert [one.score for one in back] == [ASSESSED.score]


def test_a_default_fails_the_year_whatever_is_corrected() -> None:
    defaulted = replace(ASSESSED, defaulted=("obligation-1",), grade=TERMS.grades[-1].name_zh)
    (corrected,) = given(ASSESSMENT_DECIDER, defaulted).when(CORRECT).events()
    assert corrected.grade == TERMS.grades[-1].name_zh


@pytest.mark.parametrize("by", all_but(Role.CITY_LEADER))
def test_whoever_assessed_corrects_nothing(by: Actor) -> None:
    given(ASSESSMENT_DECIDER, ASSESSED).when(replace(CORRECT, by=by)).then_refuses(NotPermitted)


@pytest.mark.parametrize(
    ("history", "change", "refusal"),
    [
        ((), {}, YearNotAssessed),
        ((ASSESSED,), {"terms": None}, RoundAssessesNothing),
        ((ASSESSED,), {"items": items()[:-1]}, AssessmentIncomplete),
        ((ASSESSED,), {"items": items(activities=FULL["activities"] + 1)}, PointsOutOfRange),
    ],
)
def test_what_cannot_be_corrected_is_refused(
    history: tuple[AnnualAssessed, ...], change: dict[str, Any], refusal: type[Refusal]
) -> None:
    given(ASSESSMENT_DECIDER, *history).when(replace(CORRECT, **change)).then_refuses(refusal)


@settings(max_examples=40)
@given_any(st.lists(st.one_of(made(AnnualAssessed), made(AssessmentCorrected))))
def test_any_history(history: list[AnnualAssessed | AssessmentCorrected]) -> None:
    evolves_from_anything(ASSESSMENT_DECIDER, history)
