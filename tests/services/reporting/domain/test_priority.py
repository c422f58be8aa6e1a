"""Those that did their tasks well are recommended first (C3.6)."""

from dataclasses import replace

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.reporting.domain.priority import (
    PRIORITY_DECIDER,
    NoGradeIsRecommended,
    NothingIsAssessed,
    RecommendPriority,
)
from shared.contracts.reporting import AnnualAssessed, PriorityRecommended, PriorityRow
from shared.kernel.actor import Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted, Refusal
from shared.testing.scenario import given
from tests.rounds.unasked import UNASKED
from tests.services.people import LEADER, all_but
from tests.services.reporting.domain.test_assessment import ASSESSED, TERMS
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made


def assessed(name: str, score: int, grade: str = "优秀") -> AnnualAssessed:
    return replace(ASSESSED, application=name, organization=f"org-{name}", score=score, grade=grade)


ASSESSMENTS = {
    "e3": assessed("c", 90),
    "e1": assessed("a", 84, "合格"),
    "e2": assessed("b", 95),
    "e4": assessed("d", 99),
    "e5": assessed("e", 100, "不合格"),
    "e6": assessed("s", 98),
}
RECOMMEND = RecommendPriority(
    round="2017",
    year=2017,
    assessments=ASSESSMENTS,
    revoked=frozenset({"d"}),
    barred=frozenset({"org-s"}),
    rectifying=frozenset(),
    terms=TERMS,
    by=LEADER,
    at=Instant("2018-12-12T02:00:00.000Z"),
)
RECOMMENDED = PriorityRecommended(
    round="2017",
    year=2017,
    rows=(
        PriorityRow(application="b", organization="org-b", score=95, grade="优秀"),
        PriorityRow(application="c", organization="org-c", score=90, grade="优秀"),
    ),
    basis=("e1", "e2", "e3", "e4", "e5", "e6"),
)


def test_good_grades_come_first_best_first_and_the_revoked_not_at_all() -> None:
    given(PRIORITY_DECIDER).when(RECOMMEND).then(RECOMMENDED)
    given(PRIORITY_DECIDER, RECOMMENDED).when(RECOMMEND).then_nothing()


def test_whoever_is_suspended_or_closed_is_not_recommended_until_that_ends() -> None:
    """C3.6: a recommendation made before the suspension is replaced, and so is one made during it."""
    reinstated = replace(RECOMMEND, barred=frozenset())
    row = PriorityRow(application="s", organization="org-s", score=98, grade="优秀")
    with_it = replace(RECOMMENDED, rows=(row, *RECOMMENDED.rows))
    given(PRIORITY_DECIDER, RECOMMENDED).when(reinstated).then(with_it)
    given(PRIORITY_DECIDER, with_it).when(RECOMMEND).then(RECOMMENDED)


def test_whoever_is_still_to_put_something_right_is_not_recommended_until_that_is_accepted() -> None:
    """C3.6: by a round that says so; an earlier one asked for no such thing."""
    ordered = replace(RECOMMEND, rectifying=frozenset({"b"}))
    without = replace(RECOMMENDED, rows=RECOMMENDED.rows[1:])
    given(PRIORITY_DECIDER, RECOMMENDED).when(ordered).then(without)
    given(PRIORITY_DECIDER, without).when(RECOMMEND).then(RECOMMENDED)
    assert TERMS.none_under_order
    given(PRIORITY_DECIDER).when(replace(ordered, terms=replace(TERMS, none_under_order=False))).then(RECOMMENDED)


def test_nobody_is_recommended_when_nobody_did_well() -> None:
    only = {"e1": ASSESSMENTS["e1"]}
    given(PRIORITY_DECIDER).when(replace(RECOMMEND, assessments=only)).then(
        replace(RECOMMENDED, rows=(), basis=("e1",))
    )


def test_another_assessment_leads_to_another_recommendation() -> None:
    more = {**ASSESSMENTS, "e7": assessed("f", 88)}
    row = PriorityRow(application="f", organization="org-f", score=88, grade="优秀")
    given(PRIORITY_DECIDER, RECOMMENDED).when(replace(RECOMMEND, assessments=more)).then(
        replace(RECOMMENDED, rows=(*RECOMMENDED.rows, row), basis=(*RECOMMENDED.basis, "e7"))
    )


@pytest.mark.parametrize(
    ("command", "refusal", "field"),
    [
        (replace(RECOMMEND, terms=UNASKED.assessment), NoGradeIsRecommended, "round"),
        (replace(RECOMMEND, assessments={}), NothingIsAssessed, "year"),
    ],
)
def test_a_recommendation_rests_on_assessments(command: RecommendPriority, refusal: type[Refusal], field: str) -> None:
    assert given(PRIORITY_DECIDER).when(command).then_refuses(refusal).field == field


def test_only_the_city_s_leader_recommends() -> None:
    for by in all_but(Role.CITY_LEADER):
        assert given(PRIORITY_DECIDER).when(replace(RECOMMEND, by=by)).then_refuses(NotPermitted).field == "role"


COMMANDS = [
    RECOMMEND,
    replace(RECOMMEND, revoked=frozenset({"b", "d"})),
    replace(RECOMMEND, barred=frozenset({"org-b", "org-s"})),
    replace(RECOMMEND, rectifying=frozenset({"b"})),
    replace(RECOMMEND, assessments={}),
    replace(RECOMMEND, terms=UNASKED.assessment),
]


@settings(max_examples=60)
@given_any(st.lists(st.sampled_from(COMMANDS), max_size=8))
def test_any_script(script: list[RecommendPriority]) -> None:
    for event in live(PRIORITY_DECIDER, script):
        scores = [row.score for row in event.rows]
        assert scores == sorted(scores, reverse=True)
        assert {row.grade for row in event.rows} <= {"优秀"}
        assert not {"d", "s"} & {row.application for row in event.rows}


@settings(max_examples=40)
@given_any(st.lists(made(PriorityRecommended)))
def test_any_history(history: list[PriorityRecommended]) -> None:
    evolves_from_anything(PRIORITY_DECIDER, history)
