"""A district's list: sealed under a letter's number, sent, late for all to see, opened again on authority (C5.3)."""

from dataclasses import asdict, replace

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.review.domain.batch import (
    BATCH_DECIDER,
    BatchEvent,
    BatchIsSealed,
    BatchNotSealed,
    Command,
    NothingToSeal,
    ReopenBatch,
    RoundIsDecided,
    RowNotChecked,
    RowsAreGone,
    SealBatch,
    SendBatch,
    SentBeforeTheRemit,
    SentListIsWithTheCity,
    opened_by_city,
)
from services.review.domain.batch_states import holds
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.district_states import Recommended
from services.review.domain.returns import minutes_late
from services.review.domain.rows import gone, in_order, row_of, unchecked
from shared.auditlog.canonical import hash_of
from shared.contracts.review import BatchLate, BatchReopened, BatchRow, BatchSealed, BatchSent
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.rounds.unasked import UNASKED
from tests.services.people import AT, FOREIGN_HEAD, HEAD, HERE, LEADER, OFFICER, all_but, role_of
from tests.services.review.domain.test_checks import BATCHES, CHECKED, CONFORMING
from tests.services.review.domain.test_district_review import DEADLINE, READY, RECOMMENDED
from tests.services.review.domain.test_panel import ROUND
from tests.services.review.domain.test_waivers import GRANTED, PROPOSED
from tests.services.review.domain.test_waivers import READY as WITH_A_GROUND
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

ROW = BatchRow(
    order=1,
    application="app-1",
    organization="org-1",
    uscc="U" * 18,
    organization_name="浦江服务中心",
    kind="professional",
    category="information",
    version=1,
    snapshot_hash="s" * 64,
    pdf_sha256="p" * 64,
    opinion="同意推荐",
    waived=("R6",),
)
SECOND = replace(ROW, order=2, application="app-2", pdf_sha256=None, waived=())
ROWS = (ROW, SECOND)
SEAL = SealBatch("2017", HERE, "黄经委〔2017〕12号", ROWS, "x" * 64, HEAD, AT, unchecked=(), waits_for=None)
SEALED = BatchSealed(
    round="2017",
    district=HERE,
    document_number="黄经委〔2017〕12号",
    rows=ROWS,
    rows_hash=hash_of([asdict(row) for row in ROWS]),
    xlsx_sha256="x" * 64,
)
SEND = SendBatch("2017", HERE, DEADLINE, HEAD, AT, gone=(), waits_for=None, by_city=False, remitted=False)
SENT = BatchSent(
    round="2017", district=HERE, document_number=SEALED.document_number, rows_hash=SEALED.rows_hash, sent_at=AT
)
REOPEN = ReopenBatch("2017", HERE, "市中小企业办函〔2017〕3号", HEAD, AT, closed=False, by_city=False, remitted=False)
REOPENED = BatchReopened(round="2017", district=HERE, authority=REOPEN.authority)


def late(minutes: int) -> BatchLate:
    return BatchLate(round="2017", district=HERE, minutes=minutes)


def test_a_list_is_sealed_in_its_order_and_sent() -> None:
    given(BATCH_DECIDER).when(SEAL).then(SEALED)
    given(BATCH_DECIDER).when(replace(SEAL, rows=ROWS[::-1])).then(SEALED)
    given(BATCH_DECIDER, SEALED).when(SEND).then(SENT)
    for history in ((SEALED,), (SEALED, SENT)):
        given(BATCH_DECIDER, *history).when(SEAL).then_nothing()
    given(BATCH_DECIDER, SEALED, SENT).when(SEND).then_nothing()
    given(BATCH_DECIDER, SEALED, SENT).when(replace(SEND, at=DEADLINE)).then_nothing()


def test_an_empty_list_is_not_sealed() -> None:
    given(BATCH_DECIDER).when(replace(SEAL, rows=())).then_refuses(NothingToSeal)


def test_a_list_that_was_opened_again_may_come_to_hold_nobody() -> None:
    """Whoever was on it was declined or returned; the city is told by an empty list (C5.3)."""
    empty = replace(SEALED, rows=(), rows_hash=hash_of([]))
    given(BATCH_DECIDER, SEALED, SENT, REOPENED).when(replace(SEAL, rows=())).then(empty)
    given(BATCH_DECIDER, SEALED, SENT, REOPENED, empty).when(SEND).then(replace(SENT, rows_hash=empty.rows_hash))


def test_every_row_was_checked_where_the_round_asks_for_it() -> None:
    """A round may come to ask for it when something is recommended already (C5.3)."""
    refusal = given(BATCH_DECIDER).when(replace(SEAL, unchecked=("浦江服务中心",))).then_refuses(RowNotChecked)
    assert (refusal.clause, refusal.field) == ("C5.3", "compliance")
    demanding = replace(ROUND, batches=replace(BATCHES, compliance_required=True))
    for checks, lacking in (((), True), ((CHECKED,), True), ((CHECKED, CONFORMING), False)):
        review = DISTRICT_DECIDER.fold([*READY, *checks, RECOMMENDED])
        assert isinstance(review, Recommended)
        assert unchecked([review], demanding) == (("浦江服务中心",) if lacking else ())
        assert unchecked([review], replace(ROUND, batches=BATCHES)) == ()


@pytest.mark.parametrize("other", [replace(SEAL, rows=(ROW,)), replace(SEAL, document_number="13号")])
def test_a_sealed_list_stays_as_it_is(other: SealBatch) -> None:
    for history in ((SEALED,), (SEALED, SENT)):
        given(BATCH_DECIDER, *history).when(other).then_refuses(BatchIsSealed)


def test_it_takes_authority_to_open_a_list_again() -> None:
    for history in ((SEALED,), (SEALED, SENT)):
        given(BATCH_DECIDER, *history).when(REOPEN).then(REOPENED)
        given(BATCH_DECIDER, *history, REOPENED).when(REOPEN).then_nothing()
        given(BATCH_DECIDER, *history, REOPENED).when(replace(REOPEN, authority="4号")).then_refuses(BatchNotSealed)
        given(BATCH_DECIDER, *history, REOPENED).when(SEAL).then(SEALED)
    given(BATCH_DECIDER).when(REOPEN).then_refuses(BatchNotSealed)


CITYS = replace(REOPEN, by=OFFICER, by_city=True)


def test_what_was_sent_is_opened_again_by_the_city_where_the_round_has_it_so() -> None:
    """Its officer or its leader; the district's leader what the district still has (C5.3)."""
    own = replace(CITYS, by=HEAD)
    given(BATCH_DECIDER, SEALED).when(own).then(REOPENED)
    given(BATCH_DECIDER, SEALED, SENT).when(own).then_refuses(SentListIsWithTheCity)
    for by in (OFFICER, LEADER):
        given(BATCH_DECIDER, SEALED, SENT).when(replace(CITYS, by=by)).then(REOPENED)
        given(BATCH_DECIDER, SEALED, SENT).when(replace(CITYS, by=by, by_city=False)).then_refuses(NotPermitted)
    given(BATCH_DECIDER, SEALED, SENT).when(replace(CITYS, closed=True)).then_refuses(RoundIsDecided)
    for by in (FOREIGN_HEAD, *all_but(Role.DISTRICT_LEADER, Role.CITY_OFFICER, Role.CITY_LEADER)):
        given(BATCH_DECIDER, SEALED, SENT).when(replace(CITYS, by=by)).then_refuses(NotPermitted)


def test_a_district_opens_its_own_for_what_an_appeal_remitted_to_it() -> None:
    """And nothing is sent by sending once more what the city has (C5.4)."""
    own = replace(CITYS, by=HEAD, remitted=True)
    given(BATCH_DECIDER, SEALED, SENT).when(own).then(REOPENED)
    given(BATCH_DECIDER, SEALED, SENT).when(replace(own, by=FOREIGN_HEAD)).then_refuses(NotPermitted)
    again = replace(SEND, remitted=True, at=Instant("2017-11-20T01:00:00.000Z"))
    given(BATCH_DECIDER, SEALED, SENT).when(again).then_refuses(SentBeforeTheRemit)
    given(BATCH_DECIDER, SEALED).when(replace(SEND, remitted=True)).then(SENT)


def test_the_round_says_who_opens_again_what_was_sent() -> None:
    assert opened_by_city(replace(ROUND, batches=replace(BATCHES, reopened_by_city=True)))
    for silent in (UNASKED.batches, BATCHES):
        assert not opened_by_city(replace(ROUND, batches=silent))


def test_what_the_city_had_and_opened_again_is_not_late_when_it_comes_back() -> None:
    """After a remit, or another letter of the city; what it never had is late (C5.3, C5.4)."""
    at = Instant("2017-11-20T01:00:00.000Z")
    again, sent = replace(SEND, at=at, by_city=True), replace(SENT, sent_at=at)
    minutes = late(minutes_late(at, DEADLINE))
    back = (SEALED, SENT, REOPENED, SEALED)
    given(BATCH_DECIDER, *back).when(again).then(sent)
    given(BATCH_DECIDER, *back, sent).when(again).then_nothing()
    given(BATCH_DECIDER, *back).when(replace(again, by_city=False)).then(sent, minutes)
    given(BATCH_DECIDER, SEALED, REOPENED, SEALED).when(again).then(sent, minutes)


def test_what_the_city_decided_on_is_not_opened_again() -> None:
    """Unless an appeal remits it to the district; a reopening that is put again stays one (C5.4)."""
    after = replace(REOPEN, closed=True)
    for history in ((SEALED,), (SEALED, SENT)):
        given(BATCH_DECIDER, *history).when(after).then_refuses(RoundIsDecided)
        given(BATCH_DECIDER, *history, REOPENED).when(after).then_nothing()


@pytest.mark.parametrize("history", [(), (SEALED, REOPENED)])
def test_only_a_sealed_list_is_sent(history: tuple[BatchEvent, ...]) -> None:
    given(BATCH_DECIDER, *history).when(SEND).then_refuses(BatchNotSealed)


@pytest.mark.parametrize(
    ("at", "minutes"),
    [
        ("2017-09-30T15:59:59.999Z", 0),
        (DEADLINE, 1),
        ("2017-09-30T16:00:00.001Z", 1),
        ("2017-09-30T16:01:00.000Z", 1),
        ("2017-09-30T16:01:00.001Z", 2),
        ("2017-10-01T16:00:00.000Z", 1440),
    ],
)
def test_a_late_list_counts_and_the_delay_stays_visible(at: str, minutes: int) -> None:
    """Instants are compared, not dates; the deadline itself is too late."""
    assert minutes_late(Instant(at), DEADLINE) == minutes
    sent = replace(SENT, sent_at=at)
    expected = (sent, late(minutes)) if minutes else (sent,)
    given(BATCH_DECIDER, SEALED).when(replace(SEND, at=Instant(at))).then(*expected)


@pytest.mark.parametrize("by", all_but(Role.DISTRICT_LEADER), ids=role_of)
@pytest.mark.parametrize("command", [SEAL, SEND, REOPEN])
def test_only_the_districts_leader_seals_sends_and_reopens(command: SealBatch | SendBatch, by: Actor) -> None:
    for history in ((), (SEALED,), (SEALED, SENT)):
        asked = given(BATCH_DECIDER, *history).when(replace(command, by=by))
        assert asked.then_refuses(NotPermitted).field == "role"
        foreign = given(BATCH_DECIDER, *history).when(replace(command, by=FOREIGN_HEAD))
        assert foreign.then_refuses(NotPermitted).field == "district"


def test_a_sent_list_holds_its_versions() -> None:
    sent = BATCH_DECIDER.fold([SEALED, SENT])
    assert holds(sent, "app-1", 1)
    assert not holds(sent, "app-1", 2)
    assert not holds(sent, "app-3", 1)
    histories: list[list[BatchEvent]] = [[], [SEALED], [SEALED, SENT, REOPENED]]
    assert not any(holds(BATCH_DECIDER.fold(history), "app-1", 1) for history in histories)


def test_a_row_says_what_the_district_recommends_and_waived() -> None:
    other = tuple(replace(one, rule="R8", observed="76") for one in (PROPOSED, GRANTED))
    review = DISTRICT_DECIDER.fold([*WITH_A_GROUND, PROPOSED, GRANTED, *other, RECOMMENDED])
    assert isinstance(review, Recommended)
    assert row_of(review, "p" * 64) == replace(ROW, waived=("R6", "R8"))
    assert in_order((SECOND, ROW)) == ROWS


COMMANDS: list[Command] = [
    SEAL,
    SEND,
    REOPEN,
    replace(SEAL, rows=(ROW,)),
    replace(SEAL, rows=()),
    replace(SEND, at=Instant("2017-10-01T00:00:00.000Z")),
    replace(REOPEN, authority="4号"),
    replace(SEAL, by=FOREIGN_HEAD),
]


@settings(max_examples=80)
@given_any(st.lists(st.sampled_from(COMMANDS), max_size=20))
def test_any_script(script: list[Command]) -> None:
    """Sent follows sealed, late follows sent, and nothing but an opening on authority undoes a seal."""
    before: BatchEvent | None = None
    for event in live(BATCH_DECIDER, script):
        match event:
            case BatchSealed():
                assert before is None or isinstance(before, BatchReopened)
            case BatchSent():
                assert isinstance(before, BatchSealed)
                assert event.rows_hash == before.rows_hash
            case BatchLate():
                assert isinstance(before, BatchSent)
            case BatchReopened():
                assert isinstance(before, BatchSealed | BatchSent | BatchLate)
        before = event


@settings(max_examples=60)
@given_any(st.lists(st.one_of(*(made(type(event)) for event in (SEALED, SENT, REOPENED, late(1)))), max_size=8))
def test_any_history(history: list[BatchEvent]) -> None:
    evolves_from_anything(BATCH_DECIDER, history)


def test_a_list_is_sent_as_it_stands() -> None:
    """Whoever withdrew, or went to the city itself, is not sent after the sealing (C5.3)."""
    given(BATCH_DECIDER, SEALED).when(replace(SEND, gone=("甲公司",))).then_refuses(RowsAreGone)
    given(BATCH_DECIDER, SEALED, SENT).when(replace(SEND, gone=("甲公司",))).then_nothing()
    review = DISTRICT_DECIDER.fold((*READY, RECOMMENDED))
    assert isinstance(review, Recommended)
    row = row_of(review, None)
    assert gone([row], {row.application: review}) == ()
    assert gone([replace(row, version=2)], {row.application: review}) == (row.organization_name,)
    assert gone([row], {}) == (row.organization_name,)
