"""A district's review of one version: paper, judgements, recommendation and decline (C5.3)."""

from dataclasses import replace

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.review.domain.checks import (
    MatchPaper,
    NothingToJudge,
    OpenDistrictReview,
    OutcomeIsNoJudgement,
    RecordJudgement,
)
from services.review.domain.district_evolution import DistrictEvent
from services.review.domain.district_review import DISTRICT_DECIDER, Command
from services.review.domain.district_states import ReviewAlreadyDecided, ReviewNotOpened, VersionIsStale
from services.review.domain.reactions import reaction
from services.review.domain.recommendation import (
    ChecksUnresolved,
    DeclineApplication,
    DistrictDeadlinePassed,
    GroundNotJudged,
    OrderTaken,
    PaperNotMatched,
    RecommendApplication,
)
from shared.contracts.application import ApplicationSubmitted, PaperReceived
from shared.contracts.event import Event
from shared.contracts.review import (
    DistrictDeclined,
    DistrictRecommended,
    DistrictReviewOpened,
    JudgementRecorded,
    PaperMatched,
)
from shared.contracts.vocabulary import Outcome
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.services.people import AT, CLERK, FOREIGN_CLERK, HERE, ORGANIZATION, all_but, role_of
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

SUBMISSION = ApplicationSubmitted(
    application="app-1",
    organization=ORGANIZATION,
    uscc="U" * 18,
    organization_name="浦江服务中心",
    district=HERE,
    round="2017",
    kind="professional",
    category="information",
    version=1,
    snapshot_hash="s" * 64,
    received_at=AT,
    overall="CONDITIONAL",
    failed=(),
    to_judge=("R10",),
)
RECEIVED = PaperReceived(
    application="app-1",
    organization=ORGANIZATION,
    district=HERE,
    round="2017",
    version=1,
    snapshot_hash="s" * 64,
    copies=3,
    received_at=AT,
    matches=True,
)
OPENED = DistrictReviewOpened(
    application="app-1",
    organization=ORGANIZATION,
    uscc="U" * 18,
    organization_name="浦江服务中心",
    district=HERE,
    round="2017",
    kind="professional",
    category="information",
    version=1,
    snapshot_hash="s" * 64,
    failed=(),
    to_judge=("R10",),
)
MATCHED = PaperMatched(application="app-1", version=1, matches=True, received_at=AT)
PASS = JudgementRecorded(application="app-1", rule="R10", outcome="PASS", rationale="近三年均超过一百家")
FAIL = replace(PASS, outcome="FAIL", rationale="无可核实的材料")
DEADLINE = Instant("2017-09-30T16:00:00.000Z")
RECOMMEND = RecommendApplication(
    "app-1",
    1,
    "同意推荐",
    1,
    frozenset({2}),
    DEADLINE,
    CLERK,
    AT,
    sealed=False,
    compliance_required=False,
    listed=None,
    revisable=False,
    grounds=frozenset(),
    final=False,
)
RECOMMENDED = DistrictRecommended(
    application="app-1",
    organization=ORGANIZATION,
    round="2017",
    district=HERE,
    version=1,
    opinion="同意推荐",
    order=1,
)
DECLINE = DeclineApplication("app-1", 1, ("材料不实",), CLERK, AT, sealed=False, revisable=False, final=False)
DECLINED = DistrictDeclined(
    application="app-1", organization=ORGANIZATION, round="2017", district=HERE, version=1, reasons=("材料不实",)
)
JUDGE = RecordJudgement("app-1", "R10", Outcome.PASS, PASS.rationale, CLERK, AT, grounds=frozenset(), final=False)
READY: tuple[DistrictEvent, ...] = (OPENED, MATCHED, PASS)
OFFICIAL: list[Command] = [JUDGE, RECOMMEND, DECLINE]


def name_of(command: Command) -> str:
    return type(command).__name__


def test_foreign_facts_become_commands() -> None:
    assert reaction(SUBMISSION, "", due=None, panel=None) == OpenDistrictReview(SUBMISSION)
    assert reaction(RECEIVED, "", due=None, panel=None) == MatchPaper(RECEIVED)
    assert reaction(OPENED, "", due=None, panel=None) is None


def test_a_submission_opens_the_review_once() -> None:
    given(DISTRICT_DECIDER).when(OpenDistrictReview(SUBMISSION)).then(OPENED)
    for history in ((OPENED,), READY, (*READY, RECOMMENDED), (OPENED, DECLINED)):
        given(DISTRICT_DECIDER, *history).when(OpenDistrictReview(SUBMISSION)).then_nothing()


def test_paper_is_matched_while_the_review_is_open() -> None:
    given(DISTRICT_DECIDER, OPENED).when(MatchPaper(RECEIVED)).then(MATCHED)
    given(DISTRICT_DECIDER, OPENED, MATCHED).when(MatchPaper(RECEIVED)).then_nothing()
    given(DISTRICT_DECIDER).when(MatchPaper(RECEIVED)).then_nothing()
    wrong = replace(MATCHED, matches=False)
    given(DISTRICT_DECIDER, OPENED).when(MatchPaper(replace(RECEIVED, matches=False))).then(wrong)
    given(DISTRICT_DECIDER, OPENED, wrong).when(MatchPaper(RECEIVED)).then(MATCHED)


def test_the_ground_of_waivers_is_judged_first_either_way_where_the_round_asks() -> None:
    """The table that goes to the city leaves nothing open that was the district's to judge (C2.1.7, C5.3)."""
    asked = replace(RECOMMEND, grounds=frozenset({"R16"}))
    refusal = given(DISTRICT_DECIDER, *READY).when(asked).then_refuses(GroundNotJudged)
    assert (refusal.rule, refusal.field) == ("R16", "judgements")
    for outcome in ("PASS", "FAIL"):
        judged = replace(PASS, rule="R16", outcome=outcome)
        given(DISTRICT_DECIDER, *READY, judged).when(asked).then(RECOMMENDED)
    later = replace(asked, order=3, revisable=True)
    given(DISTRICT_DECIDER, *READY, RECOMMENDED).when(later).then(replace(RECOMMENDED, order=3))


def test_a_clerk_judges_what_a_person_has_to_judge() -> None:
    given(DISTRICT_DECIDER, OPENED).when(JUDGE).then(PASS)
    given(DISTRICT_DECIDER, OPENED, PASS).when(JUDGE).then_nothing()
    other = replace(JUDGE, outcome=Outcome.FAIL, rationale=FAIL.rationale)
    given(DISTRICT_DECIDER, OPENED, PASS).when(other).then(FAIL)


@pytest.mark.parametrize("outcome", [Outcome.JUDGE, Outcome.MISSING, Outcome.WAIVED])
def test_a_judgement_passes_or_fails(outcome: Outcome) -> None:
    refusal = given(DISTRICT_DECIDER, OPENED).when(replace(JUDGE, outcome=outcome)).then_refuses(OutcomeIsNoJudgement)
    assert refusal.field == "outcome"


@pytest.mark.parametrize("rule", ["R1", "R3", "R99", ""])
def test_what_the_rules_decided_is_not_judged(rule: str) -> None:
    failed = replace(OPENED, failed=("R3",))
    refusal = given(DISTRICT_DECIDER, failed).when(replace(JUDGE, rule=rule)).then_refuses(NothingToJudge)
    assert (refusal.field, refusal.rule) == ("rule", rule or None)


def test_a_district_recommends_what_is_settled() -> None:
    given(DISTRICT_DECIDER, *READY).when(RECOMMEND).then(RECOMMENDED)
    settled = replace(OPENED, to_judge=())
    given(DISTRICT_DECIDER, settled, MATCHED).when(RECOMMEND).then(RECOMMENDED)


def test_an_unanswered_judgement_blocks_the_recommendation() -> None:
    refusal = given(DISTRICT_DECIDER, OPENED, MATCHED).when(RECOMMEND).then_refuses(ChecksUnresolved)
    assert (refusal.rule, refusal.clause) == ("R10", "C5.3")


def test_the_last_judgement_counts() -> None:
    unresolved = given(DISTRICT_DECIDER, *READY, FAIL).when(RECOMMEND).then_refuses(ChecksUnresolved)
    assert (unresolved.rule, unresolved.detail_zh[:5]) == ("R10", "R10 年")
    given(DISTRICT_DECIDER, OPENED, MATCHED, FAIL, PASS).when(RECOMMEND).then(RECOMMENDED)


def test_a_failed_rule_that_nobody_waived_blocks_the_recommendation() -> None:
    failed = replace(OPENED, failed=("R3",))
    refusal = given(DISTRICT_DECIDER, failed, MATCHED, PASS).when(RECOMMEND).then_refuses(ChecksUnresolved)
    assert refusal.rule == "R3"


@pytest.mark.parametrize("papers", [(), (replace(MATCHED, matches=False),)])
def test_no_recommendation_without_the_matching_paper(papers: tuple[PaperMatched, ...]) -> None:
    asked = given(DISTRICT_DECIDER, OPENED, *papers, PASS).when(RECOMMEND)
    assert asked.then_refuses(PaperNotMatched).clause == "C5.1"


def test_the_districts_deadline_is_an_instant() -> None:
    last = Instant("2017-09-30T15:59:59.999Z")
    given(DISTRICT_DECIDER, *READY).when(replace(RECOMMEND, at=last)).then(RECOMMENDED)
    late = given(DISTRICT_DECIDER, *READY).when(replace(RECOMMEND, at=DEADLINE))
    assert late.then_refuses(DistrictDeadlinePassed).clause == "C5.3"


def test_an_order_is_given_once() -> None:
    taken = given(DISTRICT_DECIDER, *READY).when(replace(RECOMMEND, order=2))
    refusal = taken.then_refuses(OrderTaken)
    assert (refusal.field, refusal.detail_zh) == ("order", "推荐顺序2已被占用")


@pytest.mark.parametrize("command", [RECOMMEND, DECLINE], ids=name_of)
def test_the_version_under_review_is_decided(command: RecommendApplication | DeclineApplication) -> None:
    stale = given(DISTRICT_DECIDER, *READY).when(replace(command, version=2))
    assert stale.then_refuses(VersionIsStale).field == "version"


def test_a_recommendation_is_repeated_as_it_was() -> None:
    history = (*READY, RECOMMENDED)
    given(DISTRICT_DECIDER, *history).when(RECOMMEND).then_nothing()
    given(DISTRICT_DECIDER, *history).when(replace(RECOMMEND, at=DEADLINE, orders_taken=frozenset({1}))).then_nothing()
    for other in (replace(RECOMMEND, order=3), replace(RECOMMEND, opinion="不"), replace(RECOMMEND, version=2)):
        given(DISTRICT_DECIDER, *history).when(other).then_refuses(ReviewAlreadyDecided)
    given(DISTRICT_DECIDER, *history).when(DECLINE).then_refuses(ReviewAlreadyDecided)
    given(DISTRICT_DECIDER, *history).when(JUDGE).then_refuses(ReviewAlreadyDecided)


def test_a_district_declines_with_reasons_and_stands_by_them() -> None:
    given(DISTRICT_DECIDER, OPENED).when(DECLINE).then(DECLINED)
    given(DISTRICT_DECIDER, OPENED, DECLINED).when(DECLINE).then_nothing()
    for other in (replace(DECLINE, reasons=("别的",)), RECOMMEND, JUDGE):
        given(DISTRICT_DECIDER, OPENED, DECLINED).when(other).then_refuses(ReviewAlreadyDecided)


@pytest.mark.parametrize("command", OFFICIAL, ids=name_of)
def test_what_did_not_reach_the_district_is_unknown(command: Command) -> None:
    assert given(DISTRICT_DECIDER).when(command).then_refuses(ReviewNotOpened).field == "application"


@pytest.mark.parametrize("by", all_but(Role.DISTRICT_CLERK), ids=role_of)
@pytest.mark.parametrize("command", [JUDGE, RECOMMEND, DECLINE], ids=name_of)
def test_only_a_clerk_decides(command: RecordJudgement | RecommendApplication | DeclineApplication, by: Actor) -> None:
    asked = given(DISTRICT_DECIDER, *READY).when(replace(command, by=by))
    assert asked.then_refuses(NotPermitted).field == "role"


@pytest.mark.parametrize("history", [READY, (*READY, RECOMMENDED), (OPENED, DECLINED)])
@pytest.mark.parametrize("command", [JUDGE, RECOMMEND, DECLINE], ids=name_of)
def test_no_clerk_decides_in_another_district(
    command: RecordJudgement | RecommendApplication | DeclineApplication, history: tuple[DistrictEvent, ...]
) -> None:
    asked = given(DISTRICT_DECIDER, *history).when(replace(command, by=FOREIGN_CLERK))
    assert asked.then_refuses(NotPermitted).field == "district"


COMMANDS: list[Command] = [
    OpenDistrictReview(SUBMISSION),
    MatchPaper(RECEIVED),
    MatchPaper(replace(RECEIVED, matches=False)),
    *OFFICIAL,
    replace(JUDGE, outcome=Outcome.FAIL),
    replace(JUDGE, outcome=Outcome.WAIVED),
    replace(RECOMMEND, at=DEADLINE),
    replace(RECOMMEND, order=2),
    replace(DECLINE, reasons=()),
    replace(DECLINE, by=FOREIGN_CLERK),
]


@settings(max_examples=60)
@given_any(st.lists(st.sampled_from(COMMANDS), max_size=16))
def test_any_script(script: list[Command]) -> None:
    kinds: list[type[Event]] = [
        type(event) for event in live(DISTRICT_DECIDER, [OpenDistrictReview(SUBMISSION), *script])
    ]
    assert kinds.count(DistrictReviewOpened) == 1
    decided = [place for place, kind in enumerate(kinds) if kind in (DistrictRecommended, DistrictDeclined)]
    assert len(decided) <= 1
    assert set(kinds[place + 1 :] if (place := [*decided, len(kinds)][0]) else ()) <= {PaperMatched}, "the end"


@settings(max_examples=60)
@given_any(st.lists(st.one_of(*(made(type(event)) for event in (*READY, RECOMMENDED, DECLINED)))))
def test_any_history(history: list[DistrictEvent]) -> None:
    evolves_from_anything(DISTRICT_DECIDER, history)


def test_a_judgement_may_be_changed_back() -> None:
    given(DISTRICT_DECIDER, OPENED, MATCHED, PASS, FAIL).when(JUDGE).then(PASS)
