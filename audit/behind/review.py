"""How review's commands were put: those of the districts and of their lists here, the experts' in `scoring`."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from audit.behind import panels, scoring
from audit.case import Behind, Case
from services.review.domain.batch import (
    BATCH_DECIDER,
    Draft,
    ReopenBatch,
    SealBatch,
    SendBatch,
    opened_by_city,
)
from services.review.domain.checks import CheckCompliance, RecordJudgement
from services.review.domain.completeness import Completeness, is_undecided, waited_for
from services.review.domain.compliance import Checklist, brought, checklist, compliance_required
from services.review.domain.conflicts import listed_only
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.district_states import DistrictAct, Recommended
from services.review.domain.escalations import DecideEscalation, EscalateToCity, reasons_asked
from services.review.domain.reactions import reaction
from services.review.domain.recommendation import DeclineApplication, RecommendApplication
from services.review.domain.reconsideration import Against, ReconsiderDecline, RequestReconsideration
from services.review.domain.returns import (
    ReturnForCorrection,
    correcting,
    district_deadline,
    reached,
    remitted_until,
    time_for,
)
from services.review.domain.rows import row_of, unchecked
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
from shared.contracts.application import AttachmentAdded, AttachmentRemoved, EligibilityEvaluated, PdfExported
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.policy import days_of, remit_due
from shared.contracts.publication import AppealDecided
from shared.contracts.vocabulary import Outcome
from shared.kernel.instants import Instant


def _reaction(case: Case, _event: Event) -> Any:
    due = remit_due(case.plan.parameters, case.at) if isinstance(case.cause, AppealDecided) else None
    return reaction(case.cause, case.recorded.envelope.causationid or "", due)


def _check(case: Case, event: review.ComplianceChecked) -> CheckCompliance:
    listed = _listed(case, event.application)
    return CheckCompliance(event.application, event.version, event.items, case.by, case.at, listed)


def _listed(case: Case, application: str) -> Checklist | None:
    changes = case.known(AttachmentAdded, AttachmentRemoved, application=application)
    return checklist(case.plan.parameters, brought(one.event for one in changes))


def _judge(case: Case, event: review.JudgementRecorded) -> RecordJudgement:
    outcome, grounds = Outcome(event.outcome), grounds_to_judge(_waivable(case, event.application))
    return RecordJudgement(event.application, event.rule, outcome, event.rationale, case.by, case.at, grounds)


def _waivable(case: Case, application: str) -> Waivable:
    version = case.one(review.DistrictReviewOpened, application=application).version
    evaluations = case.before(EligibilityEvaluated, application=application, version=version)
    return waivable_of(case.plan.parameters, evaluations[-1] if evaluations else None)


def _propose(case: Case, event: review.WaiverProposed) -> ProposeWaiver:
    waivable = _waivable(case, event.application)
    return ProposeWaiver(event.application, event.rule, event.ground, waivable, case.by, case.at)


def _grant(case: Case, event: review.WaiverGranted) -> DecideWaiver:
    return DecideWaiver(event.application, event.rule, GRANTED, "", case.by, case.at)


def _refuse(case: Case, event: review.WaiverRefused) -> DecideWaiver:
    return DecideWaiver(event.application, event.rule, REFUSED, event.reason, case.by, case.at)


def _send_back(case: Case, event: review.DistrictReviewReturned) -> ReturnForCorrection:
    terms, due = correcting(case.plan.parameters), Instant(event.due)
    command = ReturnForCorrection(event.application, event.version, event.items, due, terms, case.by, case.at)
    return replace(command, sealed=_sealed(case, event.round, event.district), revisable=_revisable(case, event))


def _recommend(case: Case, event: review.DistrictRecommended) -> RecommendApplication:
    others = _recommended(case, event.round, event.district)
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
    )


def _revisable(
    case: Case, event: review.DistrictRecommended | review.DistrictDeclined | review.DistrictReviewReturned
) -> bool:
    opened_again = case.before(review.BatchReopened, round=event.round, district=event.district)
    return listed_only(case.plan.parameters) or bool(opened_again)


def _recommended(case: Case, round_id: str, district: str) -> Iterator[Recommended]:
    """What a district recommended and still does."""
    events = case.before(review.DistrictRecommended, round=round_id, district=district)
    for application in dict.fromkeys(one.application for one in events):
        state = case.fold(DISTRICT_DECIDER, f"district-{application}")
        if isinstance(state, Recommended):
            yield state


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
    command = DeclineApplication(event.application, event.version, event.reasons, case.by, case.at)
    return replace(command, sealed=_sealed(case, event.round, event.district), revisable=_revisable(case, event))


def _request(case: Case, event: review.ReconsiderationRequested) -> RequestReconsideration:
    against = _against(case, _last(case, review.DistrictDeclined, event.application))
    return RequestReconsideration(event.application, event.grounds, against, case.by, case.at)


def _escalate(case: Case, event: review.EscalatedToCity) -> EscalateToCity:
    against = _against(case, _last(case, review.DistrictDecisionReconsidered, event.application))
    unanswered = _against(case, _last(case, review.ReconsiderationRequested, event.application))
    return EscalateToCity(event.application, event.grounds, against, case.by, case.at, unanswered)


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
    )


def _seal(case: Case, event: review.BatchSealed) -> SealBatch:
    reviews = tuple(_recommended(case, event.round, event.district))
    return SealBatch(
        round=event.round,
        district=event.district,
        document_number=event.document_number,
        rows=tuple(row_of(one, _pdf(case, one)) for one in reviews),
        xlsx_sha256=event.xlsx_sha256,
        by=case.by,
        at=case.at,
        unchecked=unchecked(reviews, case.plan.parameters),
        waits_for=_waits_for(case, event),
    )


def _waits_for(case: Case, event: review.BatchSealed | review.BatchSent | review.BatchLate) -> Completeness | None:
    """What the list waited for: everything opened in the district, as far as its service had heard."""
    openings = case.before(review.DistrictReviewOpened, round=event.round, district=event.district)
    names = {one.application: one.organization_name for one in openings}
    waiting = (
        name
        for application, name in names.items()
        if is_undecided(case.fold(DISTRICT_DECIDER, f"district-{application}")) and not case.final(application)
    )
    return waited_for(case.plan.parameters, case.extensions, event.district, waiting)


def _pdf(case: Case, recommended: Recommended) -> str | None:
    opening = recommended.checks.opening
    exported = case.before(PdfExported, application=opening.application, version=opening.version)
    return exported[-1].pdf_sha256 if exported else None


def _reopen(case: Case, event: review.BatchReopened) -> ReopenBatch:
    opened = case.before(review.DistrictReviewOpened, round=event.round, district=event.district)
    decided = [one for one in {opening.application for opening in opened} if case.decided(one)]
    closed = bool(decided) and all(case.final(one) for one in decided)
    by_city = opened_by_city(case.plan.parameters)
    return ReopenBatch(event.round, event.district, event.authority, case.by, case.at, closed, by_city)


def _send(case: Case, event: review.BatchSent | review.BatchLate) -> SendBatch:
    deadline, by_city = district_deadline(case.plan.parameters), opened_by_city(case.plan.parameters)
    return SendBatch(event.round, event.district, deadline, case.by, case.at, _waits_for(case, event), by_city)


def _by_a_person(put: Callable[[Case, Any], DistrictAct]) -> Callable[[Case, Any], DistrictAct]:
    """What nobody does with an application that is decided."""
    return lambda case, event: replace(put(case, event), final=case.final(event.application))


BEHIND: Behind = {
    review.DistrictReviewOpened: (DISTRICT_DECIDER, _reaction),
    review.PaperMatched: (DISTRICT_DECIDER, _reaction),
    review.ComplianceChecked: (DISTRICT_DECIDER, _by_a_person(_check)),
    review.JudgementRecorded: (DISTRICT_DECIDER, _by_a_person(_judge)),
    review.WaiverProposed: (DISTRICT_DECIDER, _by_a_person(_propose)),
    review.WaiverGranted: (DISTRICT_DECIDER, _by_a_person(_grant)),
    review.WaiverRefused: (DISTRICT_DECIDER, _by_a_person(_refuse)),
    review.DistrictReviewReturned: (DISTRICT_DECIDER, _by_a_person(_send_back)),
    review.DistrictReviewClosed: (DISTRICT_DECIDER, _reaction),
    review.DistrictReviewReopened: (DISTRICT_DECIDER, _reaction),
    review.DistrictRecommended: (DISTRICT_DECIDER, _by_a_person(_recommend)),
    review.DistrictDeclined: (DISTRICT_DECIDER, _by_a_person(_decline)),
    review.ReconsiderationRequested: (DISTRICT_DECIDER, _by_a_person(_request)),
    review.DistrictDecisionReconsidered: (DISTRICT_DECIDER, _by_a_person(_reconsider)),
    review.EscalatedToCity: (DISTRICT_DECIDER, _by_a_person(_escalate)),
    review.EscalationDecided: (DISTRICT_DECIDER, _by_a_person(_decide_escalation)),
    review.BatchSealed: (BATCH_DECIDER, _seal),
    review.BatchReopened: (BATCH_DECIDER, _reopen),
    review.BatchSent: (BATCH_DECIDER, _send),
    review.BatchLate: (BATCH_DECIDER, _send),
    **scoring.BEHIND,
    **panels.BEHIND,
}
