"""The events of application in words."""

from audit.words.terms import Names, Said, Words, district, group, items, listed, rule, rules, short, when, word
from shared.contracts import application
from shared.contracts.application import RuleResult
from shared.contracts.fields import place
from shared.contracts.rule_messages import told
from shared.contracts.vocabulary import Outcome


def _scope(event: application.DeadlineExtended) -> Said:
    match event.scope:
        case "round":
            return "全市", "for the whole round"
        case "district":
            zh, en = district(event.target or "")
            return zh, f"for {en}"
        case _:
            return f"申报{event.target}", f"for application {event.target}"


def _moved(event: application.DeadlineExtended) -> str:
    return "延至" if event.new > event.old else "更正为"


def _filed(event: application.ApplicationSubmitted | application.ApplicationResubmitted) -> Said:
    (failed_zh, failed_en), (judge_zh, judge_en) = rules(event.failed), rules(event.to_judge)
    zh, en = word(event.overall)
    if event.failed:
        zh, en = f"{zh}；不符合、可申请放宽：{failed_zh}", f"{en}; failed and waivable: {failed_en}"
    if event.to_judge:
        zh, en = f"{zh}；待人工判定：{judge_zh}", f"{en}; for a person to judge: {judge_en}"
    return f"（{when(event.received_at)}收到）：{zh}", f", received {when(event.received_at)}: {en}"


def _submitted(event: application.ApplicationSubmitted, names: Names) -> Said:
    zh, en = _filed(event)
    (group_zh, group_en), snapshot = group(event.category, names), short(event.snapshot_hash)
    return (
        f"网上提交第{event.version}版，申报{group_zh}，校验码{snapshot}{zh}",
        f"version {event.version} filed online under {group_en}, hash {snapshot}{en}",
    )


def _resubmitted(event: application.ApplicationResubmitted, _: Names) -> Said:
    zh, en = _filed(event)
    changed_zh, changed_en = "、".join(map(place, event.changed)) or "无", listed(event.changed)[1]
    return (
        f"补正后重新提交第{event.version}版，改动：{changed_zh}，校验码{short(event.snapshot_hash)}{zh}",
        f"corrected and filed as version {event.version}, changed {changed_en}, hash {short(event.snapshot_hash)}{en}",
    )


def _evaluated(event: application.EligibilityEvaluated, names: Names) -> Said:
    unmet = [one for one in event.results if one.outcome != Outcome.PASS]
    open_ones = [one for one in unmet if one.rule not in names.grounds or one.outcome != Outcome.FAIL]
    parts = [_result(one, names) for one in open_ones]
    zh, en = word(event.overall)
    if parts:
        return f"条件审查：{zh}；{'；'.join(one for one, _ in parts)}", f"{en}: {'; '.join(one for _, one in parts)}"
    return f"条件审查：{zh}，各项规则均符合", f"{en}: every rule is met"


def _result(result: RuleResult, names: Names) -> Said:
    (name_zh, name_en), (zh, en) = rule(result.rule), word(result.outcome)
    (seen_zh, seen_en), (threshold_zh, threshold_en) = told(result, names.naming)
    asked_zh = f"，要求{threshold_zh}" if threshold_zh else ""
    asked_en = f", asked {threshold_en}" if threshold_en else ""
    return f"{name_zh}{zh}（申报{seen_zh}{asked_zh}）", f"{name_en} {en} (observed {seen_en}{asked_en})"


WORDS: Words = {
    application.RoundPlanned: lambda e, _: (f"制定{e.parameters.title_zh}方案", f"round {e.round} was planned"),
    application.RoundOpened: lambda e, _: (
        f"{e.round}轮次开始受理，网上报送截止{when(e.submission_deadline)}",
        f"round {e.round} opened, online until {when(e.submission_deadline)}",
    ),
    application.DeadlineExtended: lambda e, _: (
        f"依据{e.authority_document}，{_scope(e)[0]}网上报送截止由{when(e.old)}{_moved(e)}{when(e.new)}：{e.reason}",
        f"by {e.authority_document} the deadline moved {_scope(e)[1]} from {when(e.old)} to {when(e.new)}: {e.reason}",
    ),
    application.PolicyAmendmentProposed: lambda e, _: (
        f"依据{e.authority_document}，提出申报方案自{when(e.effective_from)}起调整，待批准：{e.reason}",
        (
            f"by {e.authority_document} other parameters were proposed for the round from {when(e.effective_from)}: "
            f"{e.reason}; a leader is to approve them"
        ),
    ),
    application.PolicyAmendmentDeclined: lambda e, _: (
        f"申报方案调整未获批准：{e.reason}",
        f"the proposed amendment of the round was declined: {e.reason}",
    ),
    application.PolicyAmendmentWithdrawn: lambda e, _: (
        f"撤回对{e.round}轮次申报方案的调整提议",
        f"the proposed amendment of round {e.round} was withdrawn",
    ),
    application.PolicyAmended: lambda e, _: (
        f"依据{e.authority_document}，申报方案自{when(e.effective_from)}起调整：{e.reason}；此前的审查结果不变",
        (
            f"by {e.authority_document} the round's parameters change from {when(e.effective_from)}: {e.reason}; "
            "earlier evaluations stay"
        ),
    ),
    application.RoundClosed: lambda e, _: (f"{e.round}轮次受理结束", f"round {e.round} closed"),
    application.RoundArchived: lambda e, _: (f"{e.round}轮次归档", f"round {e.round} was archived"),
    application.ApplicationStarted: lambda e, n: (
        (
            f"{e.organization_name}开始申报（{group(e.category[0] if e.category else None, n)[0]}，"
            f"{district(e.district)[0]}）"
        ),
        (
            f"{e.organization_name} began its application "
            f"({group(e.category[0] if e.category else None, n)[1]}, {district(e.district)[1]})"
        ),
    ),
    application.FormSaved: lambda e, _: (
        f"保存申报表{place(e.table.lower())}第{e.revision}稿",
        f"table {e.table} saved, revision {e.revision}",
    ),
    application.AttachmentAdded: lambda e, _: (
        f"上传材料{e.material}（{word(e.media_type)[0]}，{e.size}字节，{word(e.scan)[0]}），校验码{short(e.sha256)}",
        f"material {e.material} attached ({e.media_type}, {e.size} bytes, {word(e.scan)[1]}), hash {short(e.sha256)}",
    ),
    application.AttachmentRemoved: lambda e, _: (
        f"移除材料{e.material}，校验码{short(e.sha256)}",
        f"material {e.material} removed, hash {short(e.sha256)}",
    ),
    application.EligibilityEvaluated: _evaluated,
    application.WaiverRequested: lambda e, _: (
        f"申请放宽{rules(e.rules)[0]}，理由：{e.ground}（附{len(e.evidence)}份证明）",
        f"asks to waive {rules(e.rules)[1]}: {e.ground} ({len(e.evidence)} files)",
    ),
    application.ApplicationSubmitted: _submitted,
    application.ApplicationResubmitted: _resubmitted,
    application.LateSubmissionRefused: lambda e, _: (
        f"逾期不予受理：{when(e.received_at)}收到，截止{when(e.deadline)}",
        f"late: received {when(e.received_at)}, deadline {when(e.deadline)}",
    ),
    application.LateSubmissionAdmitted: lambda e, _: (
        (
            f"依据{e.authority_document}按延期受理：{when(e.received_at)}收到，原截止{when(e.deadline)}，"
            f"延至{when(e.extended_to)}"
        ),
        (
            f"admitted within an extension by {e.authority_document}: received {when(e.received_at)}, "
            f"deadline {when(e.deadline)}, extended to {when(e.extended_to)}"
        ),
    ),
    application.PdfExported: lambda e, _: (
        f"导出第{e.version}版PDF，校验码{short(e.pdf_sha256)}",
        f"version {e.version} exported as PDF, hash {short(e.pdf_sha256)}",
    ),
    application.PaperReceived: lambda e, _: (
        f"收到第{e.version}版纸质材料{e.copies}份，与网上{'一致' if e.matches else '不一致'}",
        (
            f"paper of version {e.version} received, {e.copies} copies, "
            f"{'matches' if e.matches else 'does not match'} the online record"
        ),
    ),
    application.ApplicationReturned: lambda e, _: (
        f"第{e.version}版退回补正，{when(e.due)}前完成：{items(e.items)[0]}",
        f"version {e.version} returned for correction before {when(e.due)}: {items(e.items)[1]}",
    ),
    application.ApplicationWithdrawn: lambda e, _: (f"申报单位撤回申报：{e.reason}", f"withdrawn: {e.reason}"),
    application.ApplicationLapsed: lambda e, _: (
        f"{word(e.what)[0]}逾期失效，期限{when(e.deadline)}",
        f"{word(e.what)[1]} lapsed at {when(e.deadline)}",
    ),
}
