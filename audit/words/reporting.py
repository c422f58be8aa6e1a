"""The events of reporting in words: what is owed, what was filed, how the year was assessed."""

from typing import Any

from audit.words.terms import Said, Words, items, listed, when, word
from shared.contracts import reporting

LIFTED: dict[str, Said] = {
    "revoked": ("认定已撤销", "the approval is revoked"),
    "expired": ("认定已到期", "the approval has expired"),
    "removed": ("已从名单移除", "it was removed from the list"),
}


def _late(event: Any) -> Said:
    return ("（逾期）", " (late)") if event.late else ("", "")


def _filed(event: Any, zh: str, en: str) -> Said:
    late_zh, late_en = _late(event)
    return (
        f"报送{event.year}年{zh}第{event.version}版{late_zh}，{when(event.received_at)}收到",
        f"{en} of {event.year}, version {event.version}, filed{late_en}, received {when(event.received_at)}",
    )


def _with(said: Said, zh: str, en: str) -> Said:
    return f"{said[0]}：{zh}", f"{said[1]}: {en}"


def _report(event: reporting.ServiceReportFiled) -> Said:
    metrics = event.metrics
    return _with(
        _filed(event, "服务情况报告", "service report"),
        f"活动{metrics.activities}场，服务中小企业{metrics.smes_served}家，咨询{metrics.consultations}次，"
        f"呼叫{metrics.calls}次，公益占比{metrics.public_benefit_share}，"
        f"满意{metrics.satisfied}/{metrics.surveyed}，案例{metrics.cases}个",
        f"{metrics.activities} activities, {metrics.smes_served} SMEs served, {metrics.consultations} consultations, "
        f"{metrics.calls} calls, public-benefit share {metrics.public_benefit_share}, "
        f"satisfied {metrics.satisfied}/{metrics.surveyed}, {metrics.cases} cases",
    )


def _plan(event: reporting.ServicePlanFiled) -> Said:
    targets = event.targets
    return _with(
        _filed(event, "年度服务计划", "service plan"),
        f"活动{targets.activities}场，服务中小企业{targets.smes_served}家，公益占比{targets.public_benefit_share}",
        f"{targets.activities} activities, {targets.smes_served} SMEs, public-benefit share "
        f"{targets.public_benefit_share}",
    )


WORDS: Words = {
    reporting.ObligationCreated: lambda e, _: (
        f"应于{when(e.due)}前报送{e.year}年{word(e.kind)[0]}",
        f"owes the {word(e.kind)[1]} of {e.year} before {when(e.due)}",
    ),
    reporting.ServicePlanFiled: lambda e, _: _plan(e),
    reporting.ServiceReportFiled: lambda e, _: _report(e),
    reporting.ServiceCaseFiled: lambda e, _: _with(_filed(e, "服务案例", "service case"), e.title, e.title),
    reporting.PolicyDigestFiled: lambda e, _: _with(_filed(e, "政策解读材料", "policy digest"), e.title, e.title),
    reporting.DifficultiesReported: lambda e, _: _with(
        _filed(e, "困难和诉求汇总", "summary of difficulties"),
        f"解答{e.answered}件，转报{e.forwarded}件。{e.summary}",
        f"{e.answered} answered, {e.forwarded} forwarded. {e.summary}",
    ),
    reporting.ReportReturned: lambda e, _: (
        f"第{e.version}版退回补正，{when(e.due)}前完成：{items(e.items)[0]}",
        f"version {e.version} returned for correction before {when(e.due)}: {items(e.items)[1]}",
    ),
    reporting.ReportAccepted: lambda e, _: (f"第{e.version}版通过", f"version {e.version} accepted"),
    reporting.ReminderSent: lambda e, _: (f"提醒：{when(e.due)}前报送", f"reminded: due before {when(e.due)}"),
    reporting.ReportOverdue: lambda e, _: (
        f"逾期未报，期限{when(e.due)}，{e.days}日内仍可补报",
        f"overdue since {when(e.due)}; {e.days} days of grace",
    ),
    reporting.ReportDefaulted: lambda e, _: (
        f"未报送{e.year}年{word(e.kind)[0]}，本年不合格并责令整改",
        f"the {word(e.kind)[1]} of {e.year} was defaulted: the year fails and a rectification follows",
    ),
    reporting.ObligationLifted: lambda e, _: (
        f"{LIFTED[e.ground][0]}，不再要求报送",
        f"owed no more: {LIFTED[e.ground][1]}",
    ),
    reporting.AnnualAssessed: lambda e, _: (
        f"{e.year}年考核{e.score}分，{e.grade}{f'；未报送{len(e.defaulted)}项' if e.defaulted else ''}",
        f"assessed for {e.year}: {e.score} points, {e.grade}{f'; {len(e.defaulted)} defaulted' if e.defaulted else ''}",
    ),
    reporting.PriorityRecommended: lambda e, _: (
        f"{e.year}年优先推荐{len(e.rows)}家：{listed(f'{one.score}分{one.grade}' for one in e.rows)[0]}",
        f"{len(e.rows)} recommended first in {e.year}: {listed(f'{one.score} {one.grade}' for one in e.rows)[1]}",
    ),
}
