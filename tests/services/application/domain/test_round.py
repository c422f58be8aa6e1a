"""A round from its plan to its archive: its parameters, extensions and amendments (C5)."""

from dataclasses import replace
from typing import Any, TypeVar

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.application.domain.amendments import (
    AmendmentOfAnotherRound,
    AmendmentReachesBack,
    AmendPolicy,
    DeadlineMovesByExtension,
    NothingIsAmended,
)
from services.application.domain.closing import (
    ApplicationsUnderWay,
    ArchiveRound,
    CloseRound,
    RoundNotClosed,
    RoundsYearNotOver,
    RoundTakesApplicationsStill,
)
from services.application.domain.extensions import (
    ExtendDeadline,
    ExtensionGivesNoTime,
    NothingWaitsForTime,
    ScopeUnknown,
    TargetMissing,
)
from services.application.domain.members import ParameterMalformed
from services.application.domain.parameters import RubricIsEmpty, RuleUnknown
from services.application.domain.round import (
    ROUND_DECIDER,
    Command,
    OpenRound,
    PlanRound,
    RoundAlreadyPlanned,
    RoundOpensLater,
)
from services.application.domain.round_states import (
    Open,
    RoundEvent,
    RoundIsArchived,
    RoundIsClosed,
    RoundNotOpenYet,
    RoundNotPlanned,
    terms_at,
)
from services.application.domain.terms import written
from shared.contracts.application import (
    DeadlineExtended,
    LogHead,
    PolicyAmended,
    RoundArchived,
    RoundClosed,
    RoundOpened,
    RoundPlanned,
)
from shared.contracts.round import RoundParameters
from shared.contracts.sourced import Day, Moment
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted, Refusal
from shared.testing.scenario import given
from tests.rounds.unasked import without
from tests.services.application.domain.filed import PARAMETERS as OF_2017
from tests.services.people import AT, ELSEWHERE, HERE, OFFICER, all_but, role_of
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

PARAMETERS = without(OF_2017, "amendments")
PLAN = PlanRound(PARAMETERS, written(PARAMETERS), OFFICER, AT)
Saying = TypeVar("Saying", PlanRound, AmendPolicy)


def said(command: Saying, parameters: RoundParameters, **more: Any) -> Saying:
    """The command with other parameters, and with their hash."""
    return replace(command, parameters=parameters, parameters_hash=written(parameters), **more)


OTHER = said(PLAN, replace(PARAMETERS, title_zh="另一年"))
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
    fewer = said(PLAN, replace(PARAMETERS, rules=PARAMETERS.rules[1:]))
    assert planned(fewer).rule_set_hash != PLANNED.rule_set_hash
    shorter = said(PLAN, replace(PARAMETERS, rubric=PARAMETERS.rubric[1:]))
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
    refusal = given(ROUND_DECIDER).when(said(PLAN, replace(PARAMETERS, rules=rules)))
    assert unknown in refusal.then_refuses(RuleUnknown).detail


def test_experts_need_criteria() -> None:
    empty = tuple(replace(criterion, maximum=0) for criterion in PARAMETERS.rubric)
    for rubric in ((), empty):
        asked = given(ROUND_DECIDER).when(said(PLAN, replace(PARAMETERS, rubric=rubric)))
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
    refusal = given(ROUND_DECIDER).when(said(PLAN, parameters)).then_refuses(ParameterMalformed)
    assert refusal.field == place


LATE, NEW = Instant("2017-09-21T01:00:00.000Z"), Instant("2017-09-22T09:00:00.000Z")
YEAR_OVER = Instant("2018-11-30T16:00:00.000Z")
EXTEND = ExtendDeadline(
    "2017",
    "district",
    HERE,
    NEW,
    "台风",
    "沪经信企〔2017〕512号",
    OFFICER,
    AT,
    district=None,
    filed=False,
    returned_until=None,
    final=False,
)
EXTENDED = DeadlineExtended(
    round="2017",
    scope="district",
    target=HERE,
    old="2017-09-20T09:00:00.000Z",
    new=NEW,
    reason="台风",
    authority_document="沪经信企〔2017〕512号",
)
SOFTER = replace(
    PARAMETERS, rules=tuple(replace(one, threshold="90000") if one.id == "R3" else one for one in PARAMETERS.rules)
)
AMEND = AmendPolicy(
    "2017", SOFTER, written(SOFTER), LATE, "放宽注册资本", "沪经信企〔2017〕520号", OFFICER, AT, noticed=False
)
HEADS = (LogHead(service="application", position=7, hash="a" * 64),)
CLOSE = CloseRound("2017", HEADS, OFFICER, LATE)
CLOSED = RoundClosed(round="2017", heads=HEADS)
ARCHIVE = ArchiveRound("2017", HEADS, OFFICER, YEAR_OVER, undecided=())
ARCHIVED = RoundArchived(round="2017", heads=HEADS)
OPENED_ROUND = (PLANNED, OPENED)


@pytest.mark.parametrize(("scope", "target"), [("round", None), ("district", HERE), ("application", "app-1")])
def test_more_time_is_given_once(scope: str, target: str | None) -> None:
    """An official letter moves the deadline (C5.2)."""
    command = replace(EXTEND, scope=scope, target=target, district=HERE)
    given(ROUND_DECIDER, *OPENED_ROUND).when(command).then(replace(EXTENDED, scope=scope, target=target))


def test_an_extension_comes_before_or_after_the_deadline_and_again() -> None:
    given(ROUND_DECIDER, *OPENED_ROUND).when(replace(EXTEND, at=LATE)).then(EXTENDED)
    longer = replace(EXTEND, new=Instant("2017-09-25T09:00:00.000Z"))
    (again,) = given(ROUND_DECIDER, *OPENED_ROUND, EXTENDED).when(longer).events()
    assert again == replace(EXTENDED, old=NEW, new=longer.new)
    one = replace(EXTEND, scope="application", target="app-1", district=HERE)
    given(ROUND_DECIDER, *OPENED_ROUND, EXTENDED).when(one).then_refuses(ExtensionGivesNoTime)
    given(ROUND_DECIDER, *OPENED_ROUND, EXTENDED, CLOSED).when(EXTEND).then_nothing()


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({"scope": "city"}, ScopeUnknown, "scope"),
        ({"target": None}, TargetMissing, "target"),
        ({"target": "110101"}, TargetMissing, "target"),
        ({"scope": "round"}, TargetMissing, "target"),
        ({"scope": "application", "target": "app-9"}, TargetMissing, "target"),
        ({"new": Instant("2017-09-20T09:00:00.000Z")}, ExtensionGivesNoTime, "new"),
        ({"at": NEW}, ExtensionGivesNoTime, "new"),
    ],
)
def test_what_gives_no_time_is_none(change: dict[str, Any], refusal: type[Refusal], field: str) -> None:
    assert given(ROUND_DECIDER, *OPENED_ROUND).when(replace(EXTEND, **change)).then_refuses(refusal).field == field


def test_an_extension_that_helps_nobody_is_refused() -> None:
    """More time for one application is time to file something, and more than its return gives (C5.2, C5.3)."""
    one = replace(EXTEND, scope="application", target="app-1", district=HERE)
    given(ROUND_DECIDER, *OPENED_ROUND).when(replace(one, filed=True)).then_refuses(NothingWaitsForTime)
    returned = replace(one, returned_until=NEW)
    refusal = given(ROUND_DECIDER, *OPENED_ROUND).when(returned).then_refuses(ExtensionGivesNoTime)
    assert NEW in refusal.detail
    longer = Instant("2017-09-25T09:00:00.000Z")
    (given_more,) = given(ROUND_DECIDER, *OPENED_ROUND).when(replace(returned, new=longer)).events()
    assert given_more == replace(EXTENDED, scope="application", target="app-1", old=NEW, new=longer)


def test_a_round_that_does_not_say_so_grants_it_as_before() -> None:
    corrections = PARAMETERS.corrections
    silent = replace(PARAMETERS, corrections=replace(corrections, not_before_deadline=False))
    opened_round = (planned(said(PLAN, silent)), *OPENED_ROUND[1:])
    one = replace(EXTEND, scope="application", target="app-1", district=HERE, filed=True, returned_until=NEW)
    given(ROUND_DECIDER, *opened_round).when(one).then(replace(EXTENDED, scope="application", target="app-1"))


def test_the_deadline_is_the_latest_that_covers() -> None:
    whole = replace(EXTENDED, scope="round", target=None, new="2017-09-21T09:00:00.000Z")
    state = ROUND_DECIDER.fold([*OPENED_ROUND, EXTENDED, whole])
    assert isinstance(state, Open)
    terms = terms_at(state, LATE)
    assert terms.deadline_of(HERE, "app-1") == NEW
    assert terms.deadline_of(ELSEWHERE, "app-2") == "2017-09-21T09:00:00.000Z"
    assert terms.deadline == "2017-09-20T09:00:00.000Z"


def test_parameters_change_from_an_instant_on() -> None:
    (amended,) = given(ROUND_DECIDER, *OPENED_ROUND).when(AMEND).events()
    assert isinstance(amended, PolicyAmended)
    assert (amended.old_hash, amended.effective_from) == (PLANNED.parameters_hash, LATE)
    state = ROUND_DECIDER.fold([*OPENED_ROUND, amended])
    assert isinstance(state, Open)
    assert terms_at(state, Instant("2017-09-21T00:59:59.999Z")).rules == PARAMETERS.rules
    assert terms_at(state, LATE).rules == SOFTER.rules
    assert terms_at(state, LATE).rule_set_hash == amended.rule_set_hash
    back = said(AMEND, PARAMETERS, reason="恢复")
    (restored,) = given(ROUND_DECIDER, *OPENED_ROUND, amended).when(back).events()
    assert isinstance(restored, PolicyAmended)
    assert (restored.old_hash, restored.new_hash) == (amended.new_hash, amended.old_hash)


def test_of_two_amendments_the_one_that_took_effect_last_is_in_force() -> None:
    """An amendment made later with an earlier day takes nothing from one that was scheduled before it (C5)."""
    (scheduled,) = given(ROUND_DECIDER, *OPENED_ROUND).when(replace(AMEND, effective_from=NEW)).events()
    stricter = replace(
        PARAMETERS, rules=tuple(replace(one, threshold="200000") if one.id == "R3" else one for one in PARAMETERS.rules)
    )
    between = said(AMEND, stricter)
    (earlier,) = given(ROUND_DECIDER, *OPENED_ROUND, scheduled).when(between).events()
    state = ROUND_DECIDER.fold([*OPENED_ROUND, scheduled, earlier])
    assert isinstance(state, Open)
    assert terms_at(state, LATE).rules == stricter.rules
    assert terms_at(state, NEW).rules == SOFTER.rules


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({"round": "2018"}, AmendmentOfAnotherRound, "parameters.round"),
        ({"effective_from": Instant("2017-08-31T00:00:00.000Z")}, AmendmentReachesBack, "effective_from"),
        ({"parameters": PARAMETERS, "parameters_hash": written(PARAMETERS)}, NothingIsAmended, "parameters"),
        ({"parameters": replace(SOFTER, rules=())}, ParameterMalformed, "rules"),
        (
            {
                "parameters": replace(
                    SOFTER, calendar=replace(CALENDAR, submission_deadline=Moment(value=NEW, source="design"))
                )
            },
            DeadlineMovesByExtension,
            "parameters.calendar.submission_deadline",
        ),
    ],
)
def test_what_amends_nothing(change: dict[str, Any], refusal: type[Refusal], field: str) -> None:
    asked = given(ROUND_DECIDER, *OPENED_ROUND).when(replace(AMEND, **change))
    assert asked.then_refuses(refusal).field == field


def test_a_round_closes_after_its_deadline_and_is_archived_after_its_year() -> None:
    early = replace(CLOSE, at=Instant("2017-09-20T08:59:59.999Z"))
    given(ROUND_DECIDER, *OPENED_ROUND).when(early).then_refuses(RoundTakesApplicationsStill)
    given(ROUND_DECIDER, *OPENED_ROUND).when(CLOSE).then(CLOSED)
    for scope, target in (("round", None), ("district", HERE), ("application", "app-1")):
        running = (*OPENED_ROUND, replace(EXTENDED, scope=scope, target=target))
        given(ROUND_DECIDER, *running).when(CLOSE).then_refuses(RoundTakesApplicationsStill)
        given(ROUND_DECIDER, *running).when(replace(CLOSE, at=NEW)).then(CLOSED)
    given(ROUND_DECIDER, *OPENED_ROUND).when(ARCHIVE).then_refuses(RoundNotClosed)
    given(ROUND_DECIDER, *OPENED_ROUND, CLOSED).when(replace(ARCHIVE, at=LATE)).then_refuses(RoundsYearNotOver)
    given(ROUND_DECIDER, *OPENED_ROUND, CLOSED).when(ARCHIVE).then(ARCHIVED)
    waiting = replace(ARCHIVE, undecided=("app-1",))
    given(ROUND_DECIDER, *OPENED_ROUND, CLOSED).when(waiting).then_refuses(ApplicationsUnderWay)
    over = (*OPENED_ROUND, CLOSED, ARCHIVED)
    given(ROUND_DECIDER, *over).when(ARCHIVE).then_nothing()
    given(ROUND_DECIDER, *over).when(CLOSE).then_nothing()
    given(ROUND_DECIDER, *over).when(AMEND).then_refuses(RoundIsArchived)


def test_a_closed_round_gives_no_more_time_and_its_policy_may_change() -> None:
    given(ROUND_DECIDER, *OPENED_ROUND, CLOSED).when(EXTEND).then_refuses(RoundIsClosed)
    assert len(given(ROUND_DECIDER, *OPENED_ROUND, CLOSED).when(AMEND).events()) == 1


def test_what_comes_before_the_opening() -> None:
    given(ROUND_DECIDER, PLANNED).when(EXTEND).then_refuses(RoundNotOpenYet)
    given(ROUND_DECIDER, PLANNED).when(CLOSE).then_refuses(RoundNotOpenYet)
    given(ROUND_DECIDER, PLANNED).when(ARCHIVE).then_refuses(RoundNotClosed)
    for command in (EXTEND, AMEND, CLOSE, ARCHIVE):
        given(ROUND_DECIDER).when(command).then_refuses(RoundNotPlanned)
    (amended,) = given(ROUND_DECIDER, PLANNED).when(replace(AMEND, effective_from=AT)).events()
    (opened,) = given(ROUND_DECIDER, PLANNED, amended).when(OPEN).events()
    assert isinstance(amended, PolicyAmended)
    assert isinstance(opened, RoundOpened)
    assert opened.rule_set_hash == amended.rule_set_hash


@pytest.mark.parametrize("by", all_but(Role.CITY_OFFICER), ids=role_of)
@pytest.mark.parametrize("command", [EXTEND, AMEND, CLOSE, ARCHIVE], ids=lambda one: type(one).__name__)
def test_only_the_officer_changes_a_round(command: Any, by: Actor) -> None:
    asked = given(ROUND_DECIDER, *OPENED_ROUND).when(replace(command, by=by))
    assert asked.then_refuses(NotPermitted).field == "role"


COMMANDS: list[Command] = [
    PLAN,
    OTHER,
    OPEN,
    BEFORE,
    said(PLAN, BROKEN[0][1]),
    replace(OPEN, by=replace(OFFICER, role=Role.PUBLISHER)),
    EXTEND,
    replace(EXTEND, scope="round", target=None, new=Instant("2017-09-21T09:00:00.000Z")),
    replace(EXTEND, new=Instant("2017-09-23T09:00:00.000Z")),
    AMEND,
    said(AMEND, PARAMETERS, reason="恢复"),
    CLOSE,
    replace(CLOSE, at=NEW),
    ARCHIVE,
]


@settings(max_examples=80)
@given_any(st.lists(st.sampled_from(COMMANDS), max_size=20), st.booleans())
def test_any_script(script: list[Command], prepared: bool) -> None:  # noqa: FBT001 - hypothesis says which
    """The invariants of a round: in its order, each step once; a letter moves the deadline; closed means closed."""
    history = live(ROUND_DECIDER, [PLAN, OPEN, *script] if prepared else script)
    kinds = [type(event) for event in history]
    order = [RoundPlanned, RoundOpened, RoundClosed, RoundArchived]
    steps = [kind for kind in kinds if kind in order]
    assert steps == order[: len(steps)]
    ended = kinds.index(RoundClosed) if RoundClosed in kinds else len(kinds)
    assert DeadlineExtended not in kinds[ended:]
    for event in history:
        if isinstance(event, DeadlineExtended):
            assert event.new != event.old
        if isinstance(event, PolicyAmended):
            assert event.old_hash != event.new_hash


@settings(max_examples=40)
@given_any(
    st.lists(
        st.one_of(
            *(
                made(one)
                for one in (RoundPlanned, RoundOpened, DeadlineExtended, PolicyAmended, RoundClosed, RoundArchived)
            )
        ),
        max_size=6,
    )
)
def test_any_history(history: list[RoundEvent]) -> None:
    evolves_from_anything(ROUND_DECIDER, history)
