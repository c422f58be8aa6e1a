"""The standing of the approved (C3, C5.4)."""

from dataclasses import replace

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.publication.domain.reactions import default
from services.publication.domain.rectification import (
    AcceptRectification,
    DueOutOfTime,
    NothingOrdered,
    NothingToGiveUp,
    NothingToRectify,
    OrderIsNotMet,
    OrderRectification,
    OtherOrdersAreOpen,
)
from services.publication.domain.standing import STANDING_DECIDER, Command
from services.publication.domain.standing_states import (
    AgreementNotSigned,
    Approval,
    ApprovalHasExpired,
    ApprovalIsRevoked,
    ApprovalUnknown,
    StandingEvent,
)
from services.publication.domain.validity import (
    ExpireApproval,
    NothingIsRevoked,
    NotLonger,
    RectificationOpen,
    RenewApproval,
    ReverseRevocation,
    RevokeApproval,
    RevokerMayNotReverse,
)
from shared.contracts.obligations import Owed, a_default, obligation_id
from shared.contracts.publication import (
    ApprovalExpired,
    ApprovalRenewed,
    ApprovalRevoked,
    ItemGivenUp,
    RectificationAccepted,
    RectificationItem,
    RectificationOrdered,
    RevocationReversed,
)
from shared.contracts.reporting import ReportDefaulted
from shared.contracts.round import ObligationTerm
from shared.contracts.sourced import Moment
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant, LocalDate, end_of_day
from shared.kernel.refusal import NotPermitted, Refusal
from shared.testing.scenario import given
from tests.services.people import LEADER, OFFICER, ORGANIZATION, all_but, role_of
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

AT, DUE, LATEST = (Instant(f"2018-0{month}-01T16:00:00.000Z") for month in (2, 3, 3))
APPROVAL = Approval("app-1", ORGANIZATION, "2017", "2018-11-30", stands=True, signed=True)
ABOUT = {"application": "app-1", "organization": ORGANIZATION, "round": "2017"}
ITEMS = (RectificationItem(what="report.2018", note="补报"),)
END = end_of_day(LocalDate("2018-11-30"))
ORDER = OrderRectification(APPROVAL, ITEMS, DUE, LATEST, OFFICER, AT)
ORDERED = RectificationOrdered(**ABOUT, items=ITEMS, due=DUE)
ACCEPT = AcceptRectification(APPROVAL, "已整改", OFFICER, AT, orders=None, unmet=(), given_up=())
ACCEPTED = RectificationAccepted(**ABOUT, note="已整改", given_up=())
REVOKE = RevokeApproval(APPROVAL, "限期整改未完成", "沪经信企〔2018〕77号", LEADER, AT)
REVOKED = ApprovalRevoked(**ABOUT, ground="限期整改未完成", document_number="沪经信企〔2018〕77号")
RENEW = RenewApproval(APPROVAL, "2019-11-30", "沪经信企〔2018〕590号", LEADER, AT)
RENEWED = ApprovalRenewed(**ABOUT, valid_to="2019-11-30", document_number="沪经信企〔2018〕590号")
GIVE_BACK = ReverseRevocation(APPROVAL, "another-leader", "事实有误", "沪经信企〔2018〕80号", LEADER, AT)
GIVEN_BACK = RevocationReversed(**ABOUT, reason="事实有误", document_number="沪经信企〔2018〕80号")
EXPIRE = ExpireApproval(APPROVAL, END)
EXPIRED = ApprovalExpired(**ABOUT, valid_to="2018-11-30")
REPORT = ReportDefaulted(
    obligation="o-1", organization=ORGANIZATION, application="app-1", round="2017", kind="report", year=2018, due=AT
)
DEFAULT = default(REPORT, APPROVAL, DUE, terms=None)
UNSIGNED, GONE = replace(APPROVAL, signed=False), replace(APPROVAL, stands=False)


def test_nobody_closes_an_order_that_was_not_seen() -> None:
    """A default's order may come between reading and accepting; earlier releases closed whatever was open (C3)."""
    history = (ORDERED, replace(ORDERED, due=LATEST, items=(RectificationItem(what="plan.2018", note="补报"),)))
    for seen in (1, 3):
        given(STANDING_DECIDER, *history).when(replace(ACCEPT, orders=seen)).then_refuses(OtherOrdersAreOpen)
    for named in (2, None):
        given(STANDING_DECIDER, *history).when(replace(ACCEPT, orders=named)).then(ACCEPTED)


def test_the_officer_orders_and_accepts_what_is_to_be_put_right() -> None:
    """An order is one until it is accepted, and then it could be given again (C3)."""
    given(STANDING_DECIDER).when(ORDER).then(ORDERED)
    given(STANDING_DECIDER, ORDERED).when(ORDER).then_nothing()
    given(STANDING_DECIDER, ORDERED).when(ACCEPT).then(ACCEPTED)
    given(STANDING_DECIDER, ORDERED, ACCEPTED).when(ACCEPT).then_nothing()
    given(STANDING_DECIDER, ORDERED, ACCEPTED).when(replace(ACCEPT, note="其他")).then_refuses(NothingToRectify)
    given(STANDING_DECIDER).when(ACCEPT).then_refuses(NothingToRectify)
    given(STANDING_DECIDER, ORDERED, ACCEPTED).when(ORDER).then(ORDERED)


def test_an_order_is_not_closed_over_what_nobody_filed_or_nobody_looked_at() -> None:
    """What it names, by itself or with its year, is filed and accepted, or given up by name and with a reason (C3)."""
    unmet = (Owed("report", "2018", "Q1"), Owed("plan", "2018"))
    accept = replace(ACCEPT, unmet=unmet)
    refused = given(STANDING_DECIDER, ORDERED).when(accept).then_refuses(OrderIsNotMet)
    assert (refused.detail, refused.detail_zh) == (
        "not filed and accepted: report.2018.Q1",
        "尚未报送并经审核通过：2018年第一季度服务情况报告",
    )
    given_up = (ItemGivenUp(what="report.2018", reason="机构已停业整顿"),)
    given(STANDING_DECIDER, ORDERED).when(replace(accept, given_up=given_up)).then(replace(ACCEPTED, given_up=given_up))
    other = replace(ORDERED, items=(RectificationItem(what="report.2018.Q1", note="补报"), *ITEMS))
    given(STANDING_DECIDER, other).when(replace(accept, given_up=given_up)).then(replace(ACCEPTED, given_up=given_up))
    words = replace(ORDERED, items=(RectificationItem(what="服务场地", note="整改"),))
    given(STANDING_DECIDER, words).when(accept).then(ACCEPTED)


@pytest.mark.parametrize("what", ["plan.2018", "report.2018", "服务场地"])
def test_nothing_is_given_up_that_is_not_missing(what: str) -> None:
    """Not ordered; or filed and accepted, as nothing of it is unmet; or ordered in words alone (C3)."""
    ordered = replace(ORDERED, items=(*ITEMS, RectificationItem(what="服务场地", note="整改")))
    command = replace(ACCEPT, unmet=(Owed("plan", "2018"),), given_up=(ItemGivenUp(what=what, reason="不再要求"),))
    given(STANDING_DECIDER, ordered).when(command).then_refuses(NothingToGiveUp)


def test_a_second_order_joins_the_first() -> None:
    other = replace(ORDER, items=(RectificationItem(what="case", note=""),))
    given(STANDING_DECIDER, ORDERED).when(other).then(replace(ORDERED, items=other.items))
    given(STANDING_DECIDER, ORDERED, replace(ORDERED, items=other.items)).when(ORDER).then_nothing()


def test_a_default_leads_to_an_order_by_itself_and_never_to_more() -> None:
    """What was owed and not filed is to be put right; revocation stays a person's (C3)."""
    (ordered,) = given(STANDING_DECIDER).when(DEFAULT).events()
    assert isinstance(ordered, RectificationOrdered)
    assert (ordered.items[0].what, ordered.due) == ("report.2018", DUE)
    for history in ((REVOKED,), (EXPIRED,)):
        given(STANDING_DECIDER, *history).when(DEFAULT).then_nothing()
    for approval in (UNSIGNED, GONE):
        given(STANDING_DECIDER).when(replace(DEFAULT, approval=approval)).then_nothing()


def test_a_default_s_order_names_the_period_where_the_round_asks_for_it() -> None:
    """Two missed quarters are two orders; earlier rounds named the year alone (C3.1)."""
    due = Moment(value="2018-04-15T16:00:00.000Z", source="design")
    terms = [ObligationTerm(kind="report", year=2018, due=due, source="C3.1", period=one) for one in ("Q1", "Q2")]
    missed = [replace(REPORT, obligation=obligation_id("app-1", "report", 2018, one.period)) for one in terms]
    (first,), (second,) = (default(one, APPROVAL, DUE, terms).items for one in missed)
    assert [first.what, second.what] == ["report.2018.Q1", "report.2018.Q2"]
    assert first.note.startswith("未报送，应于2018-02-02 00:00:00前报送")
    assert a_default(first.what, first.note) == (Owed("report", "2018", "Q1"), "2018-02-02 00:00:00")
    assert default(missed[0], APPROVAL, DUE, terms=None).items[0].what == "report.2018"
    assert default(REPORT, APPROVAL, DUE, terms).items[0].what == "report.2018"


def test_the_leader_revokes_under_a_documents_number() -> None:
    for history in ((), (ORDERED,), (RENEWED,)):
        given(STANDING_DECIDER, *history).when(REVOKE).then(REVOKED)
    given(STANDING_DECIDER, REVOKED).when(REVOKE).then_nothing()
    given(STANDING_DECIDER, REVOKED).when(replace(REVOKE, ground="其他")).then_refuses(ApprovalIsRevoked)
    for command in (ORDER, ACCEPT, RENEW):
        given(STANDING_DECIDER, REVOKED).when(command).then_refuses(ApprovalIsRevoked)


def test_another_leader_gives_back_what_was_revoked_in_error() -> None:
    """Two people; what holds again holds as long as it did before (C5.4)."""
    given(STANDING_DECIDER, REVOKED).when(GIVE_BACK).then(GIVEN_BACK)
    given(STANDING_DECIDER, REVOKED).when(replace(GIVE_BACK, approval=GONE)).then(GIVEN_BACK)
    given(STANDING_DECIDER, REVOKED, GIVEN_BACK).when(GIVE_BACK).then_nothing()
    given(STANDING_DECIDER, REVOKED, GIVEN_BACK).when(ORDER).then(ORDERED)
    given(STANDING_DECIDER, REVOKED, GIVEN_BACK).when(REVOKE).then(REVOKED)
    own = replace(GIVE_BACK, revoked_by=LEADER.id)
    given(STANDING_DECIDER, REVOKED).when(own).then_refuses(RevokerMayNotReverse)
    for history in ((), (ORDERED,), (EXPIRED,)):
        given(STANDING_DECIDER, *history).when(GIVE_BACK).then_refuses(NothingIsRevoked)
    given(STANDING_DECIDER, REVOKED).when(replace(GIVE_BACK, revoked_by=None)).then_refuses(NothingIsRevoked)
    late = replace(GIVE_BACK, at=END)
    given(STANDING_DECIDER, REVOKED).when(late).then_refuses(ApprovalHasExpired)
    given(STANDING_DECIDER, RENEWED, REVOKED).when(late).then(GIVEN_BACK)
    later = replace(EXPIRE, at=end_of_day(LocalDate("2019-11-30")))
    given(STANDING_DECIDER, RENEWED, REVOKED, GIVEN_BACK).when(later).then(replace(EXPIRED, valid_to="2019-11-30"))


def test_an_approval_that_is_not_signed_may_be_revoked_too() -> None:
    given(STANDING_DECIDER).when(replace(REVOKE, approval=UNSIGNED)).then(REVOKED)
    given(STANDING_DECIDER).when(replace(REVOKE, approval=GONE)).then_refuses(ApprovalUnknown)


def test_the_leader_lets_an_approval_hold_longer() -> None:
    given(STANDING_DECIDER).when(RENEW).then(RENEWED)
    given(STANDING_DECIDER, RENEWED).when(RENEW).then_nothing()
    given(STANDING_DECIDER, ORDERED).when(RENEW).then_refuses(RectificationOpen)
    given(STANDING_DECIDER).when(replace(RENEW, at=END)).then_refuses(ApprovalHasExpired)
    for last in ("2018-11-30", "2018-11-29"):
        given(STANDING_DECIDER).when(replace(RENEW, valid_to=last)).then_refuses(NotLonger)
    given(STANDING_DECIDER, RENEWED).when(replace(RENEW, valid_to="2019-06-30")).then_refuses(NotLonger)


def test_an_approval_expires_with_the_end_of_its_last_day() -> None:
    given(STANDING_DECIDER).when(EXPIRE).then(EXPIRED)
    given(STANDING_DECIDER, ORDERED).when(EXPIRE).then(EXPIRED)
    given(STANDING_DECIDER).when(replace(EXPIRE, approval=UNSIGNED)).then(EXPIRED)
    given(STANDING_DECIDER).when(replace(EXPIRE, at=Instant("2018-11-30T15:59:59.999Z"))).then_nothing()
    for history in ((RENEWED,), (REVOKED,), (EXPIRED,)):
        given(STANDING_DECIDER, *history).when(EXPIRE).then_nothing()
    given(STANDING_DECIDER).when(replace(EXPIRE, approval=GONE)).then_nothing()
    later = replace(EXPIRE, at=end_of_day(LocalDate("2019-11-30")))
    given(STANDING_DECIDER, RENEWED).when(later).then(replace(EXPIRED, valid_to="2019-11-30"))
    for command in (ORDER, ACCEPT, RENEW, REVOKE):
        given(STANDING_DECIDER, EXPIRED).when(command).then_refuses(ApprovalHasExpired)


@pytest.mark.parametrize("command", [ORDER, ACCEPT, RENEW])
def test_nothing_is_active_without_a_signed_agreement(command: Command) -> None:
    given(STANDING_DECIDER).when(replace(command, approval=UNSIGNED)).then_refuses(AgreementNotSigned)
    given(STANDING_DECIDER).when(replace(command, approval=GONE)).then_refuses(ApprovalUnknown)


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (replace(ORDER, items=()), NothingOrdered),
        (replace(ORDER, due=AT), DueOutOfTime),
        (replace(ORDER, due=Instant("2018-01-01T00:00:00.000Z")), DueOutOfTime),
        (replace(ORDER, due=Instant("2018-03-01T16:00:00.001Z")), DueOutOfTime),
    ],
)
def test_wrong_orders(command: OrderRectification, refusal: type[Refusal]) -> None:
    assert given(STANDING_DECIDER).when(command).then_refuses(refusal).clause == "C3"
    given(STANDING_DECIDER).when(replace(ORDER, latest=None, due=Instant("2019-03-01T16:00:00.001Z"))).events()


@pytest.mark.parametrize("by", all_but(Role.CITY_OFFICER), ids=role_of)
def test_only_the_officer_orders_and_accepts(by: Actor) -> None:
    for history in ((), (ORDERED,), (REVOKED,)):
        given(STANDING_DECIDER, *history).when(replace(ORDER, by=by)).then_refuses(NotPermitted)
        given(STANDING_DECIDER, *history).when(replace(ACCEPT, by=by)).then_refuses(NotPermitted)


@pytest.mark.parametrize("by", all_but(Role.CITY_LEADER), ids=role_of)
def test_only_the_leader_revokes_and_renews(by: Actor) -> None:
    for history in ((), (REVOKED,), (RENEWED,)):
        given(STANDING_DECIDER, *history).when(replace(REVOKE, by=by)).then_refuses(NotPermitted)
        given(STANDING_DECIDER, *history).when(replace(RENEW, by=by)).then_refuses(NotPermitted)
        given(STANDING_DECIDER, *history).when(replace(GIVE_BACK, by=by)).then_refuses(NotPermitted)


COMMANDS: list[Command] = [
    ORDER,
    replace(ORDER, items=(RectificationItem(what="case", note=""),)),
    replace(ORDER, approval=UNSIGNED),
    DEFAULT,
    ACCEPT,
    replace(ACCEPT, note="其他"),
    REVOKE,
    replace(REVOKE, approval=GONE),
    GIVE_BACK,
    RENEW,
    replace(RENEW, valid_to="2020-11-30"),
    EXPIRE,
    replace(EXPIRE, at=end_of_day(LocalDate("2020-11-30"))),
    replace(EXPIRE, at=AT),
]


@settings(max_examples=150)
@given_any(st.lists(st.sampled_from(COMMANDS), max_size=14))
def test_any_script(script: list[Command]) -> None:
    """Nothing follows an end; what is accepted was ordered; a last day only moves on; who rectifies is not renewed."""
    history = live(STANDING_DECIDER, script)
    waiting, last = 0, APPROVAL.valid_to
    for number, event in enumerate(history, start=1):
        match event:
            case RectificationOrdered():
                waiting += 1
            case RectificationAccepted():
                assert waiting
                waiting = 0
            case ApprovalRenewed():
                assert not waiting
                assert event.valid_to > last
                last = event.valid_to
            case ApprovalExpired():
                assert (event.valid_to, number) == (last, len(history))
            case ApprovalRevoked():
                assert isinstance(history[number], RevocationReversed) if number < len(history) else True
                waiting = 0
            case RevocationReversed():
                assert isinstance(history[number - 2], ApprovalRevoked)


KINDS = (
    RectificationOrdered,
    RectificationAccepted,
    ApprovalRevoked,
    RevocationReversed,
    ApprovalRenewed,
    ApprovalExpired,
)


@settings(max_examples=60)
@given_any(st.lists(st.one_of(*(made(kind) for kind in KINDS))))
def test_any_history(history: list[StandingEvent]) -> None:
    evolves_from_anything(STANDING_DECIDER, history)
