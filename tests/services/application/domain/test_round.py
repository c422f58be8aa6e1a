from dataclasses import replace

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.application.domain.parameters import ParameterMalformed, RubricIsEmpty, RuleUnknown
from services.application.domain.round import (
    ROUND_DECIDER,
    Command,
    OpenRound,
    PlanRound,
    RoundAlreadyPlanned,
    RoundOpensLater,
)
from services.application.domain.round_states import RoundEvent, RoundNotPlanned
from shared.contracts.application import RoundOpened, RoundPlanned
from shared.contracts.round import Day, Moment, RoundParameters
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.services.application.domain.filed import PARAMETERS
from tests.services.people import AT, OFFICER, all_but, role_of
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

PLAN = PlanRound(PARAMETERS, OFFICER, AT)
OTHER = replace(PLAN, parameters=replace(PARAMETERS, title_zh="另一年"))
OPEN = OpenRound("2017", "f" * 64, OFFICER, AT)
BEFORE = replace(OPEN, at=Instant("2017-08-21T00:59:59.999Z"))


def planned(command: PlanRound = PLAN) -> RoundPlanned:
    (event,) = given(ROUND_DECIDER).when(command).events()
    assert isinstance(event, RoundPlanned)
    return event


PLANNED = planned()
OPENED = RoundOpened(
    round="2017",
    opens_at="2017-08-21T01:00:00.000Z",
    submission_deadline="2017-09-20T09:00:00.000Z",
    open_categories=tuple(category.code for category in PARAMETERS.categories if category.open),
    parameters_hash=PLANNED.parameters_hash,
    rule_set_hash=PLANNED.rule_set_hash,
    forms_hash="f" * 64,
    rubric_hash=PLANNED.rubric_hash,
)


def test_the_round_is_its_parameters() -> None:
    assert PLANNED.parameters == PARAMETERS
    assert planned(OTHER).parameters_hash != PLANNED.parameters_hash
    assert planned(OTHER).rule_set_hash == PLANNED.rule_set_hash
    fewer = replace(PLAN, parameters=replace(PARAMETERS, rules=PARAMETERS.rules[1:]))
    assert planned(fewer).rule_set_hash != PLANNED.rule_set_hash
    shorter = replace(PLAN, parameters=replace(PARAMETERS, rubric=PARAMETERS.rubric[1:]))
    assert planned(shorter).rubric_hash != PLANNED.rubric_hash


def test_a_planned_round_does_not_change() -> None:
    for history in ((PLANNED,), (PLANNED, OPENED)):
        given(ROUND_DECIDER, *history).when(PLAN).then_nothing()
        assert given(ROUND_DECIDER, *history).when(OTHER).then_refuses(RoundAlreadyPlanned).field == "round"


def test_the_law_category_is_closed_in_2017() -> None:
    given(ROUND_DECIDER, PLANNED).when(OPEN).then(OPENED)
    assert "legal" not in OPENED.open_categories


def test_a_round_opens_at_its_instant_and_once() -> None:
    assert given(ROUND_DECIDER, PLANNED).when(BEFORE).then_refuses(RoundOpensLater).field == "calendar.opens_at"
    given(ROUND_DECIDER, PLANNED).when(replace(OPEN, at=Instant(OPENED.opens_at))).then(OPENED)
    given(ROUND_DECIDER, PLANNED, OPENED).when(OPEN).then_nothing()


def test_a_round_that_is_not_planned_does_not_open() -> None:
    given(ROUND_DECIDER).when(OPEN).then_refuses(RoundNotPlanned)


@pytest.mark.parametrize("by", all_but(Role.CITY_OFFICER), ids=role_of)
def test_only_the_officer_plans_and_opens(by: Actor) -> None:
    assert given(ROUND_DECIDER).when(replace(PLAN, by=by)).then_refuses(NotPermitted).field == "role"
    assert given(ROUND_DECIDER, PLANNED).when(replace(OPEN, by=by)).then_refuses(NotPermitted).field == "role"


@pytest.mark.parametrize("unknown", ["R0", "R20", "r1", ""])
def test_a_rule_that_nobody_wrote_is_refused(unknown: str) -> None:
    rules = (*PARAMETERS.rules, replace(PARAMETERS.rules[0], id=unknown))
    refusal = given(ROUND_DECIDER).when(replace(PLAN, parameters=replace(PARAMETERS, rules=rules)))
    assert unknown in refusal.then_refuses(RuleUnknown).detail


def test_experts_need_criteria() -> None:
    empty = tuple(replace(criterion, maximum=0) for criterion in PARAMETERS.rubric)
    for rubric in ((), empty):
        asked = given(ROUND_DECIDER).when(replace(PLAN, parameters=replace(PARAMETERS, rubric=rubric)))
        assert asked.then_refuses(RubricIsEmpty).field == "rubric"


CALENDAR = PARAMETERS.calendar
MOMENT, DAY = Moment(value="2017-09-20T17:00:00+08:00", source="design"), Day(value="2017-9-30", source="design")
BROKEN: list[tuple[str, RoundParameters]] = [
    ("round", replace(PARAMETERS, round="")),
    ("round", replace(PARAMETERS, round="2017/1")),
    ("round", replace(PARAMETERS, round="1" * 33)),
    ("calendar.opens_at", replace(PARAMETERS, calendar=replace(CALENDAR, opens_at=MOMENT))),
    ("calendar.submission_deadline", replace(PARAMETERS, calendar=replace(CALENDAR, submission_deadline=MOMENT))),
    ("calendar.district_deadline", replace(PARAMETERS, calendar=replace(CALENDAR, district_deadline=DAY))),
    ("calendar.valid_from", replace(PARAMETERS, calendar=replace(CALENDAR, valid_from=DAY))),
    ("calendar.valid_to", replace(PARAMETERS, calendar=replace(CALENDAR, valid_to=DAY))),
    ("calendar.holidays.1", replace(PARAMETERS, calendar=replace(CALENDAR, holidays=("2017-10-02", "2017-02-29")))),
    ("calendar.workdays.0", replace(PARAMETERS, calendar=replace(CALENDAR, workdays=("20170930",)))),
    ("obligations.0.due", replace(PARAMETERS, obligations=(replace(PARAMETERS.obligations[0], due=MOMENT),))),
    *(
        ("rules.R7.threshold", replace(PARAMETERS, rules=(replace(PARAMETERS.rules[6], threshold=threshold),)))
        for threshold in ("70%", "7/0", "-1", "seven", "nan", "inf")
    ),
]


@pytest.mark.parametrize(("place", "parameters"), BROKEN)
def test_a_parameter_that_is_none_is_named(place: str, parameters: RoundParameters) -> None:
    refusal = given(ROUND_DECIDER).when(replace(PLAN, parameters=parameters)).then_refuses(ParameterMalformed)
    assert refusal.field == place


COMMANDS: list[Command] = [
    PLAN,
    OTHER,
    OPEN,
    BEFORE,
    replace(PLAN, parameters=BROKEN[0][1]),
    replace(OPEN, by=replace(OFFICER, role=Role.PUBLISHER)),
]


@settings(max_examples=40)
@given_any(st.lists(st.sampled_from(COMMANDS), max_size=10))
def test_any_script(script: list[Command]) -> None:
    kinds = [type(event) for event in live(ROUND_DECIDER, script)]
    assert kinds in ([], [RoundPlanned], [RoundPlanned, RoundOpened])


@settings(max_examples=40)
@given_any(st.lists(st.one_of(made(RoundPlanned), made(RoundOpened)), max_size=6))
def test_any_history(history: list[RoundEvent]) -> None:
    evolves_from_anything(ROUND_DECIDER, history)
