"""How review's commands were put: those of the districts here, of their lists in `lists`, of experts in `scoring`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from audit.behind import lists, panels, scoring
from audit.case import Behind, Case
from services.review.domain.batch import BATCH_DECIDER
from services.review.domain.batch_states import Draft, holds
from services.review.domain.checks import CheckCompliance, RecordJudgement
from services.review.domain.compliance import Checklist, brought, checklist, compliance_required
from services.review.domain.conflicts import listed_only
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.escalations import DecideEscalation, EscalateToCity, reasons_asked
from services.review.domain.reactions import reaction
from services.review.domain.recommendation import DeclineApplication, RecommendApplication
from services.review.domain.reconsideration import Against, ReconsiderDecline, RequestReconsideration
from services.review.domain.returns import (
    ReturnForCorrection,
    correcting,
    reached,
    remitted_until,
    time_for,
)
from services.review.domain.silence import Silence, silence_of
from services.review.domain.waivers import (
    GRANTED,
    REFUSED,
    DecideWaiver,
    ProposeWaiver,
    Waivable,
    grounds_asked,
    grounds_to_judge,
    waivable_of,
)
from shared.contracts import review
from shared.contracts.application import AttachmentAdded, AttachmentRemoved, EligibilityEvaluated
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.policy import days_of, remit_due
from shared.contracts.publication import AppealDecided
from shared.contracts.vocabulary import Outcome
from shared.kernel.instants import Instant


def _reaction(case: Case, _event: Event) -> Any:
    due = remit_due(case.plan.parameters, case.at) if isinstance(case.cause, AppealDecided) else None
    return reaction(case.cause, case.recorded.envelope.causationid or "", due, panel=None)


def _check(case: Case, event: review.ComplianceChecked) -> CheckCompliance:
    listed = _listed(case, event.application)
    return CheckCompliance(
        event.application, event.version, event.items, case.by, case.at, listed, final=case.final(event.application)
    )


def _listed(case: Case, application: str) -> Checklist | None:
    changes = case.known(AttachmentAdded, AttachmentRemoved, application=application)
    return checklist(case.plan.parameters, brought(one.event for one in changes))


def _judge(case: Case, event: review.JudgementRecorded) -> RecordJudgement:
    outcome, grounds = Outcome(event.outcome), grounds_to_judge(_waivable(case, event.application))
    return RecordJudgement(
        event.application,
        event.rule,
        outcome,
        event.rationale,
        case.by,
        case.at,
        grounds,
        final=case.final(event.application),
    )


def _waivable(case: Case, application: str) -> Waivable:
    version = case.one(review.DistrictReviewOpened, application=application).version
    evaluations = case.before(EligibilityEvaluated, application=application, version=version)
    return waivable_of(case.plan.parameters, evaluations[-1] if evaluations else None)


def _propose(case: Case, event: review.WaiverProposed) -> ProposeWaiver:
    waivable = _waivable(case, event.application)
    return ProposeWaiver(
        event.application, event.rule, event.ground, waivable, case.by, case.at, final=case.final(event.application)
    )


def _grant(case: Case, event: review.WaiverGranted) -> DecideWaiver:
    return DecideWaiver(
        event.application, event.rule, GRANTED, "", case.by, case.at, final=case.final(event.application)
    )


def _refuse(case: Case, event: review.WaiverRefused) -> DecideWaiver:
    return DecideWaiver(
        event.application, event.rule, REFUSED, event.reason, case.by, case.at, final=case.final(event.application)
    )


def _send_back(case: Case, event: review.DistrictReviewReturned) -> ReturnForCorrection:
    terms, due = correcting(case.plan.parameters), Instant(event.due)
    return ReturnForCorrection(
        event.application,
        event.version,
        event.items,
        due,
        terms,
        case.by,
        case.at,
        final=case.final(event.application),
        sealed=_sealed(case, event.round, event.district),
        revisable=_revisable(case, event),
    )


def _recommend(case: Case, event: review.DistrictRecommended) -> RecommendApplication:
    others = lists.recommended_in(case, event.round, event.district)
    return RecommendApplication(
        application=event.application,
        version=event.version,
        opinion=event.opinion,
        order=event.order,
        orders_taken=frozenset(one.recommendation.order for one in others),
        deadline=_time(case, event.application),
        by=case.by,
        at=case.at,
        sealed=_sealed(case, event.round, event.district),
        compliance_required=compliance_required(case.plan.parameters),
        listed=_listed(case, event.application),
        revisable=_revisable(case, event),
        grounds=grounds_asked(case.plan.parameters, _waivable(case, event.application)),
        final=case.final(event.application),
    )


def _revisable(
    case: Case, event: review.DistrictRecommended | review.DistrictDeclined | review.DistrictReviewReturned
) -> bool:
    opened_again = case.before(review.BatchReopened, round=event.round, district=event.district)
    return listed_only(case.plan.parameters) or bool(opened_again)


def _time(case: Case, application: str) -> Instant:
    """The first instant that was too late for the district to recommend."""
    kinds = (review.DistrictReviewOpened, review.DistrictReviewReturned)
    reviewed = [
        one
        for kind in kinds
        for one, _ in case.record.where(kind, application=application)
        if one.position < case.recorded.position
    ]
    in_order = sorted(reviewed, key=lambda one: one.position)
    arrived = reached((Instant(one.envelope.time), one.event) for one in in_order)
    sent_back = [
        (Instant(one.envelope.time), Instant(returned.due))
        for one, returned in case.record.where(review.DistrictReviewReturned, application=application)
        if one.position < case.recorded.position
    ]
    remits = case.before(review.DistrictReviewReopened, application=application)
    return time_for(case.plan.parameters, arrived, sent_back, remitted_until(remits))


def _sealed(case: Case, round_id: str, district: str) -> bool:
    return not isinstance(case.fold(BATCH_DECIDER, f"batch-{round_id}.{district}"), Draft)


def _decline(case: Case, event: review.DistrictDeclined) -> DeclineApplication:
    return DeclineApplication(
        event.application,
        event.version,
        event.reasons,
        case.by,
        case.at,
        final=case.final(event.application),
        sealed=_sealed(case, event.round, event.district),
        revisable=_revisable(case, event),
    )


def _request(case: Case, event: review.ReconsiderationRequested) -> RequestReconsideration:
    against = _against(case, _last(case, review.DistrictDeclined, event.application))
    return RequestReconsideration(
        event.application, event.grounds, against, case.by, case.at, final=case.final(event.application)
    )


def _escalate(case: Case, event: review.EscalatedToCity) -> EscalateToCity:
    against = _against(case, _last(case, review.DistrictDecisionReconsidered, event.application))
    unanswered = _against(case, _last(case, review.ReconsiderationRequested, event.application))
    return EscalateToCity(
        application=event.application,
        grounds=event.grounds,
        against=against,
        by=case.by,
        at=case.at,
        unanswered=unanswered,
        silence=_silence(case, event),
        declined=_against(case, _last(case, review.DistrictDeclined, event.application)),
        final=case.final(event.application),
    )


def _silence(case: Case, event: review.EscalatedToCity) -> Silence | None:
    """When the district's time was over, and whether the city had the version on its list."""
    opening = case.one(review.DistrictReviewOpened, application=event.application)
    happened, batch = case.stream(f"district-{event.application}"), f"batch-{event.round}.{opening.district}"
    silence = silence_of(case.plan.parameters, _timed(happened), _timed(case.stream(batch)))
    if silence is None or silence.sent:
        return silence
    return replace(silence, sent=holds(case.fold(BATCH_DECIDER, batch), event.application, opening.version))


def _timed(recorded: Sequence[Recorded]) -> list[tuple[Instant, Event]]:
    return [(Instant(one.envelope.time), one.event) for one in recorded]


def _last(case: Case, kind: type[Event], application: str) -> Recorded | None:
    earlier = [one for one, _ in case.record.where(kind, application=application)]
    return next((one for one in reversed(earlier) if one.position < case.recorded.position), None)


def _against(case: Case, decision: Recorded | None) -> Against | None:
    if decision is None:
        return None
    at = Instant(decision.envelope.time)
    corrections = case.plan_at(at).parameters.corrections
    return Against(at, days_of(corrections.reconsider_days))


def _reconsider(case: Case, event: review.DistrictDecisionReconsidered) -> ReconsiderDecline:
    declined = _last(case, review.DistrictDeclined, event.application)
    return ReconsiderDecline(
        application=event.application,
        outcome=event.outcome,
        reasons=event.reasons,
        declined_by=declined.envelope.actorid if declined else "",
        by=case.by,
        at=case.at,
        sealed=_sealed(case, event.round, event.district),
        final=case.final(event.application),
    )


def _decide_escalation(case: Case, event: review.EscalationDecided) -> DecideEscalation:
    return DecideEscalation(
        application=event.application,
        outcome=event.outcome,
        reason=event.reason,
        by=case.by,
        at=case.at,
        compliance_required=compliance_required(case.plan.parameters),
        listed=_listed(case, event.application),
        overruled=event.overruled or (),
        reasons_asked=reasons_asked(case.plan.parameters),
        final=case.final(event.application),
    )


BEHIND: Behind = {
    review.DistrictReviewOpened: (DISTRICT_DECIDER, _reaction),
    review.PaperMatched: (DISTRICT_DECIDER, _reaction),
    review.ComplianceChecked: (DISTRICT_DECIDER, _check),
    review.JudgementRecorded: (DISTRICT_DECIDER, _judge),
    review.WaiverProposed: (DISTRICT_DECIDER, _propose),
    review.WaiverGranted: (DISTRICT_DECIDER, _grant),
    review.WaiverRefused: (DISTRICT_DECIDER, _refuse),
    review.DistrictReviewReturned: (DISTRICT_DECIDER, _send_back),
    review.DistrictReviewClosed: (DISTRICT_DECIDER, _reaction),
    review.DistrictReviewReopened: (DISTRICT_DECIDER, _reaction),
    review.DistrictRecommended: (DISTRICT_DECIDER, _recommend),
    review.DistrictDeclined: (DISTRICT_DECIDER, _decline),
    review.ReconsiderationRequested: (DISTRICT_DECIDER, _request),
    review.DistrictDecisionReconsidered: (DISTRICT_DECIDER, _reconsider),
    review.EscalatedToCity: (DISTRICT_DECIDER, _escalate),
    review.EscalationDecided: (DISTRICT_DECIDER, _decide_escalation),
    **lists.BEHIND,
    **scoring.BEHIND,
    **panels.BEHIND,
}
