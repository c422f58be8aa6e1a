"""A whole year with every corrective path is whole, is decided again, and tells each of its stories in words."""

from collections import Counter
from collections.abc import Mapping
from functools import cache

import pytest

from audit.explain import Explanation, explain
from audit.record import Record
from audit.replay import Replay, replay
from audit.states import ApplicationState, states
from audit.verify import Proven, verify
from audit.words import said
from audit.words.terms import names_of
from nianlun.lives import came_of
from rehearsal.cast import Part
from shared.contracts.access import RecordRead
from shared.contracts.publication import ListPublished
from shared.kernel.instants import instant
from tests.audit.street import Street, parameters
from tests.audit.test_words import codes
from tests.audit.year import Year, lived_year

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def year() -> Year:
    """The year; not to be changed."""
    return lived_year()


@cache
def replayed(as_of: str | None = None) -> Replay:
    return replay(lived_year().events, "2017", instant(as_of) if as_of else None)


@cache
def states_at(as_of: str) -> dict[str, ApplicationState]:
    record = Record.of(lived_year().events, instant(as_of))
    return {one.application: one for one in states(record, "2017")}


def state_of(year: Year, part: Part, as_of: str) -> ApplicationState:
    """Where the application of who plays a part stands."""
    return states_at(as_of)[year.playing(part).application]


def told(year: Year, part: Part) -> Explanation:
    """The explanation of who plays a part."""
    found = explain(year.events, year.playing(part).application)
    assert found is not None
    return found


def test_the_year_is_whole_and_every_decision_comes_out_again(year: Year) -> None:
    assert isinstance(verify(Street.of(year.events).piles()), Proven)
    done = replayed()
    assert sum(done.recomputed.values()) > len(year.events) * 9 // 10


def test_the_corrected_list_is_the_last_and_the_first_stays(year: Year) -> None:
    """An appeal that was remitted corrects the list (C5.4)."""
    done, published = replayed(), [one.event for one in year.events if isinstance(one.event, ListPublished)]
    assert [one.list_hash for one in done.lists] == [one.list_hash for one in published]
    assert len(done.lists) > 1
    before = replayed("2017-11-10T00:00:00+08:00")
    corrected = {row.application for row in done.rows} - {row.application for row in before.rows}
    assert corrected == {year.playing(Part.APPEAL_REMITTED).application}


STATES: Mapping[Part, tuple[tuple[str, str], ...]] = {
    Part.RETURNED: (
        ("2017-09-23T00:00:00+08:00", "RETURNED"),
        ("2017-09-26T00:00:00+08:00", "UNDER_DISTRICT"),
        ("2017-09-28T00:00:00+08:00", "RECOMMENDED"),
    ),
    Part.RETURN_EXPIRES: (("2017-09-23T00:00:00+08:00", "RETURNED"), ("2017-09-29T00:00:00+08:00", "LAPSED")),
    Part.TOO_LATE: (("2017-09-20T16:59:59+08:00", "DRAFT"), ("2017-09-20T17:00:00+08:00", "LAPSED")),
    Part.LATE_ADMITTED: (("2017-09-21T11:30:00+08:00", "SUBMITTED"),),
    Part.WITHDRAWN: (("2017-09-30T00:00:00+08:00", "WITHDRAWN"),),
    Part.DECLINED: (("2017-09-28T00:00:00+08:00", "DECLINED"), ("2017-09-30T00:00:00+08:00", "ESCALATED")),
    Part.RECONSIDERED: (("2017-09-28T00:00:00+08:00", "DECLINED"), ("2017-09-30T00:00:00+08:00", "RECOMMENDED")),
    Part.ESCALATED: (("2017-09-30T00:00:00+08:00", "ESCALATED"), ("2017-10-09T12:00:00+08:00", "RECOMMENDED")),
    Part.OBJECTION_UPHELD: (("2017-10-24T00:00:00+08:00", "PROPOSED"), ("2017-10-26T00:00:00+08:00", "NOT_SELECTED")),
    Part.WITHDRAWN_ON_NOTICE: (("2017-10-24T00:00:00+08:00", "PROPOSED"), ("2017-10-27T00:00:00+08:00", "WITHDRAWN")),
    Part.APPEAL_REMITTED: (
        ("2017-11-09T00:00:00+08:00", "REJECTED"),
        ("2017-11-16T00:00:00+08:00", "UNDER_EXPERT"),
        ("2017-11-22T08:59:59+08:00", "UNDER_EXPERT"),
        ("2017-11-22T12:00:00+08:00", "APPROVED"),
    ),
    Part.APPEAL_UPHELD: (("2017-11-16T00:00:00+08:00", "REJECTED"),),
    Part.REVOKED: (("2018-03-01T00:00:00+08:00", "APPROVED"), ("2018-03-20T00:00:00+08:00", "REVOKED")),
    Part.RENEWED: (("2018-11-21T00:00:00+08:00", "APPROVED"), ("2018-12-02T00:00:00+08:00", "APPROVED")),
    Part.REPORT_LATE: (("2018-12-02T00:00:00+08:00", "EXPIRED"),),
}
"""As of these instants an application stands so."""


@pytest.mark.parametrize("part", STATES)
def test_an_application_stands_as_it_stood_at_each_instant(part: Part, year: Year) -> None:
    assert [(at, state_of(year, part, at).state) for at, _ in STATES[part]] == list(STATES[part])


STANDINGS: Mapping[Part, tuple[tuple[str, str], ...]] = {
    Part.REVOKED: (("2018-03-01T00:00:00+08:00", "RECTIFYING"), ("2018-03-20T00:00:00+08:00", "REVOKED")),
    Part.RECTIFIED: (("2018-07-29T00:00:00+08:00", "RECTIFYING"), ("2018-08-01T00:00:00+08:00", "ACTIVE")),
    Part.RENEWED: (("2018-12-02T00:00:00+08:00", "RENEWED"),),
    Part.UNSIGNED: (("2017-12-24T00:00:00+08:00", ""),),
}


@pytest.mark.parametrize("part", STANDINGS)
def test_a_standing_is_what_it_was_at_each_instant(part: Part, year: Year) -> None:
    """Default, rectification, revocation, renewal (C3.1, C5.4)."""
    assert [(at, state_of(year, part, at).standing) for at, _ in STANDINGS[part]] == list(STANDINGS[part])


WAYS: Mapping[Part, tuple[tuple[str, ...], str, str]] = {
    Part.BELOW_RATIO: (("EligibilityEvaluated", "DistrictDeclined"), "不予推荐", "declined by"),
    Part.RETURNED: (
        ("DistrictReviewReturned", "ApplicationReturned", "ApplicationResubmitted", "DistrictReviewOpened"),
        "补正后重新提交第2版",
        "corrected and filed as version 2",
    ),
    Part.RETURN_EXPIRES: (("ApplicationReturned", "ApplicationLapsed", "DistrictReviewClosed"), "逾期失效", "lapsed"),
    Part.WAIVED: (
        ("WaiverRequested", "WaiverProposed", "WaiverGranted", "DistrictRecommended"),
        "经两名工作人员同意放宽R3",
        "two officers waived R3",
    ),
    Part.WAIVER_REFUSED: (("WaiverProposed", "WaiverRefused", "DistrictDeclined"), "不同意放宽R3", "waiver of R3"),
    Part.LATE_ADMITTED: (
        ("DeadlineExtended", "LateSubmissionAdmitted", "ApplicationSubmitted"),
        "按延期受理",
        "admitted within an extension",
    ),
    Part.LATE_REFUSED: (("DeadlineExtended", "LateSubmissionRefused"), "逾期不予受理", "late: received"),
    Part.MOVED: (
        ("ApplicationSubmitted", "DistrictTransferred"),
        "已提交的申报仍由原区办理",
        "stays with its district",
    ),
    Part.RECONSIDERED: (
        ("DistrictDeclined", "ReconsiderationRequested", "DistrictDecisionReconsidered", "DistrictRecommended"),
        "复议：重新审核",
        "reconsidered: the review is open again",
    ),
    Part.ESCALATED: (
        ("DistrictDecisionReconsidered", "EscalatedToCity", "EscalationDecided", "ReviewAssigned"),
        "不采纳区级意见：",
        "against the district on",
    ),
    Part.EXPERT_RECUSED: (("ExpertScored", "ExpertRecused", "ExpertReplaced", "ExpertScored"), "其评分作废", "is void"),
    Part.RECUSED_AFTER_CLOSING: (
        ("ScoringClosed", "ExpertRecused", "ExpertReplaced", "ExpertScored", "RankingComputed"),
        "由",
        "is replaced by",
    ),
    Part.SCORE_REVISED: (("ExpertScored", "ScoreRevised", "ScoreOverdue"), "原评分保留在案", "the earlier score stays"),
    Part.FEW_SCORES: (("PanelDecisionRecorded", "RankingComputed"), "按现有评分排序", "rank with fewer scores"),
    Part.TIED_AT_THE_CUT: (("RankingComputed", "TieResolved", "ApprovalListProposed"), "并列", "was told apart"),
    Part.OBJECTION_UPHELD: (("NoticePublished", "ObjectionFiled", "ObjectionUpheld"), "移出名单", "removed from"),
    Part.OBJECTION_DISMISSED: (("ObjectionInadmissible", "ObjectionDismissed"), "异议经核查不成立", "is dismissed"),
    Part.WITHDRAWN_ON_NOTICE: (("NoticePublished", "ApplicationWithdrawn", "RowWithdrawn"), "撤回", "withdrawn"),
    Part.APPEAL_REMITTED: (
        ("AppealDecided", "ScoringReopened", "NoticePublished", "ListCorrected", "ListPublished"),
        "发回重新办理（专家评审）",
        "remitted to the review by experts",
    ),
    Part.APPEAL_UPHELD: (("AppealFiled", "AppealDecided"), "维持原决定", "the rejection stands"),
    Part.UNSIGNED: (("AgreementOffered", "AgreementExpired"), "合作协议逾期未签", "was not signed by"),
    Part.REVOKED: (
        ("ReminderSent", "ReportOverdue", "ReportDefaulted", "RectificationOrdered", "ApprovalRevoked"),
        "撤销入选资格",
        "the approval is revoked",
    ),
    Part.RECTIFIED: (
        ("ReportDefaulted", "RectificationOrdered", "RectificationAccepted", "AnnualAssessed"),
        "整改通过",
        "the rectification is accepted",
    ),
    Part.REPORT_RETURNED: (("ReportReturned", "ServiceReportFiled", "ReportAccepted"), "退回补正", "returned for"),
    Part.REPORT_LATE: (("ReportOverdue", "ServiceReportFiled"), "（逾期）", "(late)"),
    Part.RENEWED: (("ApprovalRenewed",), "续期至2019-11-30", "renewed to 2019-11-30"),
}
"""The steps of a story, in their order, and what it says in both languages."""


@pytest.mark.parametrize("part", WAYS)
def test_a_story_is_told_from_the_log_alone(part: Part, year: Year) -> None:
    steps, zh, en = WAYS[part]
    found = told(year, part)
    names = iter(step.event for step in found.steps)
    assert all(name in names for name in steps), [step.event for step in found.steps]
    assert any(zh in step.zh for step in found.steps)
    assert any(en in step.en for step in found.steps)


def test_a_waiver_shows_the_failure_beside_it(year: Year) -> None:
    """The failure stays visible (C2.1.7)."""
    rules = {one.rule: one for one in told(year, Part.WAIVED).rules}
    assert (rules["R3"].outcome, rules["R3"].decided) == ("FAIL", "WAIVED")
    assert rules["R3"].why
    assert (rules["R4"].outcome, rules["R4"].decided) == ("JUDGE", "PASS")


def test_a_void_score_is_shown_with_its_reason_and_no_zero(year: Year) -> None:
    """A missing score is not zero (C5.4)."""
    scores = told(year, Part.EXPERT_RECUSED).scores
    void = [one for one in scores if one.void]
    assert len(void) == 1
    assert void[0].total > 0
    counted = sorted(one.total for one in scores if not one.void)
    ranked = told(year, Part.EXPERT_RECUSED).ranked
    assert ranked is not None
    assert list(ranked.scores) == counted


OTHERS = {"PanelConstituted", "ScoringClosed", "RoundClosed", "RoundArchived", "BatchSent", "ListPublished"}
"""What goes on without an application that has ended."""


@pytest.mark.parametrize("part", [Part.TOO_LATE, Part.RETURN_EXPIRES, Part.WITHDRAWN, Part.BELOW_RATIO])
def test_what_others_went_through_later_is_no_part_of_a_story(part: Part, year: Year) -> None:
    assert OTHERS & {step.event for step in told(year, part).steps} == set()


def test_what_everybody_went_through_is_told_of_who_was_there(year: Year) -> None:
    assert {"PanelConstituted", "ScoringClosed"} <= {step.event for step in told(year, Part.RENEWED).steps}


HEADS: Mapping[Part, tuple[str, ...]] = {
    Part.BELOW_RATIO: ("R7 专业人员比例（不重复计算）不符合：申报6/10（60%），要求70%以上", "不予推荐"),
    Part.TWO_CATEGORIES: ("R14 专业类别限报一类不符合：申报",),
    Part.TOO_LATE: ("逾期不予受理",),
    Part.WAIVED: ("R3 注册资本（开办资金）不符合：申报50,000.00元，要求100,000元以上", "区负责人", "专家评审"),
    Part.WAIVER_REFUSED: ("不同意放宽R3", "不予推荐"),
    Part.SHORT_OF_SMES: ("R10符合（申报95家：原则上100家，95家，服务成效显著）",),
    Part.TIED: ("同分，依次按", "名额"),
    Part.TIED_AT_THE_CUT: ("名次并列", "本申报为其中第1", "本申报列入"),
    Part.FEW_SCORES: ("按现有评分排序", "有效评分"),
    Part.OBJECTION_UPHELD: ("去掉最低", "本申报列入", "异议成立，移出名单", "未入选（异议）"),
    Part.APPEAL_UPHELD: ("本申报未列入", "申诉决定：维持原决定"),
    Part.APPEAL_REMITTED: ("未入选", "发回重新办理（专家评审）", "入选"),
    Part.REVOKED: ("责令", "撤销入选资格"),
    Part.UNSIGNED: ("入选", "合作协议逾期未签"),
}
"""What the few lines say, in this order."""


@pytest.mark.parametrize("part", HEADS)
def test_a_story_is_told_in_a_few_lines(part: Part, year: Year) -> None:
    facts = told(year, part).story
    lines = iter([fact.zh for fact in facts])
    assert all(any(said in line for line in lines) for said in HEADS[part]), [fact.zh for fact in facts]
    assert all(fact.zh and fact.en for fact in facts)


GROUNDS = (
    *("RectificationOrdered", "WaiverGranted", "WaiverRefused", "DistrictDeclined", "PanelDecisionRecorded"),
    *("ObjectionUpheld", "AppealDecided", "ApprovalRevoked", "ExpertRecused", "ScoringReopened"),
)
"""What an outcome rests on, each time that it happens."""


@pytest.mark.parametrize("part", Part)
def test_no_story_leaves_out_what_its_outcome_rests_on(part: Part, year: Year) -> None:
    """Orders before a revocation, judgements, waivers: all of them, however long the story is (C5.4)."""
    found = explain(year.events, year.playing(part).application)
    if found is None:
        return
    happened, facts = Counter(step.event for step in found.steps), Counter(fact.event for fact in found.story)
    assert [facts[name] for name in GROUNDS] == [happened[name] for name in GROUNDS]
    assert facts["JudgementRecorded"] == min(1, happened["JudgementRecorded"])


def test_what_a_story_only_counts_is_named(year: Year) -> None:
    """Five experts score anew after a remit: the ranking shows their scores, the story how many revised."""
    found = told(year, Part.APPEAL_REMITTED)
    assert ("专家改评", 5) in [(one.zh, one.count) for one in found.folded]
    assert "ScoreRevised" not in {fact.event for fact in found.story}


def test_an_order_and_a_default_name_their_quarter(year: Year) -> None:
    """Which of four reports was not filed (C3.1)."""
    found = told(year, Part.RECTIFIED)
    assert any("2018年第二季度服务情况报告" in fact.zh for fact in found.story if fact.event == "RectificationOrdered")
    assert any("2018年第二季度服务情况报告" in step.zh for step in found.steps if step.event == "ReportDefaulted")


def test_who_never_signed_is_told_so_in_the_outcome(year: Year) -> None:
    """An approval whose agreement was never signed does not end like a good year (C5.4)."""
    found = told(year, Part.UNSIGNED)
    assert "合作协议逾期未签" in found.outcome_zh
    assert "was not signed" in found.outcome_en


def test_the_demo_tells_what_was_judged_who_came_first_and_how_it_ended(year: Year) -> None:
    said = came_of(year.playing(Part.SHORT_OF_SMES), year.record).splitlines()
    assert any("R10 met (observed 95 SMEs" in line for line in said)
    assert any("this one is rank" in line for line in said)
    assert said[-1].startswith("结果：")
    assert "submitted" not in said
    below = came_of(year.playing(Part.BELOW_RATIO), year.record)
    assert "R7: R7" not in below
    assert "observed 6/10 (60%), asked at least 70%" in below
    assert came_of(year.playing(Part.CERTIFICATION_REJECTED), year.record).startswith("rejected: ")


def test_nothing_of_the_year_is_told_in_chinese_with_english_codes(year: Year) -> None:
    names = names_of([parameters()])
    told = [each.event for each in year.events if not isinstance(each.event, RecordRead)]
    assert [one for event in told for one in codes(event, said(event, names)[0])] == []


def test_no_story_holds_personal_data(year: Year) -> None:
    personal = {
        "王建国",
        "021-62730000",
        *(f"法定代表人{one.organization.index:03d}" for one in year.company.applicants),
    }
    for part in WAYS:
        text = " ".join(f"{step.zh} {step.en}" for step in told(year, part).steps)
        assert [one for one in personal if one in text] == []
