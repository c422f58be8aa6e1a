"""Returns to the applicant, ends of a review, and its opening again by a remitted appeal (C5.3, C5.4)."""

from dataclasses import replace

import pytest

from services.review.domain.checks import MatchPaper, OpenDistrictReview
from services.review.domain.district_evolution import DistrictEvent
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.district_states import Open, Returned, ReviewAlreadyDecided, VersionIsStale
from services.review.domain.reactions import reaction
from services.review.domain.recommendation import DistrictDeadlinePassed
from services.review.domain.recusals import ReopenScoring
from services.review.domain.returns import (
    CloseReview,
    Correcting,
    ItemNotCorrectable,
    ItemsRepeat,
    ReopenReview,
    ReturnDueOutOfRange,
    ReturnForCorrection,
    RoundKnowsNoCorrections,
    correcting,
    district_deadline,
    reached,
    remitted_until,
    time_for,
)
from shared.contracts.application import ApplicationLapsed, ApplicationWithdrawn
from shared.contracts.correction import ItemToCorrect
from shared.contracts.policy import remit_due
from shared.contracts.publication import AppealDecided
from shared.contracts.review import DistrictReviewClosed, DistrictReviewReopened, DistrictReviewReturned
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant, instant
from shared.kernel.refusal import NotPermitted, Refusal
from shared.testing.scenario import given
from tests.audit.street import parameters
from tests.rounds.unasked import without
from tests.services.people import AT, CLERK, FOREIGN_CLERK, HERE, ORGANIZATION, all_but, role_of
from tests.services.review.domain.test_checks import REOPENED, RESUBMISSION, RETURNED
from tests.services.review.domain.test_district_review import (
    DEADLINE,
    DECLINE,
    DECLINED,
    JUDGE,
    MATCHED,
    OPENED,
    PASS,
    READY,
    RECEIVED,
    RECOMMEND,
    RECOMMENDED,
    SUBMISSION,
)
from tests.services.review.domain.test_reconsideration import ESCALATED, REQUESTED

LAST = Instant("2017-09-06T16:00:00.000Z")
"""The end of the fifth day after 1 September in Shanghai."""
DEADLINE_2017 = Instant("2017-09-20T09:00:00.000Z")
TERMS = Correcting(days=5, materials=frozenset(range(1, 10)), not_before=None)
RETURN = ReturnForCorrection(
    "app-1", 1, RETURNED.items, None, TERMS, CLERK, AT, sealed=False, revisable=False, final=False
)
SENT_BACK = replace(RETURNED, due=LAST)
CLOSE = CloseReview("app-1", ORGANIZATION, "2017", "withdrawn")
CLOSED = DistrictReviewClosed(application="app-1", organization=ORGANIZATION, round="2017", reason="withdrawn")
REMIT = ReopenReview("app-1", "appeal-1", due=None)
REMITTED = DistrictReviewReopened(
    application="app-1", organization=ORGANIZATION, round="2017", district=HERE, version=1, appeal="appeal-1"
)


def item(path: str) -> ItemToCorrect:
    return ItemToCorrect(path=path, code="INCOMPLETE", note="")


def test_a_version_is_returned_once_for_as_long_as_the_round_gives() -> None:
    given(DISTRICT_DECIDER, *READY).when(RETURN).then(SENT_BACK)
    given(DISTRICT_DECIDER, *READY, SENT_BACK).when(RETURN).then_nothing()
    other = replace(RETURN, items=(item("t1"),))
    given(DISTRICT_DECIDER, *READY, SENT_BACK).when(other).then_refuses(ReviewAlreadyDecided)


@pytest.mark.parametrize("due", ["2017-09-01T01:00:00.001Z", "2017-09-04T09:00:00.000Z", LAST])
def test_an_earlier_time_may_be_said(due: str) -> None:
    given(DISTRICT_DECIDER, OPENED).when(replace(RETURN, due=Instant(due))).then(replace(SENT_BACK, due=due))


@pytest.mark.parametrize("due", [AT, "2017-08-31T00:00:00.000Z", "2017-09-06T16:00:00.001Z"])
def test_no_time_outside_what_the_round_allows(due: str) -> None:
    asked = given(DISTRICT_DECIDER, OPENED).when(replace(RETURN, due=Instant(due)))
    assert asked.then_refuses(ReturnDueOutOfRange).field == "due"


@pytest.mark.parametrize("path", ["t1", "t2.premises", "t4.commitment", "materials.9", "t3"])
def test_tables_members_and_materials_are_corrected(path: str) -> None:
    assert given(DISTRICT_DECIDER, OPENED).when(replace(RETURN, items=(item(path),))).events()


@pytest.mark.parametrize("path", ["", "t5", "t2.", "t2.rooms", "T2", "materials", "materials.0", "materials.10", "t2 "])
def test_nothing_else_is(path: str) -> None:
    asked = given(DISTRICT_DECIDER, OPENED).when(replace(RETURN, items=(item("t1"), item(path))))
    assert asked.then_refuses(ItemNotCorrectable).field == "items.1.path"


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (replace(RETURN, items=()), ItemNotCorrectable),
        (replace(RETURN, items=(item("t1"), item("t1"))), ItemsRepeat),
        (replace(RETURN, version=2), VersionIsStale),
        (replace(RETURN, terms=replace(TERMS, days=None)), RoundKnowsNoCorrections),
        (replace(RETURN, by=FOREIGN_CLERK), NotPermitted),
    ],
)
def test_wrong_returns_are_refused(command: ReturnForCorrection, refusal: type[Refusal]) -> None:
    given(DISTRICT_DECIDER, OPENED).when(command).then_refuses(refusal)


@pytest.mark.parametrize("by", all_but(Role.DISTRICT_CLERK), ids=role_of)
def test_only_a_clerk_returns(by: Actor) -> None:
    given(DISTRICT_DECIDER, OPENED).when(replace(RETURN, by=by)).then_refuses(NotPermitted)


def test_nothing_else_is_decided_of_a_returned_version() -> None:
    for command in (JUDGE, RECOMMEND, DECLINE):
        given(DISTRICT_DECIDER, *READY, SENT_BACK).when(command).then_refuses(ReviewAlreadyDecided)


def test_how_long_an_applicant_has_is_the_rounds() -> None:
    terms = correcting(parameters())
    assert terms == Correcting(5, frozenset(range(1, 10)), DEADLINE_2017)
    assert correcting(without(parameters(), "corrections", "materials")) == Correcting(
        None, frozenset(), not_before=None
    )


@pytest.mark.parametrize(
    "history", [(OPENED,), READY, (*READY, SENT_BACK), (*READY, RECOMMENDED), (OPENED, DECLINED), (*READY, REOPENED)]
)
def test_a_withdrawal_ends_the_review_whatever_it_had_come_to(history: tuple[DistrictEvent, ...]) -> None:
    given(DISTRICT_DECIDER, *history).when(CLOSE).then(CLOSED)
    given(DISTRICT_DECIDER, *history, CLOSED).when(CLOSE).then_nothing()
    for command in (replace(JUDGE), RECOMMEND, DECLINE, RETURN):
        given(DISTRICT_DECIDER, *history, CLOSED).when(command).then_refuses(ReviewAlreadyDecided)
    for late in (MatchPaper(RECEIVED), OpenDistrictReview(SUBMISSION), REMIT):
        given(DISTRICT_DECIDER, *history, CLOSED).when(late).then_nothing()


def test_what_never_reached_the_district_has_nothing_to_end() -> None:
    given(DISTRICT_DECIDER).when(CLOSE).then_nothing()
    given(DISTRICT_DECIDER).when(REMIT).then_nothing()


@pytest.mark.parametrize("history", [(*READY, RECOMMENDED), (*READY, DECLINED)])
def test_a_remitted_appeal_opens_the_review_again(history: tuple[DistrictEvent, ...]) -> None:
    """The review and nothing else: what was checked of the version stands (C5.4)."""
    given(DISTRICT_DECIDER, *history).when(REMIT).then(REMITTED)
    given(DISTRICT_DECIDER, *history, REMITTED).when(REMIT).then_nothing()
    given(DISTRICT_DECIDER, *history, REMITTED, RECOMMENDED).when(REMIT).then_nothing()
    state = DISTRICT_DECIDER.fold([*history, REMITTED])
    assert isinstance(state, Open)
    assert (state.paper, len(state.judgements)) == (MATCHED, 1)


def test_the_districts_deadline_does_not_end_what_was_opened_again() -> None:
    late = replace(RECOMMEND, at=DEADLINE)
    given(DISTRICT_DECIDER, *READY).when(late).then_refuses(DistrictDeadlinePassed)
    given(DISTRICT_DECIDER, *READY, DECLINED, REMITTED).when(late).then(RECOMMENDED)


def test_nor_what_was_corrected_after_it_was_opened_again() -> None:
    history = (*READY, DECLINED, REMITTED, SENT_BACK, REOPENED, replace(MATCHED, version=2), PASS)
    late = replace(RECOMMEND, version=2, at=DEADLINE)
    given(DISTRICT_DECIDER, *history).when(late).then(replace(RECOMMENDED, version=2))


def shanghai(day: str) -> Instant:
    return instant(f"{day}T00:00:00+08:00")


@pytest.mark.parametrize(
    ("sent_back", "end"),
    [
        ([], "2017-10-01"),
        ([("2017-09-10", "2017-09-16")], "2017-10-01"),
        ([("2017-09-29", "2017-10-05")], "2017-10-10"),
        ([("2017-09-29", "2017-10-05"), ("2017-10-09", "2017-10-12")], "2017-10-17"),
        ([("2017-10-01", "2017-10-06")], "2017-10-01"),
        ([("2017-09-29", "2017-10-05"), ("2017-10-10", "2017-10-12")], "2017-10-10"),
    ],
)
def test_a_district_has_as_long_after_a_return_as_the_applicant_had(sent_back: list[tuple[str, str]], end: str) -> None:
    """Only what the district returned in time moves its deadline (C5.3)."""
    returns = [(shanghai(at), shanghai(due)) for at, due in sent_back]
    assert time_for(parameters(), AT, returns, remitted=None) == shanghai(end)
    assert time_for(without(parameters(), "corrections"), AT, returns, remitted=None) == shanghai("2017-10-01")


def test_no_return_ends_before_the_rounds_deadline_where_the_round_says_so() -> None:
    """Five days end before it, ten do not; what the clerk asks for lies between (C5.2, C5.3)."""
    terms = correcting(parameters())
    assert terms.not_before == DEADLINE_2017
    (returned,) = given(DISTRICT_DECIDER, *READY).when(replace(RETURN, terms=terms)).events()
    assert isinstance(returned, DistrictReviewReturned)
    assert returned.due == DEADLINE_2017
    early = replace(RETURN, terms=terms, due=LAST)
    given(DISTRICT_DECIDER, *READY).when(early).then_refuses(ReturnDueOutOfRange)
    longer = replace(early, terms=replace(terms, days=30), due=shanghai("2017-09-25"))
    (later,) = given(DISTRICT_DECIDER, *READY).when(longer).events()
    assert isinstance(later, DistrictReviewReturned)
    assert later.due == shanghai("2017-09-25")


def test_what_comes_within_an_extension_after_its_return_ran_out_has_reached_the_district_then() -> None:
    """A district has its days for it from then on (C5.3)."""
    back = replace(SENT_BACK, due=shanghai("2017-09-15"))
    again = replace(OPENED, version=2)
    before = [(AT, OPENED), (shanghai("2017-09-10"), back)]
    assert reached([*before, (shanghai("2017-09-14"), again)]) == AT
    assert reached([*before, (shanghai("2017-10-05"), again)]) == shanghai("2017-10-05")


def test_and_as_long_after_an_arrival_that_an_extension_let_be_late() -> None:
    assert time_for(parameters(), shanghai("2017-09-25"), [], remitted=None) == shanghai("2017-10-01")
    assert time_for(parameters(), shanghai("2017-10-05"), [], remitted=None) == shanghai("2017-10-11")


def test_a_review_that_the_list_overtook_undecided_has_time_once_more() -> None:
    """A remit leads somewhere also where the district had decided nothing (C5.4)."""
    remit, remitted = replace(REMIT, due=LAST), replace(REMITTED, due=LAST)
    until = remitted_until([remitted])
    assert until == LAST
    for history in (READY, (*READY, DECLINED, REQUESTED, ESCALATED)):
        given(DISTRICT_DECIDER, *history).when(remit).then(remitted)
        given(DISTRICT_DECIDER, *history, remitted).when(remit).then_nothing()
    late = replace(RECOMMEND, deadline=until, at=until)
    given(DISTRICT_DECIDER, *READY, remitted).when(late).then_refuses(DistrictDeadlinePassed)
    given(DISTRICT_DECIDER, *READY, REMITTED).when(late).then(RECOMMENDED)
    given(DISTRICT_DECIDER, *READY, remitted).when(replace(late, at=DEADLINE, deadline=time_remitted())).then(
        RECOMMENDED
    )


def time_remitted() -> Instant:
    return time_for(parameters(), AT, [], shanghai("2017-11-20"))


def test_what_is_with_its_applicant_is_open_again_when_it_comes_back() -> None:
    state = DISTRICT_DECIDER.fold([*READY, SENT_BACK, REMITTED])
    assert isinstance(state, Returned)
    assert state.checks.reopened == REMITTED


def test_a_remit_has_the_days_that_the_round_gives() -> None:
    silent = without(parameters(), "corrections")
    assert remit_due(silent, AT) is remitted_until([]) is remitted_until([REMITTED]) is None
    assert remit_due(parameters(), AT) == shanghai("2017-09-12")
    assert time_remitted() == shanghai("2017-11-20")
    assert time_for(silent, shanghai("2017-11-01"), [], remitted=None) == district_deadline(silent)


def test_what_follows_from_other_houses() -> None:
    ids = {"application": "app-1", "organization": ORGANIZATION, "round": "2017"}
    assert reaction(RESUBMISSION, "", due=None, panel=None) == OpenDistrictReview(RESUBMISSION)
    assert reaction(ApplicationWithdrawn(**ids, reason="x"), "", due=None, panel=None) == CLOSE
    lapsed = ApplicationLapsed(**ids, what="return", deadline=AT)
    assert reaction(lapsed, "", due=None, panel=None) == replace(CLOSE, reason="lapsed")
    assert reaction(replace(lapsed, what="draft"), "", due=None, panel=None) is None
    remitted = AppealDecided(**ids, outcome="remit", stage="district", reason="x")
    assert reaction(remitted, "appeal-1", due=None, panel=None) == REMIT
    assert reaction(replace(remitted, stage="experts"), "appeal-1", due=None, panel=None) == ReopenScoring(
        "app-1", ORGANIZATION, "2017", "appeal-1", None
    )
    for other in (replace(remitted, outcome="uphold", stage=None), replace(remitted, outcome="reverse", stage=None)):
        assert reaction(other, "appeal-1", due=None, panel=None) is None
