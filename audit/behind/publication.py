"""How publication's commands were put."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from audit.behind import publication_correction, publication_standing
from audit.behind.publication_facts import (
    barred_organizations_of,
    decision_of,
    rankings_of,
    submissions_of,
    taken_back_of,
    ties_of,
    versions_of,
    withdrawn_of,
)
from audit.case import Behind, Case
from services.publication.domain.appeal import REMIT
from services.publication.domain.approval import ApproveList
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
from services.publication.domain.states import Proposed
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.district_states import Admitted, Declined, Dismissed, Escalated, Recommended, Upheld
from services.review.domain.reconsideration import ADMITTED, REOPENED
from shared.contracts import publication, registration, review
from shared.contracts.policy import remit_due
from shared.kernel.instants import Instant


def _propose(case: Case, event: publication.ApprovalListProposed) -> ProposeList:
    """Which panels publication knew of is not in the log, only which rankings: panels are not asked for again.

    Whoever was ranked and is not in the proposal must have withdrawn, or have been suspended or closed.
    """
    rankings = rankings_of(case, event.rankings)
    proposed = {row.application for row in event.rows} | {below.application for below in event.not_selected}
    ranked = {row.application for ranking in rankings.values() for row in ranking.rows}
    return ProposeList(
        round=event.round,
        panels=(),
        rankings=rankings,
        submissions=submissions_of(case, event.round),
        quotas=case.plan.parameters.quotas,
        by=case.by,
        at=case.at,
        ties=ties_of(case, rankings),
        withdrawn=(withdrawn_of(case, event.round) | _barred(case, event.round)) & (ranked - proposed),
        versions=versions_of(case, event.round),
    )


def _approve(case: Case, event: publication.ListApproved) -> ApproveList:
    """Which rankings publication knew of by then is not in the log: they are not asked for again.

    Whoever was left unranked, or left out of the proposal, and is not rejected must have withdrawn.
    """
    left, decision = _left_unranked(case, event.round), decision_of(case, event.round)
    ranked = tuple(rankings_of(case, decision.proposal.rankings if isinstance(decision, Proposed) else ()).values())
    decisions = case.plan.parameters.decisions
    submissions = submissions_of(case, event.round)
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
        withdrawn=withdrawn_of(case, event.round) & (out - told),
        unranked=left,
        submissions=submissions,
        ranked=ranked,
        ends_all=ends_all,
        declined=_declined(case, event.round),
        taken_back=taken_back_of(case, event.round),
        versions=versions_of(case, event.round),
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
    return {one.application for one in submissions_of(case, round_id).values() if one.organization in barred}


def _left_unranked(case: Case, round_id: str) -> list[Any]:
    """The submissions of those that their panel's last decision leaves out of its ranking."""
    decisions = {one.application: one.decision for one in case.before(review.PanelDecisionRecorded, round=round_id)}
    left = {application for application, decision in decisions.items() if decision == "leave_unranked"}
    return [one for application, one in sorted(submissions_of(case, round_id).items()) if application in left]


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
    decision = decision_of(case, event.round)
    rankings = rankings_of(case, decision.proposal.rankings if isinstance(decision, Proposed) else ())
    return PromoteNextInLine(
        round=event.round,
        application=event.row.application,
        reason=event.reason,
        rankings=rankings,
        submissions=submissions_of(case, event.round),
        quotas=case.plan.parameters.quotas,
        withdrawn=withdrawn_of(case, event.round),
        by=case.by,
        at=case.at,
        ties=ties_of(case, rankings),
        promoter=event.promoter and case.by.id,
        barred=None if event.passed_over is None else barred_organizations_of(case),
        versions=versions_of(case, event.round),
    )


def _put_on_notice(case: Case, event: publication.NoticePublished) -> PublishNotice:
    return PublishNotice(event.round, decision_of(case, event.round), case.plan.parameters.calendar, case.by, case.at)


def _publish(case: Case, event: publication.ListPublished) -> PublishList:
    return PublishList(event.round, decision_of(case, event.round), event.url, case.by, case.at)


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
    gone = withdrawn_of(case, event.round) - taken_back_of(case, event.round)
    return Redone(
        declined=isinstance(review_now, Declined | Upheld | Escalated | Dismissed),
        recommended=isinstance(review_now, Recommended | Admitted),
        ranked=event.application in ranked,
        left_unranked=event.application in {one.application for one in _left_unranked(case, event.round)},
        withdrawn=event.application in gone,
    )


BEHIND: Behind = {
    publication.ApprovalListProposed: (DECISION_DECIDER, _propose),
    publication.ListApproved: (DECISION_DECIDER, _approve),
    publication.ObjectionFiled: (DECISION_DECIDER, _object),
    publication.ObjectionInadmissible: (DECISION_DECIDER, _inadmissible),
    publication.ObjectionDismissed: (DECISION_DECIDER, _dismissed),
    publication.ObjectionUpheld: (DECISION_DECIDER, _upheld),
    publication.RowWithdrawn: (DECISION_DECIDER, _withdraw),
    publication.NextInLinePromoted: (DECISION_DECIDER, _promote),
    publication.RemitClosed: (DECISION_DECIDER, _close_remit),
    publication.NoticePublished: (NOTICE_DECIDER, _put_on_notice),
    publication.ListPublished: (NOTICE_DECIDER, _publish),
    **publication_correction.BEHIND,
    **publication_standing.BEHIND,
}
