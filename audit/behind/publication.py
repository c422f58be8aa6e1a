"""How publication's commands were put."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from audit.behind import publication_standing
from audit.case import Behind, Case
from services.publication.domain.appeal import REMIT
from services.publication.domain.approval import ApproveList
from services.publication.domain.correction import ApproveCorrection, ProposeCorrection
from services.publication.domain.decision import DECISION_DECIDER
from services.publication.domain.notice import NOTICE_DECIDER, PublishList, PublishNotice
from services.publication.domain.objections import (
    DISMISSED,
    INADMISSIBLE,
    UPHELD,
    DecideObjection,
    FileObjection,
)
from services.publication.domain.promotion import PromoteNextInLine
from services.publication.domain.proposal import ProposeList
from services.publication.domain.reactions import withdrawal
from services.publication.domain.remit import CloseRemit, Redone
from services.publication.domain.states import Approved, Proposed
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.district_states import Admitted, Declined, Dismissed, Escalated, Recommended, Upheld
from services.review.domain.reconsideration import ADMITTED, REOPENED
from shared.contracts import application, publication, registration, review
from shared.contracts.category import Stream
from shared.contracts.policy import remit_due
from shared.contracts.topics import DECISION
from shared.kernel.instants import Instant


def _propose(case: Case, event: publication.ApprovalListProposed) -> ProposeList:
    """Which panels publication knew of is not in the log, only which rankings: panels are not asked for again.

    Whoever was ranked and is not in the proposal must have withdrawn, or have been suspended or closed.
    """
    rankings = _rankings(case, event.rankings)
    proposed = {row.application for row in event.rows} | {below.application for below in event.not_selected}
    ranked = {row.application for ranking in rankings.values() for row in ranking.rows}
    return ProposeList(
        round=event.round,
        panels=(),
        rankings=rankings,
        submissions=_submissions(case, event.round),
        quotas=case.plan.parameters.quotas,
        by=case.by,
        at=case.at,
        ties=_ties(case, rankings),
        withdrawn=(_withdrawn(case, event.round) | _barred(case, event.round)) & (ranked - proposed),
    )


def _approve(case: Case, event: publication.ListApproved) -> ApproveList:
    """Which rankings publication knew of by then is not in the log: they are not asked for again.

    Whoever was left unranked, or left out of the proposal, and is not rejected must have withdrawn.
    """
    left, decision = _left_unranked(case, event.round), _decision(case, event.round)
    ranked = tuple(_rankings(case, decision.proposal.rankings if isinstance(decision, Proposed) else ()).values())
    decisions = case.plan.parameters.decisions
    submissions = _submissions(case, event.round)
    ends_all = decisions is not None and decisions.ends_all
    out = {one.application for one in left} | _left_out(decision, ranked)
    out |= set(submissions) - decision.ranked if ends_all and isinstance(decision, Proposed) else set[str]()
    told = {one for one in out if _rejected_now(case, one)}
    calendar = case.plan.parameters.calendar
    return ApproveList(
        round=event.round,
        notices=case.before(publication.NoticePublished, round=event.round),
        valid_from=calendar.valid_from.value,
        valid_to=calendar.valid_to.value,
        by=case.by,
        at=case.at,
        withdrawn=_withdrawn(case, event.round) & (out - told),
        unranked=left,
        submissions=submissions,
        ranked=ranked,
        ends_all=ends_all,
        declined=_declined(case, event.round),
        taken_back=_taken_back(case, event.round),
    )


def _declined(case: Case, round_id: str) -> frozenset[str]:
    """Who was declined, and as often opened again as not: before a list is approved nothing else opens a review."""
    declines = Counter(one.application for one in case.before(review.DistrictDeclined, round=round_id))
    declines.subtract(
        one.application for one in case.before(review.DistrictDecisionReconsidered, round=round_id, outcome=REOPENED)
    )
    admitted = {one.application for one in case.before(review.EscalationDecided, round=round_id, outcome=ADMITTED)}
    return frozenset(one for one, left in declines.items() if left > 0) - admitted


def _left_out(decision: Any, ranked: Sequence[Any]) -> set[str]:
    """Who is ranked, and in no line of the proposal."""
    known = decision.ranked if isinstance(decision, Proposed) else frozenset[str]()
    return {row.application for ranking in ranked for row in ranking.rows} - known


def _barred(case: Case, round_id: str) -> set[str]:
    """Applications of organizations that had been suspended or closed."""
    kinds = (registration.OrganizationSuspended, registration.OrganizationClosed)
    barred = {event.organization for kind in kinds for event in case.before(kind)}
    return {one.application for one in _submissions(case, round_id).values() if one.organization in barred}


def _left_unranked(case: Case, round_id: str) -> list[Any]:
    """The submissions of those that their panel's last decision leaves out of its ranking."""
    decisions = {one.application: one.decision for one in case.before(review.PanelDecisionRecorded, round=round_id)}
    left = {application for application, decision in decisions.items() if decision == "leave_unranked"}
    return [one for application, one in sorted(_submissions(case, round_id).items()) if application in left]


def _rejected_now(case: Case, application_id: str) -> bool:
    rejected = case.record.where(publication.ApplicationRejected, application=application_id)
    return any(one.envelope.time == case.at for one, _ in rejected)


def _object(case: Case, event: publication.ObjectionFiled) -> FileObjection:
    return FileObjection(
        round=event.round,
        objection=event.objection,
        application=event.application,
        objector=event.objector,
        contact=event.contact,
        grounds=event.grounds,
        evidence=event.evidence,
        notices=case.before(publication.NoticePublished, round=event.round),
        by=case.by,
        at=case.at,
    )


def _inadmissible(case: Case, event: publication.ObjectionInadmissible) -> DecideObjection:
    return DecideObjection(event.round, event.objection, INADMISSIBLE, event.reason, None, None, case.by, case.at)


def _dismissed(case: Case, event: publication.ObjectionDismissed) -> DecideObjection:
    return DecideObjection(event.round, event.objection, DISMISSED, event.reason, None, None, case.by, case.at)


def _upheld(case: Case, event: publication.ObjectionUpheld) -> DecideObjection:
    return DecideObjection(
        event.round, event.objection, UPHELD, event.reason, event.effect, event.rank, case.by, case.at
    )


def _withdraw(case: Case, _event: publication.RowWithdrawn) -> Any:
    return withdrawal(case.cause)


def _promote(case: Case, event: publication.NextInLinePromoted) -> PromoteNextInLine:
    decision = _decision(case, event.round)
    rankings = _rankings(case, decision.proposal.rankings if isinstance(decision, Proposed) else ())
    return PromoteNextInLine(
        round=event.round,
        application=event.row.application,
        reason=event.reason,
        rankings=rankings,
        submissions=_submissions(case, event.round),
        quotas=case.plan.parameters.quotas,
        withdrawn=_withdrawn(case, event.round),
        by=case.by,
        at=case.at,
        ties=_ties(case, rankings),
        promoter=event.promoter and case.by.id,
    )


def _put_on_notice(case: Case, event: publication.NoticePublished) -> PublishNotice:
    return PublishNotice(event.round, _decision(case, event.round), case.plan.parameters.calendar, case.by, case.at)


def _publish(case: Case, event: publication.ListPublished) -> PublishList:
    return PublishList(event.round, _decision(case, event.round), event.url, case.by, case.at)


def _correct(case: Case, event: publication.ListCorrectionProposed) -> ProposeCorrection:
    decision = _decision(case, event.round)
    before = {row.application for row in decision.rows} if isinstance(decision, Approved) else set[str]()
    after = {row.application for row in event.rows}
    lists = case.before(publication.ListPublished, round=event.round)
    last = {ranking.panel: ranking for ranking in case.before(review.RankingComputed, round=event.round)}
    return ProposeCorrection(
        round=event.round,
        add=tuple(sorted(after - before)),
        remove=tuple(sorted(before - after)),
        reason=event.reason,
        document_number=event.document_number,
        published=lists[-1].list_hash if lists else None,
        rankings=tuple(last.values()),
        submissions=_submissions(case, event.round),
        withdrawn=_withdrawn(case, event.round),
        by=case.by,
        at=case.at,
    )


def _approve_correction(case: Case, event: publication.ListCorrected) -> ApproveCorrection:
    calendar = case.plan.parameters.calendar
    return ApproveCorrection(event.round, calendar.valid_from.value, calendar.valid_to.value, case.by, case.at)


def _close_remit(case: Case, event: publication.RemitClosed) -> CloseRemit:
    decided = [one for one, _ in case.record.where(publication.AppealDecided, application=event.application)]
    last = max((one for one in decided if one.position < case.recorded.position), key=lambda one: one.position)
    remitted: Any = last.event
    return CloseRemit(
        round=event.round,
        application=event.application,
        organization=remitted.organization,
        appeal=last.envelope.id if remitted.outcome == REMIT else None,
        until=remit_due(case.plan.parameters, Instant(last.envelope.time)),
        redone=_redone(case, event),
        reason=event.reason,
        by=case.by,
        at=case.at,
    )


def _redone(case: Case, event: publication.RemitClosed) -> Redone:
    review_now = case.fold(DISTRICT_DECIDER, f"district-{event.application}")
    last = {ranking.panel: ranking for ranking in case.before(review.RankingComputed, round=event.round)}
    ranked = {row.application for ranking in last.values() for row in ranking.rows}
    gone = _withdrawn(case, event.round) - _taken_back(case, event.round)
    return Redone(
        declined=isinstance(review_now, Declined | Upheld | Escalated | Dismissed),
        recommended=isinstance(review_now, Recommended | Admitted),
        ranked=event.application in ranked,
        left_unranked=event.application in {one.application for one in _left_unranked(case, event.round)},
        withdrawn=event.application in gone,
    )


def _decision(case: Case, round_id: str) -> Any:
    return case.fold(DECISION_DECIDER, Stream(DECISION, round_id, round_id).name)


def _rankings(case: Case, event_ids: Sequence[str]) -> dict[str, Any]:
    return {event_id: case.record.event(case.recorded, event_id) for event_id in event_ids}


def _ties(case: Case, rankings: Mapping[str, Any]) -> list[Any]:
    """What panels told apart since they last ranked."""
    ranked = {ranking.panel: case.record.by_id[event_id].position for event_id, ranking in rankings.items()}
    known = [tie for panel in ranked for tie in case.before(review.TieResolved, panel=panel)]
    ties = [pair for panel in ranked for pair in case.record.where(review.TieResolved, panel=panel)]
    return [tie for one, tie in ties if tie in known and one.position > ranked[tie.panel]]


def _submissions(case: Case, round_id: str) -> dict[str, Any]:
    """The last of each application: what a list says of it never changes from one version to the next."""
    kinds = (application.ApplicationSubmitted, application.ApplicationResubmitted)
    return {event.application: event for kind in kinds for event in case.before(kind, round=round_id)}


def _withdrawn(case: Case, round_id: str) -> frozenset[str]:
    """Who withdrew, did not correct in time, or was taken back; a draft that lapsed may come within an extension."""
    withdrawn = case.before(application.ApplicationWithdrawn, round=round_id)
    lapsed = case.before(application.ApplicationLapsed, round=round_id, what="return")
    return frozenset(event.application for event in (*withdrawn, *lapsed)) | _taken_back(case, round_id)


def _taken_back(case: Case, round_id: str) -> frozenset[str]:
    """What a district recommended, and then declined or returned, and has not recommended since."""
    declined = case.before(review.DistrictDeclined, round=round_id)
    returned = case.before(review.DistrictReviewReturned, round=round_id)
    revoked = {event.application for event in (*declined, *returned) if event.revokes is not None}
    return frozenset(one for one in revoked if not _stands(case, one))


def _stands(case: Case, application_id: str) -> bool:
    """Whether the last that the district or the city said brought the application to the experts."""
    kinds = (review.DistrictRecommended, review.DistrictDeclined, review.DistrictReviewReturned)
    said = [one for kind in kinds for one in case.record.where(kind, application=application_id)]
    admitted = case.record.where(review.EscalationDecided, application=application_id, outcome="admitted")
    known = [(one.position, event) for one, event in (*said, *admitted) if one.envelope.time <= (case.heard or case.at)]
    _, last = max(known, key=lambda one: one[0])
    return isinstance(last, review.DistrictRecommended | review.EscalationDecided)


BEHIND: Behind = {
    publication.ApprovalListProposed: (DECISION_DECIDER, _propose),
    publication.ListApproved: (DECISION_DECIDER, _approve),
    publication.ObjectionFiled: (DECISION_DECIDER, _object),
    publication.ObjectionInadmissible: (DECISION_DECIDER, _inadmissible),
    publication.ObjectionDismissed: (DECISION_DECIDER, _dismissed),
    publication.ObjectionUpheld: (DECISION_DECIDER, _upheld),
    publication.RowWithdrawn: (DECISION_DECIDER, _withdraw),
    publication.NextInLinePromoted: (DECISION_DECIDER, _promote),
    publication.ListCorrectionProposed: (DECISION_DECIDER, _correct),
    publication.ListCorrected: (DECISION_DECIDER, _approve_correction),
    publication.RemitClosed: (DECISION_DECIDER, _close_remit),
    publication.NoticePublished: (NOTICE_DECIDER, _put_on_notice),
    publication.ListPublished: (NOTICE_DECIDER, _publish),
    **publication_standing.BEHIND,
}
