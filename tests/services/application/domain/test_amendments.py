"""An amendment of a round that asks for two: proposed, approved by another, and taking nothing that stands (C5.4)."""

from collections.abc import Iterator
from dataclasses import asdict, fields, is_dataclass, replace
from operator import attrgetter
from typing import Any, get_type_hints

import pytest

from services.application.domain.amendment_approval import (
    AmendmentNotProposed,
    ApproveAmendment,
    DeclineAmendment,
    ProposerMayNotApproveTheAmendment,
    WithdrawAmendment,
)
from services.application.domain.amendments import AmendPolicy, AnotherAmendmentIsProposed, LaterAmendmentWaits
from services.application.domain.announced import AmendmentTakesWhatStands
from services.application.domain.kept import KEPT, Stage
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
STRICTER = replace(
    PARAMETERS, rules=tuple(replace(one, threshold="90000") if one.id == "R3" else one for one in PARAMETERS.rules)
)
AMEND = AmendPolicy(
    "2017",
    STRICTER,
    written(STRICTER),
    NEXT_DAY,
    "资本要求调整",
    "沪经信企〔2017〕560号",
    OFFICER,
    AT,
    noticed=False,
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
    parameters=STRICTER,
    new_hash=hash_of(asdict(STRICTER)),
    effective_from=NEXT_DAY,
    reason="资本要求调整",
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
        back = said(other, PARAMETERS if ended == approved() else STRICTER)
        (event,) = given(ROUND_DECIDER, *history).when(back).events()
        assert isinstance(event, PolicyAmendmentProposed)


def test_a_leader_approves_and_it_takes_effect_then_or_later() -> None:
    assert (approved().proposer, approved().effective_from, approved().parameters) == (OFFICER.id, NEXT_DAY, STRICTER)
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


CALENDAR = PARAMETERS.calendar
PLANS = PARAMETERS.obligations
SOON = (replace(PLANS[0], due=Moment(value="2017-09-04T16:00:00.000Z", source="design")), *PLANS[1:])


def with_member(parameters: Any, member: str, value: Any) -> Any:
    """The same with another value of a member, which may be one of a section's."""
    section, dot, rest = member.partition(".")
    return replace(parameters, **{section: with_member(getattr(parameters, section), rest, value) if dot else value})


def members(kind: type, prefix: str = "") -> Iterator[str]:
    """Every member of a section and of the sections in it, but the sources."""
    hints = get_type_hints(kind)
    for one in fields(kind):
        if one.name == "source":
            continue
        if is_dataclass(hints[one.name]) and hints[one.name] not in {Number, Day, Moment}:
            yield from members(hints[one.name], f"{prefix}{one.name}.")
        else:
            yield f"{prefix}{one.name}"


def test_of_every_member_it_is_said_when_it_stands() -> None:
    assert list(KEPT) == list(members(RoundParameters))


def less_of(member: str) -> Any:
    """A value of the member that takes something from somebody."""
    value = attrgetter(member)(PARAMETERS)
    if member in LESS:
        return LESS[member]
    return days(value.value - 1) if isinstance(value, Number) else type(value)(value - 1)


LESS: dict[str, Any] = {
    "calendar.district_deadline": Day(value="2017-09-25", source="design"),
    "calendar.valid_from": Day(value="2017-12-02", source="design"),
    "calendar.valid_to": Day(value="2018-11-29", source="design"),
    "calendar.holidays": (),
    "calendar.workdays": (*CALENDAR.workdays, "2017-10-21"),
    "categories": (replace(PARAMETERS.categories[0], open=False), *PARAMETERS.categories[1:]),
    "non_waivable": (*PARAMETERS.non_waivable, "R3"),
    "quotas": tuple(replace(one, places=1) for one in PARAMETERS.quotas),
    "evidence.media_types": ("application/pdf",),
    "decisions.promoters_aside": False,
}
OPEN_ROUND = with_member(PARAMETERS, "decisions.promoters_aside", value=True)


@pytest.mark.parametrize("member", [name for name, one in KEPT.items() if one.stage is Stage.OPENED])
def test_once_the_round_is_open_nothing_of_it_is_taken_away(member: str) -> None:
    """Time and rights that were announced stand, whenever the amendment takes effect (C5.4)."""
    less = said(AMEND, with_member(OPEN_ROUND, member, less_of(member)))
    history = opened(OPEN_ROUND)
    for effective_from in (AT, NEXT_DAY):
        asked = given(ROUND_DECIDER, *history).when(replace(less, effective_from=effective_from))
        assert asked.then_refuses(AmendmentTakesWhatStands).field == f"parameters.{member}"
    at_once = replace(less, effective_from=AT)
    (proposed,) = given(ROUND_DECIDER, history[0]).when(at_once).events()
    assert isinstance(proposed, PolicyAmendmentProposed)
    late = replace(APPROVE, new_hash=proposed.new_hash)
    given(ROUND_DECIDER, *history, proposed).when(late).then_refuses(AmendmentTakesWhatStands)
    given(ROUND_DECIDER, history[0]).when(less).then_refuses(AmendmentTakesWhatStands)


@pytest.mark.parametrize("member", [name for name, one in KEPT.items() if one.stage is Stage.NOTICED])
def test_what_was_announced_is_not_taken_back(member: str) -> None:
    """What a public notice says stands once there is one, or may be one when the amendment takes effect (C5.4)."""
    less = replace(said(AMEND, with_member(PARAMETERS, member, less_of(member))), effective_from=AT)
    for one in (replace(less, noticed=True), replace(less, effective_from=NEXT_DAY)):
        refusal = given(ROUND_DECIDER, *OPENED).when(one).then_refuses(AmendmentTakesWhatStands)
        assert refusal.field == f"parameters.{member}"
    (proposed,) = given(ROUND_DECIDER, *OPENED).when(less).events()
    assert isinstance(proposed, PolicyAmendmentProposed)
    late = replace(APPROVE, new_hash=proposed.new_hash, noticed=True)
    given(ROUND_DECIDER, *OPENED, proposed).when(late).then_refuses(AmendmentTakesWhatStands)


def test_more_is_given_at_any_time() -> None:
    more = with_member(PARAMETERS, "corrections.appeal_days", days(30))
    assert given(ROUND_DECIDER, *OPENED).when(said(AMEND, more, noticed=True)).events()


def test_an_approved_amendment_is_not_undone_by_one_that_takes_effect_later() -> None:
    """Whoever gives more says it together with what was approved before (C5.4)."""
    history = (*OPENED, PROPOSED, approved())
    more = said(AMEND, with_member(STRICTER, "corrections.appeal_days", days(30)))
    before = given(ROUND_DECIDER, *history).when(replace(more, effective_from=AT))
    assert "2017-09-03 00:00:00" in before.then_refuses(LaterAmendmentWaits).detail
    (proposed,) = given(ROUND_DECIDER, *history).when(more).events()
    assert isinstance(proposed, PolicyAmendmentProposed)
    early = replace(proposed, effective_from=AT)
    approve = replace(APPROVE, new_hash=proposed.new_hash)
    given(ROUND_DECIDER, *history, early).when(approve).then_refuses(LaterAmendmentWaits)
    (event,) = given(ROUND_DECIDER, *history, proposed).when(approve).events()
    assert isinstance(event, PolicyAmended)
    assert event.old_hash == approved().new_hash


def test_nothing_falls_due_before_its_reminder() -> None:
    """A wrong year in the calendar makes nobody default (C3.6)."""
    soon = said(AMEND, replace(PARAMETERS, obligations=SOON))
    refusal = given(ROUND_DECIDER, *OPENED).when(soon).then_refuses(AmendmentTakesWhatStands)
    assert refusal.field == "parameters.obligations.0.due"
    earlier = (replace(PLANS[0], due=Moment(value="2017-12-30T16:00:00.000Z", source="design")), *PLANS[1:])
    assert given(ROUND_DECIDER, *OPENED).when(said(soon, replace(PARAMETERS, obligations=earlier))).events()


def test_two_stay_two() -> None:
    alone = said(AMEND, without(STRICTER, "amendments"))
    refusal = given(ROUND_DECIDER, *OPENED).when(alone).then_refuses(AmendmentTakesWhatStands)
    assert refusal.field == "parameters.amendments.by_two"


def test_a_round_that_does_not_ask_for_two_is_amended_as_before() -> None:
    fewer = with_member(PARAMETERS, "calendar.notice_working_days", days(1))
    alone = opened(without(PARAMETERS, "amendments"))
    (event,) = given(ROUND_DECIDER, *alone).when(said(AMEND, fewer, noticed=True)).events()
    assert isinstance(event, PolicyAmended)
    assert event.proposer is None
