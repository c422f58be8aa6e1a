"""The events of review in words: districts, experts, panels."""

from collections.abc import Mapping
from typing import TypeAlias

from audit.words.placing import ranked
from audit.words.terms import Names, Said, Words, district, group, items, listed, rule, short, value, when, who, word
from shared.contracts import review
from shared.contracts.fields import place

Waiver: TypeAlias = review.WaiverProposed | review.WaiverGranted | review.WaiverRefused


def _compliance(event: review.ComplianceChecked) -> Said:
    wrong = [one for one in event.items if one.result != "conforms"]
    zh, en = word(event.result)
    told_zh = "；".join(
        f"{place(one.item)}{word(one.result)[0]}{f'（{one.note}）' if one.note else ''}" for one in wrong
    )
    told_en = "; ".join(f"{one.item} {word(one.result)[1]}{f' ({one.note})' if one.note else ''}" for one in wrong)
    return f"{zh}{f'：{told_zh}' if wrong else ''}", f"{en}{f': {told_en}' if wrong else ''}"


def _scored(event: review.ExpertScored | review.ScoreRevised) -> str:
    return " + ".join(str(one.score) for one in event.items)


def _revoked(event: review.DistrictDeclined | review.DistrictReviewReturned) -> Said:
    if event.revokes is None:
        return "", ""
    return f"撤回原推荐（顺序第{event.revokes}），", f"taken off the list (order {event.revokes}) and "


def _overruled(event: review.EscalationDecided) -> Said:
    """What the district had found amiss, each with the city's reason: a rule by its name, a thing by its place."""
    told = [
        (rule(one.what) if one.what.startswith("R") else (place(one.what), one.what), one.rationale)
        for one in event.overruled or ()
    ]
    if not told:
        return "", ""
    zh = "；".join(f"{name[0]}：{why}" for name, why in told)
    en = "; ".join(f"{name[1]}: {why}" for name, why in told)
    return f"，不采纳区级意见：{zh}", f", against the district on {en}"


SILENCE: Mapping[str | None, Said] = {
    None: ("", ""),
    "undecided": ("区级逾期未决定，", "the district has not decided in its time, "),
    "unsent": ("区级逾期未报送推荐汇总表，", "the district has not sent its list in its time, "),
}
"""What the district let its time pass with."""


def _people(count: int) -> Said:
    return f"{count}名专家", f"{count} experts"


def _waiver(event: Waiver, names: Names, said: Said, why: str) -> Said:
    (rule_zh, rule_en), (seen_zh, seen_en) = rule(event.rule), value(event.rule, event.observed, names)
    return said[0].format(rule_zh, seen_zh, why), said[1].format(rule_en, seen_en, why)


DISTRICTS: Words = {
    review.DistrictReviewOpened: lambda e, _: (
        f"第{e.version}版送达{district(e.district)[0]}审核",
        f"version {e.version} reached {district(e.district)[1]}",
    ),
    review.PaperMatched: lambda e, _: (
        f"核对第{e.version}版纸质材料：与网上记录{'一致' if e.matches else '不一致'}",
        f"the paper of version {e.version} is compared: it {'matches' if e.matches else 'differs'}",
    ),
    review.ComplianceChecked: lambda e, _: (
        f"纸质材料合规性审核（第{e.version}版）：{_compliance(e)[0]}",
        f"compliance of the paper, version {e.version}: {_compliance(e)[1]}",
    ),
    review.JudgementRecorded: lambda e, _: (
        f"判定{rule(e.rule)[0]}{word(e.outcome)[0]}：{e.rationale}",
        f"{rule(e.rule)[1]} judged {word(e.outcome)[1]}: {e.rationale}",
    ),
    review.WaiverProposed: lambda e, n: _waiver(
        e, n, ("提议放宽{}（申报{}），依据：{}", "proposes to waive {} (observed {}): {}"), e.ground
    ),
    review.WaiverGranted: lambda e, n: _waiver(
        e,
        n,
        (
            "经两名工作人员同意放宽{}（申报{}，不符合的事实保留），依据：{}",
            "two officers waived {} (observed {}; the failure stays visible): {}",
        ),
        e.ground,
    ),
    review.WaiverRefused: lambda e, n: _waiver(
        e, n, ("不同意放宽{}（申报{}）：{}", "the waiver of {} (observed {}) was refused: {}"), e.reason
    ),
    review.DistrictReviewReturned: lambda e, _: (
        f"{district(e.district)[0]}{_revoked(e)[0]}退回第{e.version}版补正，{when(e.due)}前完成：{items(e.items)[0]}",
        (
            f"{_revoked(e)[1]}returned by {district(e.district)[1]}, version {e.version}, for correction before "
            f"{when(e.due)}: {items(e.items)[1]}"
        ),
    ),
    review.DistrictReviewClosed: lambda e, _: (
        f"区级审核终止：{word(e.reason)[0]}",
        f"the district's review ended: {word(e.reason)[1]}",
    ),
    review.DistrictRecommended: lambda e, _: (
        f"{district(e.district)[0]}推荐，顺序第{e.order}：{e.opinion}",
        f"recommended by {district(e.district)[1]}, order {e.order}: {e.opinion}",
    ),
    review.DistrictDeclined: lambda e, _: (
        f"{district(e.district)[0]}{_revoked(e)[0]}不予推荐：{listed(e.reasons)[0]}",
        f"{_revoked(e)[1]}declined by {district(e.district)[1]}: {listed(e.reasons)[1]}",
    ),
    review.ReconsiderationRequested: lambda e, _: (
        f"申报单位请求复议：{e.grounds}",
        f"the applicant asks for reconsideration: {e.grounds}",
    ),
    review.DistrictDecisionReconsidered: lambda e, _: (
        f"{district(e.district)[0]}复议：{word(e.outcome)[0]}（{listed(e.reasons)[0]}）",
        f"{district(e.district)[1]} reconsidered: {word(e.outcome)[1]} ({listed(e.reasons)[1]})",
    ),
    review.EscalatedToCity: lambda e, _: (
        f"{SILENCE[e.silence][0]}申报单位提请市级裁定：{e.grounds}",
        f"{SILENCE[e.silence][1]}the applicant brings it before the city: {e.grounds}",
    ),
    review.EscalationDecided: lambda e, _: (
        f"市级裁定：{word(e.outcome)[0]}（{e.reason}）{_overruled(e)[0]}",
        f"the city decided: {word(e.outcome)[1]} ({e.reason}){_overruled(e)[1]}",
    ),
    review.DistrictReviewReopened: lambda e, _: (
        f"申诉发回，{district(e.district)[0]}重新审核第{e.version}版",
        f"remitted on appeal: {district(e.district)[1]} reviews version {e.version} again",
    ),
    review.BatchSealed: lambda e, _: (
        f"{district(e.district)[0]}以{e.document_number}确定推荐汇总表，共{len(e.rows)}家",
        f"{district(e.district)[1]} sealed its recommendations by {e.document_number}: {len(e.rows)} rows",
    ),
    review.BatchReopened: lambda e, _: (
        f"{district(e.district)[0]}推荐汇总表重新开启，依据：{e.authority}",
        f"the batch of {district(e.district)[1]} was opened again on the authority of {e.authority}",
    ),
    review.BatchSent: lambda e, _: (
        f"{district(e.district)[0]}于{when(e.sent_at)}报送推荐汇总表（{e.document_number}）",
        f"{district(e.district)[1]} sent its batch at {when(e.sent_at)} ({e.document_number})",
    ),
    review.BatchLate: lambda e, _: (
        f"{district(e.district)[0]}推荐汇总表逾期{e.minutes}分钟报送",
        f"the batch of {district(e.district)[1]} was {e.minutes} minutes late",
    ),
}
PANELS: Words = {
    review.ExpertEnrolled: lambda e, n: (
        f"专家{who(e.expert)}入库：{'、'.join(group(one, n)[0] for one in e.specialties)}",
        f"expert {who(e.expert)} joined the pool: {', '.join(group(one, n)[1] for one in e.specialties)}",
    ),
    review.PanelConstituted: lambda e, n: (
        f"以种子{e.seed}抽取{group(e.group, n)[0]}专家组{len(e.experts)}人，任何人可复核",
        (
            f"the panel of {group(e.group, n)[1]}, {len(e.experts)} experts, drawn with seed {e.seed}; "
            "anyone may repeat the draw"
        ),
    ),
    review.ConflictDeclared: lambda e, _: (
        f"专家{who(e.expert)}声明{'无利益冲突' if e.answer == 'none' else '有利益冲突，回避'}",
        f"expert {who(e.expert)} declares {'no conflict' if e.answer == 'none' else 'a conflict'} of interest",
    ),
    review.ReviewAssigned: lambda e, _: (
        f"第{e.version}版分配给专家{who(e.expert)}，{when(e.due)}前评分",
        f"version {e.version} assigned to expert {who(e.expert)}, due {when(e.due)}",
    ),
    review.ExpertRecused: lambda e, _: (
        f"专家{who(e.expert)}回避{'，其评分作废' if e.voids_score else '，其评分保留'}：{e.reason}",
        (
            f"expert {who(e.expert)} is recused{', its score is void' if e.voids_score else ', its score stays'}: "
            f"{e.reason}"
        ),
    ),
    review.ExpertReplaced: lambda e, _: (
        f"专家{who(e.expert)}由{who(e.replacement)}替换：{e.reason}",
        f"expert {who(e.expert)} is replaced by {who(e.replacement)}: {e.reason}",
    ),
    review.ExpertScored: lambda e, _: (
        f"专家{who(e.expert)}评分{e.total}（{_scored(e)}）",
        f"expert {who(e.expert)}: {e.total} points ({_scored(e)})",
    ),
    review.ScoreRevised: lambda e, _: (
        f"专家{who(e.expert)}改评{e.total}（{_scored(e)}）：{e.reason}；原评分保留在案",
        f"expert {who(e.expert)} revised to {e.total} points ({_scored(e)}): {e.reason}; the earlier score stays",
    ),
    review.ScoreVoided: lambda e, _: (
        f"专家{who(e.expert)}的评分作废（不计为零分）：{e.reason}",
        f"the score of expert {who(e.expert)} is void, not a zero: {e.reason}",
    ),
    review.ScoreOverdue: lambda e, _: (
        f"专家{who(e.expert)}逾期未评分，期限{when(e.due)}",
        f"expert {who(e.expert)} has not scored by {when(e.due)}",
    ),
    review.ScoringReopened: lambda _e, _: (
        "申诉发回，专家评审对本申报重新开启",
        "remitted on appeal: this application may be scored again",
    ),
    review.ScoringClosed: lambda e, n: (
        f"{group(e.group, n)[0]}评分于{when(e.at)}截止",
        f"scoring of {group(e.group, n)[1]} closed at {when(e.at)}",
    ),
    review.RankingComputed: lambda e, n: (
        f"{group(e.group, n)[0]}排序，共{len(e.rows)}家，输入校验码{short(e.inputs_hash)}{ranked(e, n)[0]}",
        f"{group(e.group, n)[1]} ranked: {len(e.rows)} applications, inputs {short(e.inputs_hash)}{ranked(e, n)[1]}",
    ),
    review.TieResolved: lambda e, n: (
        f"{group(e.group, n)[0]}并列（{len(e.order)}家）经{word(e.basis)[0]}分出先后，{_people(len(e.voters))[0]}参加",
        (
            f"a tie of {len(e.order)} among {group(e.group, n)[1]} was told apart by {word(e.basis)[1]} "
            f"of {_people(len(e.voters))[1]}"
        ),
    ),
    review.BallotCast: lambda e, _: (
        f"一名专家就专家组表决事项投票（涉及{len(e.applications)}份申报）",
        f"an expert of the panel voted (on {len(e.applications)} applications)",
    ),
    review.PanelDecisionRecorded: lambda e, _: (
        f"有效评分不足，专家组决定{word(e.decision)[0]}（{_people(len(e.voters))[0]}）：{e.reason}",
        f"too few scores; the panel decided to {word(e.decision)[1]} ({_people(len(e.voters))[1]}): {e.reason}",
    ),
}
WORDS: Words = {**DISTRICTS, **PANELS}
