"""How long a public notice runs: working days by the round's own calendar (C5.4)."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.publication.domain.decision import DECISION_DECIDER
from services.publication.domain.notice import (
    NOTICE_DECIDER,
    Command,
    ListNeedsNoNotice,
    ListNotApproved,
    NoticeEvent,
    PublishList,
    PublishNotice,
)
from services.publication.domain.states import Approved, ListNotProposed, NotProposed, Proposed
from shared.contracts.publication import ApprovalListProposed, ListApproved, ListPublished, NoticePublished
from shared.contracts.round import Calendar
from shared.contracts.sourced import Day, Moment, Number
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.services.people import PUBLISHER, all_but, role_of
from tests.services.publication.domain.test_decision import APPROVED, PROPOSED
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

assert isinstance(PROPOSED, ApprovalListProposed)
assert isinstance(APPROVED[0], ListApproved)
MOMENT, DAY = Moment(value="2017-09-20T09:00:00.000Z", source="design"), Day(value="2017-12-01", source="design")
CALENDAR = Calendar(
    opens_at=MOMENT,
    submission_deadline=MOMENT,
    district_deadline=DAY,
    notice_working_days=Number(value=5, source="design"),
    agreement_due_days=Number(value=30, source="design"),
    valid_from=DAY,
    valid_to=DAY,
    holidays=("2017-10-02", "2017-10-03", "2017-10-04", "2017-10-05", "2017-10-06"),
    workdays=("2017-09-30",),
)
ON_TABLE, STANDS = DECISION_DECIDER.fold([PROPOSED]), DECISION_DECIDER.fold([PROPOSED, APPROVED[0]])
assert isinstance(ON_TABLE, Proposed)
assert isinstance(STANDS, Approved)
SECOND = DECISION_DECIDER.fold([replace(PROPOSED, rows=PROPOSED.rows[1:], list_hash="0" * 64)])
CORRECTED = replace(STANDS, rows=STANDS.rows[1:], list_hash="1" * 64)
SHOW = PublishNotice("2017", ON_TABLE, CALENDAR, PUBLISHER, Instant("2017-11-01T01:00:00.000Z"), corrections=False)
SHOWN = NoticePublished(
    round="2017",
    list_hash=PROPOSED.list_hash,
    rows=PROPOSED.rows,
    start="2017-11-01",
    end="2017-11-08",
    working_days=5,
)
PUBLISH = PublishList("2017", STANDS, "https://example.invalid/2017", PUBLISHER, Instant("2017-11-09T01:00:00.000Z"))
PUBLISHED = ListPublished(round="2017", list_hash=PROPOSED.list_hash, url=PUBLISH.url, rows=PROPOSED.rows)


def test_the_proposal_is_shown_for_five_working_days() -> None:
    given(NOTICE_DECIDER).when(SHOW).then(SHOWN)


@pytest.mark.parametrize(
    ("at", "start", "end"),
    [
        ("2017-09-27T01:00:00.000Z", "2017-09-27", "2017-10-10"),
        ("2017-09-29T15:59:59.999Z", "2017-09-29", "2017-10-12"),
        ("2017-09-29T16:00:00.000Z", "2017-09-30", "2017-10-13"),
    ],
)
def test_the_notice_counts_the_working_saturday_and_skips_the_golden_week(at: str, start: str, end: str) -> None:
    (notice,) = given(NOTICE_DECIDER).when(replace(SHOW, at=Instant(at))).events()
    assert isinstance(notice, NoticePublished)
    assert (notice.start, notice.end) == (start, end)


def test_how_long_the_notice_is_is_the_rounds() -> None:
    week = replace(CALENDAR, notice_working_days=Number(value=7, source="design"))
    given(NOTICE_DECIDER).when(replace(SHOW, calendar=week)).then(replace(SHOWN, end="2017-11-10", working_days=7))


SHOWN_AGAIN = replace(SHOWN, rows=PROPOSED.rows[1:], list_hash="0" * 64)


def test_a_list_is_put_on_notice_once_in_each_form() -> None:
    for history in ((SHOWN,), (SHOWN, PUBLISHED)):
        given(NOTICE_DECIDER, *history).when(SHOW).then_nothing()
    given(NOTICE_DECIDER, SHOWN).when(replace(SHOW, decision=SECOND)).then(SHOWN_AGAIN)
    given(NOTICE_DECIDER, SHOWN, SHOWN_AGAIN).when(replace(SHOW, decision=SECOND)).then_nothing()
    given(NOTICE_DECIDER, SHOWN, SHOWN_AGAIN).when(SHOW).then(SHOWN)


def test_an_approved_list_goes_on_notice_no_more() -> None:
    given(NOTICE_DECIDER, SHOWN).when(replace(SHOW, decision=STANDS)).then_nothing()
    for history in ((SHOWN_AGAIN,), (SHOWN, PUBLISHED)):
        given(NOTICE_DECIDER, *history).when(replace(SHOW, decision=CORRECTED)).then_refuses(ListNeedsNoNotice)


def test_a_corrected_list_is_published_again_once() -> None:
    again = replace(PUBLISH, decision=CORRECTED)
    anew = ListPublished(round="2017", list_hash="1" * 64, url=PUBLISH.url, rows=CORRECTED.rows)
    given(NOTICE_DECIDER, SHOWN, PUBLISHED).when(again).then(anew)
    given(NOTICE_DECIDER, SHOWN, PUBLISHED, anew).when(again).then_nothing()


def test_nothing_is_shown_that_was_not_proposed() -> None:
    given(NOTICE_DECIDER).when(replace(SHOW, decision=NotProposed())).then_refuses(ListNotProposed)


def test_the_approved_list_is_published_once() -> None:
    given(NOTICE_DECIDER, SHOWN).when(PUBLISH).then(PUBLISHED)
    given(NOTICE_DECIDER, SHOWN, PUBLISHED).when(PUBLISH).then_nothing()


def test_only_an_approved_list_is_published() -> None:
    for decision in (NotProposed(), ON_TABLE):
        for history in ((), (SHOWN,), (SHOWN, PUBLISHED)):
            asked = given(NOTICE_DECIDER, *history).when(replace(PUBLISH, decision=decision))
            asked.then_refuses(ListNotApproved)
    given(NOTICE_DECIDER).when(PUBLISH).then_refuses(ListNotApproved)


@pytest.mark.parametrize("by", all_but(Role.PUBLISHER), ids=role_of)
def test_only_the_publisher_publishes(by: Actor) -> None:
    assert given(NOTICE_DECIDER).when(replace(SHOW, by=by)).then_refuses(NotPermitted).field == "role"
    assert given(NOTICE_DECIDER, SHOWN).when(replace(PUBLISH, by=by)).then_refuses(NotPermitted).field == "role"


COMMANDS: list[Command] = [
    SHOW,
    replace(SHOW, decision=STANDS),
    replace(SHOW, decision=SECOND),
    replace(SHOW, decision=NotProposed()),
    PUBLISH,
    replace(PUBLISH, decision=ON_TABLE),
    replace(PUBLISH, decision=CORRECTED),
    replace(SHOW, decision=CORRECTED),
    replace(PUBLISH, url="https://example.invalid/other"),
]


@settings(max_examples=60)
@given_any(st.lists(st.sampled_from(COMMANDS), max_size=10))
def test_any_script(script: list[Command]) -> None:
    """Nothing is published twice in a row, no list before a notice, no notice after a list."""
    history = live(NOTICE_DECIDER, script)
    hashes = [(type(event), event.list_hash) for event in history]
    assert all(one != other for one, other in pairwise(hashes))
    kinds = [kind for kind, _ in hashes]
    assert kinds == sorted(kinds, key=[NoticePublished, ListPublished].index)
    assert ListPublished not in kinds[:1]


@settings(max_examples=60)
@given_any(st.lists(st.one_of(made(NoticePublished), made(ListPublished)), max_size=8))
def test_any_history(history: list[NoticeEvent]) -> None:
    evolves_from_anything(NOTICE_DECIDER, history)
