"""What the city admits against its district it answers for, one thing at a time (C5.3)."""

from dataclasses import replace

import pytest

from services.review.domain.district_evolution import DistrictEvent
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.escalations import NothingToOverrule, OverrulingNotReasoned, reasons_asked
from shared.contracts.review import JudgementRecorded, Overruling
from shared.testing.scenario import given
from tests.rounds.unasked import UNASKED
from tests.services.review.domain.test_checks import BATCHES, CHECKED, CONFORMING
from tests.services.review.domain.test_district_review import DECLINED, MATCHED, OPENED, PASS
from tests.services.review.domain.test_panel import ROUND
from tests.services.review.domain.test_reconsideration import ADMIT, ADMITTED, DISMISSED, ESCALATED, REQUESTED, UPHELD

ASKED = replace(ADMIT, reasons_asked=True)
WAYS: tuple[DistrictEvent, ...] = (DECLINED, REQUESTED, UPHELD, ESCALATED)
FAIL = JudgementRecorded(application="app-1", rule="R10", outcome="FAIL", rationale="仅72家")
RULE = Overruling(what="R10", rationale="季节性行业，按全年口径达到")
PAPER = Overruling(what="paper", rationale="骑缝章已补盖")


@pytest.mark.parametrize(
    ("found", "reasons"),
    [
        ((PASS,), ()),
        ((PASS, CONFORMING), ()),
        ((FAIL,), (RULE,)),
        ((), (RULE,)),
        ((PASS, CHECKED), (PAPER,)),
        ((FAIL, CHECKED), (RULE, PAPER)),
        ((FAIL, CHECKED), (PAPER, RULE)),
    ],
)
def test_the_city_says_of_each_thing_why_it_admits_all_the_same(
    found: tuple[DistrictEvent, ...], reasons: tuple[Overruling, ...]
) -> None:
    """A judged failure, a judgement that is open, and what the check on paper found (C5.3)."""
    history = (OPENED, MATCHED, *found, *WAYS)
    admitted = replace(ADMITTED, overruled=reasons or None)
    given(DISTRICT_DECIDER, *history).when(replace(ASKED, overruled=reasons)).then(admitted)
    given(DISTRICT_DECIDER, *history, admitted).when(replace(ASKED, overruled=reasons)).then_nothing()
    for left_out in range(len(reasons)):
        fewer = replace(ASKED, overruled=reasons[:left_out] + reasons[left_out + 1 :])
        refusal = given(DISTRICT_DECIDER, *history).when(fewer).then_refuses(OverrulingNotReasoned)
        assert refusal.clause == "C5.3"
        assert reasons[left_out].what in str(refusal.detail)


def test_nothing_is_overruled_that_the_district_did_not_find() -> None:
    history = (OPENED, MATCHED, PASS, CHECKED, *WAYS)
    for reasons in ((PAPER, RULE), (PAPER, PAPER), (PAPER, replace(RULE, what="R1"))):
        wrong = replace(ASKED, overruled=reasons)
        assert given(DISTRICT_DECIDER, *history).when(wrong).then_refuses(NothingToOverrule).field == "overruled.1.what"
    dismissal = replace(ASKED, outcome="dismissed", overruled=(PAPER,))
    given(DISTRICT_DECIDER, *history).when(dismissal).then_refuses(NothingToOverrule)
    given(DISTRICT_DECIDER, *history).when(replace(dismissal, overruled=())).then(DISMISSED)


def test_a_round_that_does_not_ask_takes_the_citys_word() -> None:
    history = (OPENED, MATCHED, FAIL, *WAYS)
    given(DISTRICT_DECIDER, *history).when(ADMIT).then(ADMITTED)
    given(DISTRICT_DECIDER, *history).when(replace(ADMIT, overruled=(RULE,))).then(replace(ADMITTED, overruled=(RULE,)))
    assert reasons_asked(replace(ROUND, batches=replace(BATCHES, overrulings=True)))
    for silent in (UNASKED.batches, BATCHES):
        assert not reasons_asked(replace(ROUND, batches=silent))
