"""Whoever a correction adds is on public notice first, and whoever objects is heard (C5.4)."""

from dataclasses import replace

import pytest

from services.publication.domain.approval import NoticeNotOver
from services.publication.domain.correction import RejectionStands
from services.publication.domain.correction_approval import ApproveCorrection, CorrectionNotProposed
from services.publication.domain.correction_notice import CorrectionNotOnNotice
from services.publication.domain.decision import DECISION_DECIDER
from services.publication.domain.notice import (
    NOTICE_DECIDER,
    ListNeedsNoNotice,
    NoticeEvent,
    PublishList,
    PublishNotice,
    of_corrections,
)
from services.publication.domain.objection_decisions import NoLowerRankInACorrection
from services.publication.domain.objections import FileObjection, NoticeNotRunning, ObjectionsOpen
from services.publication.domain.states import DecisionEvent
from shared.contracts.publication import (
    ApplicationRejected,
    ListCorrected,
    ListCorrectionProposed,
    ListPublished,
    NoticePublished,
    ObjectionFiled,
    ObjectionUpheld,
)
from shared.kernel.instants import Instant
from shared.kernel.refusal import Refusal
from shared.testing.scenario import given
from tests.services.people import PUBLISHER
from tests.services.publication.domain.drafted import (
    APPROVE_CORRECTION,
    CORRECT,
    DISMISS,
    FILE,
    LISTED,
    NOTICE,
    PROPOSED,
    REJECT,
    SECOND,
    SINK,
    STANDS,
    THIRD,
    TO_CORRECT,
    UPHOLD,
    approved_of,
)
from tests.services.publication.domain.test_notice import CALENDAR

assert isinstance(TO_CORRECT, ListCorrectionProposed)
FINAL = (PROPOSED, *LISTED, TO_CORRECT)
WAITS = approved_of(*FINAL)
SHOWN_AT, DURING, LAST, OVER = (
    Instant(f"2017-11-{day}.000Z") for day in ("15T02:00:00", "16T02:00:00", "22T15:59:59", "22T16:00:00")
)
LIST = ListPublished(round="2017", list_hash=STANDS.list_hash, url="/", rows=STANDS.rows)
SHOW = PublishNotice("2017", WAITS, CALENDAR, PUBLISHER, SHOWN_AT, corrections=True)
PUBLIC: tuple[NoticeEvent, ...] = (NOTICE, LIST)
(SHOWN,) = NOTICE_DECIDER.decide(NOTICE_DECIDER.fold(PUBLIC), SHOW)
assert isinstance(SHOWN, NoticePublished)
APPROVE = replace(APPROVE_CORRECTION, notices=(SHOWN,), at=OVER)
OBJECT = replace(FILE, application=THIRD, notices=(NOTICE, SHOWN), at=DURING)
(FILED,) = DECISION_DECIDER.decide(WAITS, OBJECT)
STRUCK = DECISION_DECIDER.decide(approved_of(*FINAL, FILED), UPHOLD)


def test_the_corrected_list_is_shown_for_the_rounds_working_days() -> None:
    assert isinstance(SHOWN, NoticePublished)
    assert isinstance(TO_CORRECT, ListCorrectionProposed)
    assert (SHOWN.list_hash, SHOWN.rows) == (TO_CORRECT.list_hash, TO_CORRECT.rows)
    assert (SHOWN.start, SHOWN.end, SHOWN.working_days) == ("2017-11-15", "2017-11-22", 5)
    given(NOTICE_DECIDER, *PUBLIC, SHOWN).when(SHOW).then_nothing()
    assert of_corrections(NOTICE_DECIDER.fold([*PUBLIC, SHOWN])) == (SHOWN,)


def test_a_list_that_the_first_notice_showed_is_shown_again() -> None:
    """What the public saw before another list was published counts for nothing."""
    assert isinstance(SHOWN, NoticePublished)
    seen = replace(SHOWN, start="2017-11-01", end="2017-11-08")
    given(NOTICE_DECIDER, seen, LIST).when(SHOW).then(SHOWN)
    assert of_corrections(NOTICE_DECIDER.fold([seen, LIST])) == ()
    after = replace(LIST, list_hash=SHOWN.list_hash, rows=SHOWN.rows)
    assert of_corrections(NOTICE_DECIDER.fold([*PUBLIC, SHOWN, after])) == ()


def test_what_adds_nobody_or_is_of_a_round_without_it_goes_on_no_notice() -> None:
    public = given(NOTICE_DECIDER, replace(NOTICE, list_hash="0" * 64), LIST)
    public.when(replace(SHOW, corrections=False)).then_refuses(ListNeedsNoNotice)
    (leaves,) = DECISION_DECIDER.decide(STANDS, replace(CORRECT, add=()))
    public.when(replace(SHOW, decision=approved_of(*FINAL[:-1], leaves))).then_refuses(ListNeedsNoNotice)
    assert given(DECISION_DECIDER, *FINAL[:-1], leaves).when(replace(APPROVE, notices=())).events()


def test_the_list_that_is_public_stays_while_a_correction_is_on_notice() -> None:
    given(NOTICE_DECIDER, *PUBLIC, SHOWN).when(PublishList("2017", WAITS, "/", PUBLISHER, DURING)).then_nothing()


TOO_EARLY: list[tuple[ApproveCorrection, type[Refusal], str]] = [
    (replace(APPROVE, notices=()), CorrectionNotOnNotice, "has not been on notice"),
    (replace(APPROVE, notices=(SHOWN, replace(SHOWN, list_hash="0" * 64))), CorrectionNotOnNotice, "0" * 64),
    (replace(APPROVE, at=LAST), NoticeNotOver, "2017-11-22"),
]


@pytest.mark.parametrize(("command", "refusal", "named"), TOO_EARLY)
def test_nobody_joins_before_the_notice_of_this_very_list_is_over(
    command: ApproveCorrection, refusal: type[Refusal], named: str
) -> None:
    refused = given(DECISION_DECIDER, *FINAL).when(command).then_refuses(refusal)
    assert refused.field in ("round", None)
    assert named in str(refused)


def test_after_the_notice_it_is_approved_and_rounds_without_it_do_not_ask() -> None:
    for command in (APPROVE, replace(APPROVE, notices=None, at=DURING)):
        corrected, *_ = given(DECISION_DECIDER, *FINAL).when(command).events()
        assert isinstance(corrected, ListCorrected)


def test_an_objection_to_whom_it_adds_stands_in_the_way_until_it_is_decided() -> None:
    assert isinstance(FILED, ObjectionFiled)
    given(DECISION_DECIDER, *FINAL, FILED).when(OBJECT).then_nothing()
    given(DECISION_DECIDER, *FINAL, FILED).when(APPROVE).then_refuses(ObjectionsOpen)
    for decision in (DISMISS, REJECT):
        decided = given(DECISION_DECIDER, *FINAL, FILED).when(decision).events()
        given(DECISION_DECIDER, *FINAL, FILED, *decided).when(decision).then_nothing()
        assert given(DECISION_DECIDER, *FINAL, FILED, *decided).when(APPROVE).events()


@pytest.mark.parametrize(
    "command",
    [
        replace(OBJECT, application=SECOND),
        replace(OBJECT, application="comprehensive-1"),
        replace(OBJECT, notices=(NOTICE,)),
        replace(OBJECT, at=OVER),
    ],
)
def test_objections_are_to_whom_it_adds_and_while_its_notice_runs(command: FileObjection) -> None:
    given(DECISION_DECIDER, *FINAL).when(command).then_refuses(NoticeNotRunning)


def test_whom_an_objection_takes_away_ends_again_and_the_correction_is_proposed_anew() -> None:
    upheld, rejected = STRUCK
    assert isinstance(upheld, ObjectionUpheld)
    assert isinstance(rejected, ApplicationRejected)
    assert (upheld.application, upheld.effect, upheld.list_hash) == (THIRD, "remove", STANDS.list_hash)
    assert (rejected.application, rejected.stage, rejected.codes) == (THIRD, "objection", ("OBJECTION_UPHELD",))
    after: tuple[DecisionEvent, ...] = (*FINAL, FILED, *STRUCK)
    given(DECISION_DECIDER, *after).when(UPHOLD).then_nothing()
    given(DECISION_DECIDER, *after).when(APPROVE).then_refuses(CorrectionNotProposed)
    assert approved_of(*after).rows == STANDS.rows
    again = replace(CORRECT, appeals={})
    given(DECISION_DECIDER, *after).when(again).then_refuses(RejectionStands)
    given(DECISION_DECIDER, *after).when(replace(again, appeals={THIRD: "closed"})).then_refuses(RejectionStands)
    (without,) = given(DECISION_DECIDER, *after).when(replace(again, add=())).events()
    assert isinstance(without, ListCorrectionProposed)
    assert given(DECISION_DECIDER, *after, without).when(replace(APPROVE, notices=())).events()


def test_an_objection_changes_no_rank_of_a_correction() -> None:
    refused = given(DECISION_DECIDER, *FINAL, FILED).when(SINK).then_refuses(NoLowerRankInACorrection)
    assert refused.field == "effect"


def test_who_is_left_out_anew_may_be_objected_to_no_more_and_what_was_filed_is_decided() -> None:
    (instead,) = DECISION_DECIDER.decide(STANDS, replace(CORRECT, add=()))
    history = (*FINAL, FILED, instead)
    late = replace(OBJECT, objection="o-2")
    given(DECISION_DECIDER, *history).when(late).then_refuses(NoticeNotRunning)
    upheld, rejected = given(DECISION_DECIDER, *history).when(UPHOLD).events()
    assert isinstance(rejected, ApplicationRejected)
    assert approved_of(*history, upheld, rejected).pending == instead
