"""What a district recommended may change while its list is open: another order, a decline, a return (C5.3)."""

from dataclasses import replace
from typing import TypeAlias

import pytest

from services.review.domain.checks import OpenDistrictReview
from services.review.domain.district_evolution import DistrictEvent, arrival
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.district_states import (
    BatchAlreadySealed,
    Declined,
    Recommended,
    ReviewAlreadyDecided,
    VersionIsStale,
)
from services.review.domain.recommendation import (
    ChecksUnresolved,
    DeclineApplication,
    MaterialsDeviate,
    OrderTaken,
    RecommendApplication,
)
from services.review.domain.returns import ReturnForCorrection
from shared.kernel.refusal import Refusal
from shared.testing.scenario import given
from tests.services.review.domain.test_checks import CHECKED, REOPENED, RESUBMISSION
from tests.services.review.domain.test_district_review import (
    DEADLINE,
    DECLINE,
    DECLINED,
    MATCHED,
    PASS,
    READY,
    RECOMMEND,
    RECOMMENDED,
)
from tests.services.review.domain.test_returns import CLOSED, REMITTED, RETURN, SENT_BACK

Revision: TypeAlias = RecommendApplication | DeclineApplication | ReturnForCorrection

LISTED: tuple[DistrictEvent, ...] = (*READY, RECOMMENDED)
ANOTHER_ORDER = replace(RECOMMEND, order=3, revisable=True)
REORDERED = replace(RECOMMENDED, order=3)
NO_LONGER = replace(DECLINE, revisable=True)
REVOKED = replace(DECLINED, revokes=1)
BACK = replace(RETURN, revisable=True)
TAKEN_BACK = replace(SENT_BACK, revokes=1)
REVISIONS: list[tuple[Revision, DistrictEvent]] = [
    (ANOTHER_ORDER, REORDERED),
    (NO_LONGER, REVOKED),
    (BACK, TAKEN_BACK),
]


@pytest.mark.parametrize(("command", "event"), REVISIONS)
def test_on_an_open_list_a_recommendation_changes_once_and_visibly(command: Revision, event: DistrictEvent) -> None:
    given(DISTRICT_DECIDER, *LISTED).when(command).then(event)
    given(DISTRICT_DECIDER, *LISTED, event).when(command).then_nothing()


@pytest.mark.parametrize(("command", "_event"), REVISIONS)
def test_a_list_that_is_sealed_or_decided_stays_as_it_is(command: Revision, _event: DistrictEvent) -> None:
    given(DISTRICT_DECIDER, *LISTED).when(replace(command, sealed=True)).then_refuses(BatchAlreadySealed)
    given(DISTRICT_DECIDER, *LISTED).when(replace(command, revisable=False)).then_refuses(ReviewAlreadyDecided)
    given(DISTRICT_DECIDER, *LISTED, CLOSED).when(command).then_refuses(ReviewAlreadyDecided)
    given(DISTRICT_DECIDER, *LISTED).when(replace(command, version=2)).then_refuses(VersionIsStale)


def test_another_order_is_no_new_recommendation_and_no_new_arrival() -> None:
    """The deadline was met; and the experts, who have the application, are not asked again."""
    given(DISTRICT_DECIDER, *LISTED).when(replace(ANOTHER_ORDER, at=DEADLINE)).then(REORDERED)
    state = DISTRICT_DECIDER.fold([*LISTED, REORDERED])
    assert isinstance(state, Recommended)
    assert state.recommendation.order == 3
    assert arrival(LISTED) == arrival((*LISTED, REORDERED)) == len(READY)
    assert arrival((*LISTED, REMITTED, RECOMMENDED)) == len(LISTED) + 1
    assert arrival(READY) is None


@pytest.mark.parametrize(
    ("command", "history", "refusal"),
    [
        (replace(ANOTHER_ORDER, order=2), LISTED, OrderTaken),
        (ANOTHER_ORDER, (*LISTED, CHECKED), MaterialsDeviate),
        (ANOTHER_ORDER, (*READY[:2], RECOMMENDED), ChecksUnresolved),
    ],
)
def test_another_order_is_given_to_what_is_settled(
    command: RecommendApplication, history: tuple[DistrictEvent, ...], refusal: type[Refusal]
) -> None:
    given(DISTRICT_DECIDER, *history).when(command).then_refuses(refusal)


def test_what_is_declined_after_all_may_be_disputed() -> None:
    state = DISTRICT_DECIDER.fold([*LISTED, REVOKED])
    assert isinstance(state, Declined)
    assert state.decline.revokes == 1
    given(DISTRICT_DECIDER, *LISTED, REVOKED).when(RECOMMEND).then_refuses(ReviewAlreadyDecided)


def test_what_was_recommended_in_time_and_returned_is_recommended_when_it_was_corrected() -> None:
    """The list was opened again on authority, after the deadline as well (C5.3)."""
    history = (*LISTED, TAKEN_BACK)
    given(DISTRICT_DECIDER, *history).when(OpenDistrictReview(RESUBMISSION)).then(REOPENED)
    again = (*history, REOPENED, replace(MATCHED, version=2), PASS)
    late = replace(RECOMMEND, version=2, at=DEADLINE)
    given(DISTRICT_DECIDER, *again).when(late).then(replace(RECOMMENDED, version=2))


def test_an_open_review_is_declined_and_returned_whatever_became_of_the_list() -> None:
    given(DISTRICT_DECIDER, *READY).when(replace(DECLINE, sealed=True)).then(DECLINED)
    given(DISTRICT_DECIDER, *READY).when(replace(RETURN, sealed=True)).then(SENT_BACK)
