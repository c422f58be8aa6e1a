"""What a district checks of a version: compliance, paper, judgements and grounds (C5.1, C5.3)."""

from dataclasses import replace

import pytest

from services.review.domain.checks import (
    CheckCompliance,
    MatchPaper,
    NothingToJudge,
    OpenDistrictReview,
)
from services.review.domain.compliance import ComplianceItemsRepeat, ResultIsNoCompliance, compliance_required
from services.review.domain.district_evolution import DistrictEvent
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.district_states import (
    ComplianceNotChecked,
    NotOpened,
    Open,
    ReviewAlreadyDecided,
    VersionIsStale,
)
from services.review.domain.recommendation import MaterialsDeviate, PaperNotMatched
from shared.contracts.application import ApplicationResubmitted
from shared.contracts.correction import ItemToCorrect
from shared.contracts.review import ComplianceChecked, ComplianceItem, DistrictReviewReturned, JudgementRecorded
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.rounds.unasked import UNASKED
from tests.services.people import AT, CLERK, FOREIGN_CLERK, HERE, LATER, ORGANIZATION, all_but, role_of
from tests.services.review.domain.test_district_review import (
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
from tests.services.review.domain.test_panel import ROUND

BATCHES = replace(UNASKED.batches, required=True)
GOOD = ComplianceItem(item="materials.3", result="conforms")
BAD = ComplianceItem(item="paper", result="deviates", note="缺骑缝章")
CHECK = CheckCompliance("app-1", 1, (GOOD, BAD), CLERK, AT, listed=None, final=False)
CHECKED = ComplianceChecked(application="app-1", version=1, items=(GOOD, BAD), result="deviates")
CONFORMING = replace(CHECKED, items=(GOOD,), result="conforms")
RETURNED = DistrictReviewReturned(
    application="app-1",
    organization=ORGANIZATION,
    round="2017",
    district=HERE,
    version=1,
    items=(ItemToCorrect(path="t2.premises", code="UNREADABLE", note="租赁合同不清"),),
    due=LATER,
)
RESUBMISSION = ApplicationResubmitted(
    application="app-1",
    organization=ORGANIZATION,
    uscc="U" * 18,
    organization_name="浦江服务中心",
    district=HERE,
    round="2017",
    kind="professional",
    category="information",
    version=2,
    snapshot_hash="t" * 64,
    diff_hash="d" * 64,
    changed=("t2.premises",),
    received_at=LATER,
    overall="CONDITIONAL",
    failed=(),
    to_judge=("R10",),
)
REOPENED = replace(OPENED, version=2, snapshot_hash="t" * 64)


def test_a_compliance_check_conforms_when_everything_does() -> None:
    given(DISTRICT_DECIDER, OPENED).when(CHECK).then(CHECKED)
    given(DISTRICT_DECIDER, OPENED, CHECKED).when(CHECK).then_nothing()
    given(DISTRICT_DECIDER, OPENED, CHECKED).when(replace(CHECK, items=(GOOD,))).then(CONFORMING)
    given(DISTRICT_DECIDER, OPENED, CHECKED, CONFORMING).when(CHECK).then(CHECKED)


def test_what_deviates_is_not_recommended_until_it_was_checked_again() -> None:
    given(DISTRICT_DECIDER, *READY, CHECKED).when(RECOMMEND).then_refuses(MaterialsDeviate)
    given(DISTRICT_DECIDER, *READY, CHECKED, CONFORMING).when(RECOMMEND).then(RECOMMENDED)


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (replace(CHECK, items=(GOOD, GOOD)), ComplianceItemsRepeat),
        (replace(CHECK, items=(replace(GOOD, result="fine"),)), ResultIsNoCompliance),
        (replace(CHECK, items=(replace(GOOD, result=""),)), ResultIsNoCompliance),
        (replace(CHECK, version=2), VersionIsStale),
        (replace(CHECK, by=FOREIGN_CLERK), NotPermitted),
    ],
)
def test_wrong_compliance_checks_are_refused(command: CheckCompliance, refusal: type[NotPermitted]) -> None:
    given(DISTRICT_DECIDER, OPENED).when(command).then_refuses(refusal)


@pytest.mark.parametrize("by", all_but(Role.DISTRICT_CLERK), ids=role_of)
def test_only_a_clerk_checks(by: Actor) -> None:
    given(DISTRICT_DECIDER, OPENED).when(replace(CHECK, by=by)).then_refuses(NotPermitted)


def test_nothing_is_checked_again_after_the_decision() -> None:
    for end in (RECOMMENDED, DECLINED, RETURNED):
        given(DISTRICT_DECIDER, *READY, CONFORMING, end).when(CHECK).then_refuses(ReviewAlreadyDecided)
    given(DISTRICT_DECIDER, *READY, RETURNED).when(CHECK).then_refuses(ReviewAlreadyDecided)


@pytest.mark.parametrize("end", [RECOMMENDED, DECLINED])
def test_a_check_that_is_missing_is_made_up_for(end: DistrictEvent) -> None:
    """Whoever was decided without one is not kept from the list, or from the city (C5.3)."""
    conforming = replace(CHECK, items=(GOOD,))
    given(DISTRICT_DECIDER, *READY, end).when(conforming).then(CONFORMING)
    given(DISTRICT_DECIDER, *READY, end, CONFORMING).when(conforming).then_nothing()
    given(DISTRICT_DECIDER, *READY, end, CONFORMING).when(CHECK).then_refuses(ReviewAlreadyDecided)
    state = DISTRICT_DECIDER.fold([*READY, end, CONFORMING])
    assert not isinstance(state, NotOpened | Open)
    assert state.checks.compliance == (CONFORMING,)


def test_a_round_may_ask_for_a_compliance_check_before_the_recommendation() -> None:
    """资料合规性审核 of this very version; what deviates blocks as before (C5.3)."""
    asked = replace(RECOMMEND, compliance_required=True)
    refusal = given(DISTRICT_DECIDER, *READY).when(asked).then_refuses(ComplianceNotChecked)
    assert (refusal.clause, refusal.field) == ("C5.3", "compliance")
    given(DISTRICT_DECIDER, *READY, CONFORMING).when(asked).then(RECOMMENDED)
    assert given(DISTRICT_DECIDER, *READY, CHECKED).when(asked).then_refuses(MaterialsDeviate).field == "compliance"
    later = (*READY, CONFORMING, RETURNED, REOPENED, replace(MATCHED, version=2), PASS)
    given(DISTRICT_DECIDER, *later).when(replace(asked, version=2)).then_refuses(ComplianceNotChecked)


def test_the_round_says_whether_it_asks_for_the_check() -> None:
    batches = replace(BATCHES, compliance_required=True)
    assert compliance_required(replace(ROUND, batches=batches))
    for silent in (UNASKED.batches, BATCHES):
        assert not compliance_required(replace(ROUND, batches=silent))


def test_a_ground_is_judged_where_the_evaluation_leaves_it_to_a_person() -> None:
    """R16 passes nothing by itself; its judgement only makes a waiver possible (C2.1.7)."""
    ground = replace(JUDGE, rule="R16", grounds=frozenset({"R16"}))
    recorded = JudgementRecorded(application="app-1", rule="R16", outcome="PASS", rationale=JUDGE.rationale)
    given(DISTRICT_DECIDER, OPENED).when(ground).then(recorded)
    given(DISTRICT_DECIDER, OPENED).when(replace(ground, grounds=frozenset())).then_refuses(NothingToJudge)


def test_a_ground_that_is_judged_not_to_hold_blocks_nothing() -> None:
    refuted = JudgementRecorded(application="app-1", rule="R16", outcome="FAIL", rationale="成效一般")
    given(DISTRICT_DECIDER, *READY, refuted).when(RECOMMEND).then(RECOMMENDED)


def test_a_corrected_version_is_checked_anew() -> None:
    """Judgements do not carry over, and the paper is to be matched again (C5.1, C5.3)."""
    history = (*READY, RETURNED)
    given(DISTRICT_DECIDER, *history).when(OpenDistrictReview(RESUBMISSION)).then(REOPENED)
    again = (*history, REOPENED)
    given(DISTRICT_DECIDER, *again).when(OpenDistrictReview(RESUBMISSION)).then_nothing()
    given(DISTRICT_DECIDER, *again).when(OpenDistrictReview(SUBMISSION)).then_nothing()
    asked = given(DISTRICT_DECIDER, *again).when(replace(RECOMMEND, version=2))
    asked.then_refuses(PaperNotMatched)
    judged = given(DISTRICT_DECIDER, *again, replace(MATCHED, version=2), PASS).when(replace(RECOMMEND, version=2))
    judged.then(replace(RECOMMENDED, version=2))


def test_the_paper_of_an_older_version_does_not_match() -> None:
    (matched,) = given(DISTRICT_DECIDER, REOPENED).when(MatchPaper(RECEIVED)).events()
    assert matched == replace(MATCHED, matches=False)


@pytest.mark.parametrize("decided", [RETURNED, DECLINED, RECOMMENDED])
def test_paper_that_comes_after_the_decision_is_kept(decided: DistrictEvent) -> None:
    """A version under review that is opened again has its paper (C5.1)."""
    given(DISTRICT_DECIDER, OPENED, decided).when(MatchPaper(RECEIVED)).then(MATCHED)
    given(DISTRICT_DECIDER, OPENED, decided, MATCHED).when(MatchPaper(RECEIVED)).then_nothing()
    state = DISTRICT_DECIDER.fold([OPENED, decided, MATCHED])
    assert not isinstance(state, NotOpened | Open)
    assert state.checks.paper == MATCHED
