"""An amendment of a round that asks for two: proposed, approved by another, and taking nothing that stands (C5.4)."""

from dataclasses import asdict, replace
from typing import Any

import pytest

from services.application.domain.amendment_approval import (
    AmendmentNotProposed,
    ApproveAmendment,
    DeclineAmendment,
    ProposerMayNotApproveTheAmendment,
    WithdrawAmendment,
)
from services.application.domain.amendments import AmendPolicy, AnotherAmendmentIsProposed
from services.application.domain.announced import AmendmentTakesWhatStands
from services.application.domain.round import ROUND_DECIDER, Command, OpenRound, PlanRound
from services.application.domain.round_states import Open, RoundEvent, RoundIsArchived, RoundNotPlanned, plan_at
from services.application.domain.terms import written
from shared.auditlog.canonical import hash_of
from shared.contracts.application import (
    PolicyAmended,
    PolicyAmendmentDeclined,
    PolicyAmendmentProposed,
    PolicyAmendmentWithdrawn,
    RoundArchived,
    RoundClosed,
)
from shared.contracts.round import RoundParameters
from shared.contracts.sourced import Day, Moment, Number
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.rounds.unasked import without
from tests.services.application.domain.filed import PARAMETERS
from tests.services.application.domain.test_round import said
from tests.services.people import AT, OFFICER, all_but, role_of
from tests.services.scripts import live

LEADER = Actor("leader", Role.CITY_LEADER)
LATER, NEXT_DAY = Instant("2017-09-03T01:00:00.000Z"), Instant("2017-09-02T16:00:00.000Z")
FEWER = replace(PARAMETERS, quotas=tuple(replace(one, places=1) for one in PARAMETERS.quotas))
AMEND = AmendPolicy(
    "2017", FEWER, written(FEWER), NEXT_DAY, "名额调整", "沪经信企〔2017〕560号", OFFICER, AT, noticed=False
)


def opened(parameters: RoundParameters) -> tuple[RoundEvent, ...]:
    script: list[Command] = [
        PlanRound(parameters, written(parameters), OFFICER, AT),
        OpenRound("2017", "f" * 64, OFFICER, AT),
    ]
    return tuple(live(ROUND_DECIDER, script))


OPENED = opened(PARAMETERS)
PROPOSED = PolicyAmendmentProposed(
    round="2017",
    parameters=FEWER,
    new_hash=hash_of(asdict(FEWER)),
    effective_from=NEXT_DAY,
    reason="名额调整",
    authority_document="沪经信企〔2017〕560号",
    proposer=OFFICER.id,
)
APPROVE = ApproveAmendment("2017", PROPOSED.new_hash, noticed=False, by=LEADER, at=AT)
DECLINE = DeclineAmendment("2017", PROPOSED.new_hash, "理由不足", LEADER, AT)
WITHDRAW = WithdrawAmendment("2017", PROPOSED.new_hash, OFFICER, AT)
DECLINED = PolicyAmendmentDeclined(round="2017", new_hash=PROPOSED.new_hash, reason="理由不足")
WITHDRAWN = PolicyAmendmentWithdrawn(round="2017", new_hash=PROPOSED.new_hash)


def approved(command: ApproveAmendment = APPROVE) -> PolicyAmended:
    (event,) = given(ROUND_DECIDER, *OPENED, PROPOSED).when(command).events()
    assert isinstance(event, PolicyAmended)
    return event


def test_one_officer_changes_nothing() -> None:
    given(ROUND_DECIDER, *OPENED).when(AMEND).then(PROPOSED)
    state = ROUND_DECIDER.fold([*OPENED, PROPOSED])
    assert isinstance(state, Open)
    assert plan_at(state, LATER).parameters == PARAMETERS
    given(ROUND_DECIDER, *OPENED, PROPOSED).when(AMEND).then_nothing()


def test_one_is_proposed_at_a_time() -> None:
    other = replace(AMEND, reason="另一理由")
    given(ROUND_DECIDER, *OPENED, PROPOSED).when(other).then_refuses(AnotherAmendmentIsProposed)
    for ended in (DECLINED, WITHDRAWN, approved()):
        history = (*OPENED, PROPOSED, ended)
        back = said(other, PARAMETERS if ended == approved() else FEWER)
        (event,) = given(ROUND_DECIDER, *history).when(back).events()
        assert isinstance(event, PolicyAmendmentProposed)


def test_a_leader_approves_and_it_takes_effect_then_or_later() -> None:
    assert (approved().proposer, approved().effective_from, approved().parameters) == (OFFICER.id, NEXT_DAY, FEWER)
    assert approved(replace(APPROVE, at=LATER)).effective_from == LATER
    given(ROUND_DECIDER, *OPENED, PROPOSED, approved()).when(APPROVE).then_nothing()


def test_whoever_proposed_it_approves_and_declines_nothing() -> None:
    """Two persons, and not one with two roles (C5.4)."""
    same = Actor(OFFICER.id, Role.CITY_LEADER)
    for command in (APPROVE, DECLINE):
        asked = given(ROUND_DECIDER, *OPENED, PROPOSED).when(replace(command, by=same))
        asked.then_refuses(ProposerMayNotApproveTheAmendment)


def test_it_is_declined_or_withdrawn_once() -> None:
    for command, event in ((DECLINE, DECLINED), (WITHDRAW, WITHDRAWN)):
        given(ROUND_DECIDER, *OPENED, PROPOSED).when(command).then(event)
        given(ROUND_DECIDER, *OPENED, PROPOSED, event).when(command).then_nothing()
        given(ROUND_DECIDER, *OPENED, PROPOSED, event).when(APPROVE).then_refuses(AmendmentNotProposed)


@pytest.mark.parametrize("command", [APPROVE, DECLINE, WITHDRAW], ids=lambda one: type(one).__name__)
def test_what_is_decided_is_what_was_read(command: Any) -> None:
    given(ROUND_DECIDER, *OPENED).when(command).then_refuses(AmendmentNotProposed)
    other = replace(command, new_hash="0" * 64)
    given(ROUND_DECIDER, *OPENED, PROPOSED).when(other).then_refuses(AmendmentNotProposed)
    given(ROUND_DECIDER).when(command).then_refuses(RoundNotPlanned)
    over = (RoundClosed(round="2017", heads=()), RoundArchived(round="2017", heads=()))
    given(ROUND_DECIDER, *OPENED, PROPOSED, *over).when(command).then_refuses(RoundIsArchived)


@pytest.mark.parametrize("by", all_but(Role.CITY_LEADER), ids=role_of)
def test_only_a_leader_approves_and_declines(by: Actor) -> None:
    for command in (APPROVE, DECLINE):
        given(ROUND_DECIDER, *OPENED, PROPOSED).when(replace(command, by=by)).then_refuses(NotPermitted)


@pytest.mark.parametrize("by", all_but(Role.CITY_OFFICER), ids=role_of)
def test_only_the_office_withdraws(by: Actor) -> None:
    given(ROUND_DECIDER, *OPENED, PROPOSED).when(replace(WITHDRAW, by=by)).then_refuses(NotPermitted)


def days(less: int) -> Number:
    return Number(value=less, source="design")


CALENDAR, CORRECTIONS, DECISIONS = PARAMETERS.calendar, PARAMETERS.corrections, PARAMETERS.decisions
PLANS = PARAMETERS.obligations
SOON = (replace(PLANS[0], due=Moment(value="2017-09-04T16:00:00.000Z", source="design")), *PLANS[1:])
TAKEN: list[tuple[str, RoundParameters]] = [
    ("calendar.notice_working_days", replace(PARAMETERS, calendar=replace(CALENDAR, notice_working_days=days(1)))),
    ("calendar.holidays", replace(PARAMETERS, calendar=replace(CALENDAR, holidays=()))),
    (
        "calendar.workdays",
        replace(PARAMETERS, calendar=replace(CALENDAR, workdays=(*CALENDAR.workdays, "2017-10-21"))),
    ),
    ("corrections.appeal_days", replace(PARAMETERS, corrections=replace(CORRECTIONS, appeal_days=days(1)))),
    ("decisions.appeals_by_another", replace(PARAMETERS, decisions=replace(DECISIONS, appeals_by_another=False))),
    ("decisions.corrections_on_notice", replace(PARAMETERS, decisions=replace(DECISIONS, corrections_on_notice=False))),
    ("decisions.reversals_ranked", replace(PARAMETERS, decisions=replace(DECISIONS, reversals_ranked=False))),
    ("decisions.appeals_by_another", without(PARAMETERS, "decisions")),
]


@pytest.mark.parametrize(("place", "parameters"), TAKEN)
def test_what_was_announced_is_not_taken_back(place: str, parameters: RoundParameters) -> None:
    """A notice, an appeal's time and who decides stay once a notice of the round was published (C5.4)."""
    less = said(AMEND, parameters)
    refusal = given(ROUND_DECIDER, *OPENED).when(replace(less, noticed=True)).then_refuses(AmendmentTakesWhatStands)
    assert refusal.field == f"parameters.{place}"
    (proposed,) = given(ROUND_DECIDER, *OPENED).when(less).events()
    assert isinstance(proposed, PolicyAmendmentProposed)
    late = replace(APPROVE, new_hash=proposed.new_hash, noticed=True)
    given(ROUND_DECIDER, *OPENED, proposed).when(late).then_refuses(AmendmentTakesWhatStands)


def test_the_districts_time_is_not_shortened_once_the_round_is_open() -> None:
    day = Day(value="2017-09-25", source="design")
    less = said(AMEND, replace(PARAMETERS, calendar=replace(CALENDAR, district_deadline=day)))
    given(ROUND_DECIDER, *OPENED).when(less).then_refuses(AmendmentTakesWhatStands)
    assert given(ROUND_DECIDER, OPENED[0]).when(less).events()


def test_nothing_falls_due_before_its_reminder() -> None:
    """A wrong year in the calendar makes nobody default (C3.6)."""
    soon = said(AMEND, replace(PARAMETERS, obligations=SOON))
    refusal = given(ROUND_DECIDER, *OPENED).when(soon).then_refuses(AmendmentTakesWhatStands)
    assert refusal.field == "parameters.obligations.0.due"
    earlier = (replace(PLANS[0], due=Moment(value="2017-12-30T16:00:00.000Z", source="design")), *PLANS[1:])
    assert given(ROUND_DECIDER, *OPENED).when(said(soon, replace(PARAMETERS, obligations=earlier))).events()


def test_two_stay_two() -> None:
    alone = said(AMEND, without(FEWER, "amendments"))
    refusal = given(ROUND_DECIDER, *OPENED).when(alone).then_refuses(AmendmentTakesWhatStands)
    assert refusal.field == "parameters.amendments"


def test_a_round_that_does_not_ask_for_two_is_amended_as_before() -> None:
    (event,) = (
        given(ROUND_DECIDER, *opened(without(PARAMETERS, "amendments")))
        .when(said(AMEND, TAKEN[0][1], noticed=True))
        .events()
    )
    assert isinstance(event, PolicyAmended)
    assert event.proposer is None
