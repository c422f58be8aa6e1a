"""How reporting's commands were put."""

from collections import Counter
from typing import Any

from audit.behind.reporting_calendar import lift, owe, reschedule
from audit.case import Behind, Case
from audit.record import Contradiction, Incomplete
from services.publication.domain.correction_approval import CORRECTION
from services.reporting.domain.assessment import ASSESSMENT_DECIDER, AssessYear, CorrectAssessment
from services.reporting.domain.falling_due import (
    DeclareDefault,
    NoteOverdue,
    SendReminder,
)
from services.reporting.domain.filing import (
    FilePolicyDigest,
    FileServiceCase,
    FileServicePlan,
    FileServiceReport,
    Filing,
    ReportDifficulties,
)
from services.reporting.domain.obligation import OBLIGATION_DECIDER
from services.reporting.domain.priority import PRIORITY_DECIDER, RecommendPriority
from services.reporting.domain.rectifying import rectify_until
from services.reporting.domain.returns import AcceptReport, ReturnReport, latest_return, must_change
from shared.contracts import publication, reporting
from shared.contracts.category import Stream
from shared.contracts.policy import days_of
from shared.contracts.round import Assessment
from shared.contracts.topics import OBLIGATION
from shared.kernel.instants import Instant


def _assessment(case: Case) -> Assessment:
    return case.plan.parameters.assessment


def _said(case: Case, event: Filing) -> dict[str, Any]:
    grace = days_of(_assessment(case).default_days)
    named = {"obligation": event.obligation, "version": event.version}
    created = case.one(reporting.ObligationCreated, obligation=event.obligation)
    until = rectify_until(_orders(case, created.application), created)
    return {
        **named,
        "by": case.by,
        "at": case.at,
        "grace_days": grace,
        "rectify_until": until,
        "changed": must_change(case.plan.parameters),
    }


def _orders(case: Case, application: str) -> list[publication.RectificationOrdered]:
    """What was to be put right and not accepted yet, as far as it was heard of."""
    ends = (publication.RectificationAccepted, publication.ApprovalRevoked, publication.ApprovalExpired)
    kinds = (publication.RectificationOrdered, *ends)
    open_ones: list[publication.RectificationOrdered] = []
    for one in case.known(*kinds, application=application):
        open_ones = [*open_ones, one.event] if isinstance(one.event, publication.RectificationOrdered) else []
    return open_ones


def _plan(case: Case, event: reporting.ServicePlanFiled) -> FileServicePlan:
    return FileServicePlan(targets=event.targets, **_said(case, event))


def _report(case: Case, event: reporting.ServiceReportFiled) -> FileServiceReport:
    return FileServiceReport(metrics=event.metrics, evidence=event.evidence, **_said(case, event))


def _case(case: Case, event: reporting.ServiceCaseFiled) -> FileServiceCase:
    return FileServiceCase(title=event.title, summary=event.summary, evidence=event.evidence, **_said(case, event))


def _digest(case: Case, event: reporting.PolicyDigestFiled) -> FilePolicyDigest:
    return FilePolicyDigest(title=event.title, document=event.document, **_said(case, event))


def _difficulties(case: Case, event: reporting.DifficultiesReported) -> ReportDifficulties:
    said = _said(case, event)
    return ReportDifficulties(answered=event.answered, forwarded=event.forwarded, summary=event.summary, **said)


def _return(case: Case, event: reporting.ReportReturned) -> ReturnReport:
    latest = latest_return(case.plan.parameters, case.at)
    due = Instant(event.due)
    return ReturnReport(event.obligation, event.version, event.items, due, latest, case.by, case.at)


def _accept(case: Case, event: reporting.ReportAccepted) -> AcceptReport:
    return AcceptReport(event.obligation, event.version, case.by, case.at)


def _remind(case: Case, event: reporting.ReminderSent) -> SendReminder:
    terms = _clocked(case)
    return SendReminder(event.obligation, terms.reminder_days.value, case.at)


def _overdue(case: Case, event: reporting.ReportOverdue) -> NoteOverdue:
    return NoteOverdue(event.obligation, _clocked(case).default_days.value, case.at)


def _default(case: Case, event: reporting.ReportDefaulted) -> DeclareDefault:
    _clocked(case)
    return DeclareDefault(event.obligation, case.at)


def _clocked(case: Case) -> Assessment:
    terms = _assessment(case)
    if not terms.rubric:
        raise Contradiction(case.recorded, "the round lets nothing fall due by the clock")
    return terms


def _assess(case: Case, event: reporting.AnnualAssessed) -> AssessYear:
    owed = case.before(reporting.ObligationCreated, application=event.application, year=event.year)
    streams = [Stream(OBLIGATION, one.obligation, one.organization).name for one in owed]
    return AssessYear(
        application=event.application,
        year=event.year,
        items=event.items,
        owed=tuple(case.fold(OBLIGATION_DECIDER, stream) for stream in streams),
        terms=_assessment(case),
        by=case.by,
        at=case.at,
    )


def _correct(case: Case, event: reporting.AssessmentCorrected) -> CorrectAssessment:
    assessed = case.known(reporting.AnnualAssessed, application=event.application, year=event.year)
    if not assessed:
        raise Incomplete(f"{event.TYPE} rests on an assessment of {event.year} that the log does not hold")
    return CorrectAssessment(
        application=event.application,
        year=event.year,
        items=event.items,
        reason=event.reason,
        terms=case.plan_at(Instant(assessed[0].envelope.time)).parameters.assessment,
        by=case.by,
        at=case.at,
    )


def _standing(case: Case, round_id: str, year: int) -> dict[str, reporting.AnnualAssessed]:
    """Each assessment of a round's year as it stood, under the id of the event that it rests on."""
    kinds = (reporting.AnnualAssessed, reporting.AssessmentCorrected)
    last = {one.envelope.stream: one for one in case.known(*kinds, round=round_id, year=year)}
    folded = {one.envelope.id: case.fold(ASSESSMENT_DECIDER, stream) for stream, one in last.items()}
    return {identity: state.standing for identity, state in folded.items()}


def _recommend(case: Case, event: reporting.PriorityRecommended) -> RecommendPriority:
    known = case.record.where(reporting.AnnualAssessed, round=event.round, year=event.year)
    return RecommendPriority(
        round=event.round,
        year=event.year,
        assessments=_standing(case, event.round, event.year),
        revoked=_taken_back(case, event.round),
        barred=frozenset(made.organization for _, made in known if case.barred(made.organization) is not None),
        rectifying=frozenset(made.application for _, made in known if _orders(case, made.application)),
        terms=_assessment(case),
        by=case.by,
        at=case.at,
    )


def _taken_back(case: Case, round_id: str) -> frozenset[str]:
    """Whose approval was revoked, or ended with the last removal from the list."""
    approved = Counter(one.application for one in case.before(publication.OrganizationApproved, round=round_id))
    corrections = case.before(publication.ApplicationRejected, round=round_id, stage=CORRECTION)
    removed = Counter(one.application for one in corrections)
    gone = {application for application, times in removed.items() if times >= approved[application]}
    return frozenset(gone | case.still_revoked(round_id))


BEHIND: Behind = {
    reporting.ObligationCreated: (OBLIGATION_DECIDER, owe),
    reporting.ServicePlanFiled: (OBLIGATION_DECIDER, _plan),
    reporting.ServiceReportFiled: (OBLIGATION_DECIDER, _report),
    reporting.ServiceCaseFiled: (OBLIGATION_DECIDER, _case),
    reporting.PolicyDigestFiled: (OBLIGATION_DECIDER, _digest),
    reporting.DifficultiesReported: (OBLIGATION_DECIDER, _difficulties),
    reporting.ReportReturned: (OBLIGATION_DECIDER, _return),
    reporting.ReportAccepted: (OBLIGATION_DECIDER, _accept),
    reporting.ReminderSent: (OBLIGATION_DECIDER, _remind),
    reporting.ReportOverdue: (OBLIGATION_DECIDER, _overdue),
    reporting.ReportDefaulted: (OBLIGATION_DECIDER, _default),
    reporting.ObligationLifted: (OBLIGATION_DECIDER, lift),
    reporting.ObligationRescheduled: (OBLIGATION_DECIDER, reschedule),
    reporting.AnnualAssessed: (ASSESSMENT_DECIDER, _assess),
    reporting.AssessmentCorrected: (ASSESSMENT_DECIDER, _correct),
    reporting.PriorityRecommended: (PRIORITY_DECIDER, _recommend),
}
