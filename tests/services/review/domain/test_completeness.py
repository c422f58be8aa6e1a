"""A list waits for its district's filing deadline and for everything that was filed there, where the round asks."""

from dataclasses import replace
from typing import Any

import pytest

from services.review.domain.batch import BATCH_DECIDER
from services.review.domain.completeness import (
    Completeness,
    FilingIsOpen,
    MoreTimeRuns,
    ReviewsUndecided,
    filed_until,
    is_undecided,
    still_running,
    waited_for,
)
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.district_states import DistrictReview
from shared.contracts.application import DeadlineExtended
from shared.contracts.review import DistrictReviewClosed
from shared.kernel.instants import Instant
from shared.testing.scenario import given
from tests.rounds.unasked import UNASKED
from tests.services.people import HERE
from tests.services.review.domain.test_batch import REOPENED, SEAL, SEALED, SEND, SENT
from tests.services.review.domain.test_checks import BATCHES, RETURNED
from tests.services.review.domain.test_district_review import DECLINED, OPENED, READY, RECOMMENDED
from tests.services.review.domain.test_panel import ROUND

DEADLINE = Instant("2017-09-20T09:00:00.000Z")
JUST_BEFORE = Instant("2017-09-20T08:59:59.999Z")
COMPLETE = Completeness(DEADLINE, (), ())
WAITING = Completeness(DEADLINE, ("申江服务中心",), ())


def extension(scope: str, target: str | None, new: str) -> DeadlineExtended:
    return DeadlineExtended(
        round="2017", scope=scope, target=target, old=DEADLINE, new=new, reason="台风", authority_document="1号"
    )


def test_a_list_is_not_sealed_while_its_district_still_takes_applications() -> None:
    """Whoever files in the last minute may be recommended too (C5.2, C5.3)."""
    early, sealed = replace(SEAL, waits_for=COMPLETE, at=JUST_BEFORE), replace(SEAL, waits_for=COMPLETE, at=DEADLINE)
    assert given(BATCH_DECIDER).when(early).then_refuses(FilingIsOpen).clause == "C5.3"
    given(BATCH_DECIDER).when(sealed).then(SEALED)
    given(BATCH_DECIDER, SEALED).when(early).then_nothing()
    given(BATCH_DECIDER, SEALED).when(replace(SEND, waits_for=COMPLETE, at=JUST_BEFORE)).then_refuses(FilingIsOpen)


def test_a_list_is_neither_sealed_nor_sent_while_somebody_is_undecided() -> None:
    """The refusal names who is (C5.3)."""
    refusal = given(BATCH_DECIDER).when(replace(SEAL, waits_for=WAITING, at=DEADLINE)).then_refuses(ReviewsUndecided)
    assert "申江服务中心" in str(refusal.detail)
    assert refusal.detail_zh.endswith("份申报未作出决定：申江服务中心")
    sending = replace(SEND, waits_for=WAITING, at=DEADLINE)
    given(BATCH_DECIDER, SEALED).when(sending).then_refuses(ReviewsUndecided)
    given(BATCH_DECIDER, SEALED, SENT).when(sending).then_nothing()
    again = replace(SEAL, waits_for=WAITING, at=DEADLINE)
    given(BATCH_DECIDER, SEALED, SENT, REOPENED).when(again).then_refuses(ReviewsUndecided)


def test_a_round_that_does_not_ask_lets_a_district_send_what_it_has() -> None:
    for silent in (UNASKED.batches, BATCHES):
        assert waited_for(replace(ROUND, batches=silent), (), HERE, ["申江服务中心"], ()) is None
    asking = replace(ROUND, batches=replace(BATCHES, complete=True))
    assert waited_for(asking, (), HERE, ["申江服务中心"], ()) == WAITING
    given(BATCH_DECIDER).when(replace(SEAL, at=JUST_BEFORE)).then(SEALED)


@pytest.mark.parametrize(
    ("scope", "target", "until"),
    [
        ("round", None, "2017-09-25T09:00:00.000Z"),
        ("district", HERE, "2017-09-25T09:00:00.000Z"),
        ("district", "310230", DEADLINE),
        ("application", "app-1", DEADLINE),
    ],
)
def test_what_is_extended_for_the_district_keeps_its_list_open(scope: str, target: str | None, until: str) -> None:
    """More time for another district, or for one application, does not (C5.2)."""
    given_more = extension(scope, target, "2017-09-25T09:00:00.000Z")
    assert filed_until(ROUND, [given_more], HERE) == until
    assert filed_until(ROUND, [extension("round", None, JUST_BEFORE), given_more], HERE) == until


def test_a_later_letter_for_the_district_ends_what_an_earlier_one_gave_it() -> None:
    """A mistaken year does not keep the list open once another letter corrects it; one for others changes nothing."""
    mistaken = extension("district", HERE, "2018-09-25T09:00:00.000Z")
    corrected, whole = extension("district", HERE, "2017-09-22T09:00:00.000Z"), extension("round", None, JUST_BEFORE)
    assert filed_until(ROUND, [mistaken, corrected, whole], HERE) == "2017-09-22T09:00:00.000Z"
    assert filed_until(ROUND, [mistaken, whole], HERE) == "2018-09-25T09:00:00.000Z"


def test_a_list_waits_for_whom_a_letter_gives_more_time_alone() -> None:
    """A draft that is not filed, or a return that lapsed, may still come in (C5.2, C5.3)."""
    unfiled, later = {"app-1": "申江服务中心"}, extension("application", "app-1", "2017-09-25T09:00:00.000Z")
    assert still_running(unfiled, [later], DEADLINE) == ("申江服务中心",)
    assert still_running(unfiled, [later], Instant("2017-09-25T09:00:00.000Z")) == ()
    assert still_running(unfiled, [replace(later, target="app-2")], DEADLINE) == ()
    assert still_running({}, [later], DEADLINE) == ()
    running = replace(COMPLETE, running=("申江服务中心",))
    for history, command in (((), SEAL), ((SEALED,), SEND)):
        refusal = (given(BATCH_DECIDER, *history).when(replace(command, waits_for=running, at=DEADLINE))).then_refuses(
            MoreTimeRuns
        )
        assert "申江服务中心" in refusal.detail_zh


GONE = DistrictReviewClosed(application="app-1", organization="org-1", round="2017", reason="lapsed")


@pytest.mark.parametrize(
    ("history", "undecided"),
    [
        ((), False),
        ((OPENED,), True),
        ((OPENED, RETURNED), True),
        ((OPENED, RETURNED, GONE), False),
        ((*READY, RECOMMENDED), False),
        ((OPENED, DECLINED), False),
    ],
)
def test_what_is_open_or_with_its_applicant_is_undecided(history: tuple[Any, ...], undecided: bool) -> None:  # noqa: FBT001 - a table's column
    state: DistrictReview = DISTRICT_DECIDER.fold(history)
    assert is_undecided(state) is undecided
