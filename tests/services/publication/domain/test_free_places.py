"""A place is left free for a reason alone while somebody is in line for it (C5.4)."""

from dataclasses import replace

from services.publication.domain.decision import DECISION_DECIDER
from services.publication.domain.free_places import FreePlaceNeedsAReason, NoPlaceIsLeftFree
from shared.contracts.publication import ApplicationRejected, ListApproved, PlacesLeftFree
from shared.testing.scenario import given
from tests.services.publication.domain.drafted import (
    APPROVE,
    FILED,
    PROPOSED,
    RANKINGS,
    REMOVED,
    noticed,
    state_of,
)

HISTORY = (PROPOSED, FILED, REMOVED)
FIRST, SECOND = state_of(PROPOSED).line
GROUP = "information"
WHY = {GROUP: "公示期末退出，不再递补"}
ASKED = replace(
    APPROVE, notices=(noticed(PROPOSED),), ranked=tuple(RANKINGS.values()), free_places_reasoned=True, left_free=WHY
)


def test_a_free_place_with_somebody_in_line_needs_a_reason() -> None:
    """The refusal names the group and how many places, also in Chinese (C5.4)."""
    refused = given(DECISION_DECIDER, *HISTORY).when(replace(ASKED, left_free={})).then_refuses(FreePlaceNeedsAReason)
    assert refused.detail == f"{GROUP}: 1 free, rank 3 is next"
    assert refused.detail_zh == f"{GROUP}：空缺名额1个，第3名等待递补"


def test_the_approval_says_why_and_so_does_the_rejection_of_who_was_next() -> None:
    """Nobody is told that its rank was beyond the places while one was free (C5.4)."""
    events = given(DECISION_DECIDER, *HISTORY).when(ASKED).events()
    (approved,) = [one for one in events if isinstance(one, ListApproved)]
    assert approved.left_free == (PlacesLeftFree(group=GROUP, places=1, reason=WHY[GROUP]),)
    rejected = [one for one in events if isinstance(one, ApplicationRejected) and one.stage == "ranking"]
    assert [(one.application, one.codes, one.reason) for one in rejected] == [
        (FIRST.application, ("PLACES_LEFT_FREE",), WHY[GROUP]),
        (SECOND.application, ("NOT_SELECTED",), None),
    ]


def test_no_reason_is_given_for_a_place_that_is_not_free() -> None:
    """Taken, of another group, or with nobody in line: withdrawn or barred (C5.4)."""
    other = replace(ASKED, left_free={**WHY, "nowhere": "无人递补"})
    given(DECISION_DECIDER, *HISTORY).when(other).then_refuses(NoPlaceIsLeftFree)
    given(DECISION_DECIDER, PROPOSED).when(ASKED).then_refuses(NoPlaceIsLeftFree)
    barred = replace(ASKED, barred=frozenset({FIRST.organization, SECOND.organization}))
    withdrawn = replace(ASKED, withdrawn=frozenset({FIRST.application, SECOND.application}))
    for gone in (barred, withdrawn):
        given(DECISION_DECIDER, *HISTORY).when(gone).then_refuses(NoPlaceIsLeftFree)
        (approved, *_) = given(DECISION_DECIDER, *HISTORY).when(replace(gone, left_free={})).events()
        assert isinstance(approved, ListApproved)
        assert approved.left_free == ()


def test_a_round_that_does_not_ask_takes_no_reason() -> None:
    """Logs of such rounds are decided again as they were (C5.4)."""
    silent = replace(ASKED, free_places_reasoned=False)
    given(DECISION_DECIDER, *HISTORY).when(silent).then_refuses(NoPlaceIsLeftFree)
    (approved, *_) = given(DECISION_DECIDER, *HISTORY).when(replace(silent, left_free={})).events()
    assert isinstance(approved, ListApproved)
    assert approved.left_free == ()
