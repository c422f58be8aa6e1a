"""The events of reporting in words: what is owed, what was filed, how the year was assessed."""

from typing import Any

from audit.words.terms import Names, Said, Words, items, listed, when
from shared.contracts import reporting
from shared.contracts.obligations import Owed

LIFTED: dict[str, Said] = {
    "revoked": ("认定已撤销", "the approval is revoked"),
    "expired": ("认定已到期", "the approval has expired"),
    "removed": ("已从名单移除", "it was removed from the list"),
    "amended": ("任务安排已调整", "the round asks for it no longer"),
}


def _late(event: Any) -> Said:
    return ("（逾期）", " (late)") if event.late else ("", "")


def _owed(event: Any, kind: str, names: Names) -> Said:
    """What is owed by its year, its period where that is known, and its kind."""
    period = getattr(event, "period", None) or names.periods.get(event.obligation)
    return Owed(kind, str(event.year), period).name


def _filed(event: Any, kind: str, names: Names) -> Said:
    (late_zh, late_en), (zh, en) = _late(event), _owed(event, kind, names)
    return (
        f"报送{zh}第{event.version}版{late_zh}，{when(event.received_at)}收到",
        f"{en}, version {event.version}, filed{late_en}, received {when(event.received_at)}",
    )


def _with(said: Said, zh: str, en: str) -> Said:
    return f"{said[0]}：{zh}", f"{said[1]}: {en}"


def _report(event: reporting.ServiceReportFiled, names: Names) -> Said:
    metrics = event.metrics
    return _with(
        _filed(event, "report", names),
        f"活动{metrics.activities}场，服务中小企业{metrics.smes_served}家，咨询{metrics.consultations}次，"
        f"呼叫{metrics.calls}次，公益占比{metrics.public_benefit_share}，"
        f"满意{metrics.satisfied}/{metrics.surveyed}，案例{metrics.cases}个",
        f"{metrics.activities} activities, {metrics.smes_served} SMEs served, {metrics.consultations} consultations, "
        f"{metrics.calls} calls, public-benefit share {metrics.public_benefit_share}, "
        f"satisfied {metrics.satisfied}/{metrics.surveyed}, {metrics.cases} cases",
    )


def _plan(event: reporting.ServicePlanFiled, names: Names) -> Said:
    targets = event.targets
    return _with(
        _filed(event, "plan", names),
        f"活动{targets.activities}场，服务中小企业{targets.smes_served}家，公益占比{targets.public_benefit_share}",
        f"{targets.activities} activities, {targets.smes_served} SMEs, public-benefit share "
        f"{targets.public_benefit_share}",
    )


WORDS: Words = {
    reporting.ObligationCreated: lambda e, n: (
        f"应于{when(e.due)}前报送{_owed(e, e.kind, n)[0]}",
        f"owes the {_owed(e, e.kind, n)[1]} before {when(e.due)}",
    ),
    reporting.ServicePlanFiled: _plan,
    reporting.ServiceReportFiled: _report,
    reporting.ServiceCaseFiled: lambda e, n: _with(_filed(e, "case", n), e.title, e.title),
    reporting.PolicyDigestFiled: lambda e, n: _with(_filed(e, "policy_digest", n), e.title, e.title),
    reporting.DifficultiesReported: lambda e, n: _with(
        _filed(e, "difficulties", n),
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
    reporting.ReportDefaulted: lambda e, n: (
        f"未报送{_owed(e, e.kind, n)[0]}，本年不合格并责令整改",
        f"the {_owed(e, e.kind, n)[1]} was defaulted: the year fails and a rectification follows",
    ),
    reporting.ObligationLifted: lambda e, _: (
        f"{LIFTED[e.ground][0]}，不再要求报送",
        f"owed no more: {LIFTED[e.ground][1]}",
    ),
    reporting.ObligationRescheduled: lambda e, _: (
        f"按{e.authority}调整报送期限：由{when(e.old)}改为{when(e.new)}",
        f"by {e.authority} due before {when(e.new)} in place of {when(e.old)}",
    ),
    reporting.AnnualAssessed: lambda e, _: (
        f"{e.year}年考核{e.score}分，{e.grade}{f'；未报送{len(e.defaulted)}项' if e.defaulted else ''}",
        f"assessed for {e.year}: {e.score} points, {e.grade}{f'; {len(e.defaulted)} defaulted' if e.defaulted else ''}",
    ),
    reporting.AssessmentCorrected: lambda e, _: (
        f"{e.year}年考核更正为{e.score}分，{e.grade}：{e.reason}",
        f"the assessment for {e.year} was corrected to {e.score} points, {e.grade}: {e.reason}",
    ),
    reporting.PriorityRecommended: lambda e, _: (
        f"{e.year}年优先推荐{len(e.rows)}家：{listed(f'{one.score}分{one.grade}' for one in e.rows)[0]}",
        f"{len(e.rows)} recommended first in {e.year}: {listed(f'{one.score} {one.grade}' for one in e.rows)[1]}",
    ),
}
