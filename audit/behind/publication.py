"""How publication's commands were put."""

from typing import Any

from audit.behind import publication_correction, publication_standing
from audit.behind.publication_heard import Heard, decision_of
from audit.case import Behind, Case
from services.publication.domain.appeal import REMIT
from services.publication.domain.approval import ApproveList
from services.publication.domain.decision import DECISION_DECIDER
from services.publication.domain.listing import ranked_with
from services.publication.domain.notice import NOTICE_DECIDER, PublishList, PublishNotice
from services.publication.domain.objection_decisions import DISMISSED, INADMISSIBLE, UPHELD, DecideObjection
from services.publication.domain.objections import FileObjection
from services.publication.domain.promotion import PromoteNextInLine
from services.publication.domain.proposal import ProposeList
from services.publication.domain.reactions import withdrawal
from services.publication.domain.remit import CloseRemit, Redone
from services.publication.domain.states import Proposed
from shared.contracts import publication
from shared.contracts.policy import corrections_on_notice, remit_due
from shared.contracts.round import Quota
from shared.kernel.instants import Instant


def _propose(case: Case, event: publication.ApprovalListProposed) -> ProposeList:
    heard = Heard(case, event.round)
    return ProposeList(
        round=event.round,
        panels=heard.panels,
        rankings=heard.resting_on(event.rankings),
        submissions=heard.submissions,
        quotas=case.plan.parameters.quotas,
        by=case.by,
        at=case.at,
        ties=heard.ties,
        withdrawn=heard.withdrawn,
        recommended=heard.recommended,
        unranked=heard.unranked,
        barred=heard.barred,
        open_lists=heard.open_lists,
        versions=heard.versions,
        quotas_before=_quotas_before(case, event.round),
    )


def _quotas_before(case: Case, round_id: str) -> tuple[Quota, ...] | None:
    """Those in force when the list that waited was proposed."""
    proposals = case.known(publication.ApprovalListProposed, round=round_id)
    return case.plan_at(Instant(proposals[-1].envelope.time)).parameters.quotas if proposals else None


def _approve(case: Case, event: publication.ListApproved) -> ApproveList:
    """Which list the leader had read is not in the log: it is not asked for again."""
    heard, parameters = Heard(case, event.round), case.plan.parameters
    calendar, decisions = parameters.calendar, parameters.decisions
    decision = decision_of(case, event.round)
    rankings = heard.resting_on(decision.proposal.rankings if isinstance(decision, Proposed) else ())
    return ApproveList(
        round=event.round,
        notices=case.before(publication.NoticePublished, round=event.round),
        valid_from=calendar.valid_from.value,
        valid_to=calendar.valid_to.value,
        by=case.by,
        at=case.at,
        quotas=parameters.quotas,
        ties=heard.ties,
        free_places_reasoned=decisions.free_places_reasoned,
        left_free={one.group: one.reason for one in event.left_free},
        rankings=frozenset(rankings),
        withdrawn=heard.withdrawn,
        unranked=heard.unranked,
        recommended=heard.recommended,
        submissions=heard.submissions,
        ranked=tuple(rankings.values()),
        barred=heard.barred,
        open_lists=heard.open_lists,
        taken_back=heard.taken_back,
        list_hash=None,
        ends_all=decisions.ends_all,
        declined=heard.declined,
        versions=heard.versions,
    )


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
    return _decide_objection(case, event, INADMISSIBLE, None, None)


def _dismissed(case: Case, event: publication.ObjectionDismissed) -> DecideObjection:
    return _decide_objection(case, event, DISMISSED, None, None)


def _upheld(case: Case, event: publication.ObjectionUpheld) -> DecideObjection:
    return _decide_objection(case, event, UPHELD, event.effect, event.rank)


def _decide_objection(
    case: Case,
    event: publication.ObjectionInadmissible | publication.ObjectionDismissed | publication.ObjectionUpheld,
    outcome: str,
    effect: str | None,
    rank: int | None,
) -> DecideObjection:
    filed = case.before(publication.ObjectionFiled, round=event.round, objection=event.objection)
    against = filed[-1].application if filed else ""
    return DecideObjection(
        round=event.round,
        objection=event.objection,
        outcome=outcome,
        reason=event.reason,
        effect=effect,
        rank=rank,
        ranked=ranked_with(Heard(case, event.round).rankings.values(), against),
        by_another=case.plan.parameters.decisions.objections_by_another,
        by=case.by,
        at=case.at,
    )


def _withdraw(case: Case, _event: publication.RowWithdrawn) -> Any:
    return withdrawal(case.cause)


def _promote(case: Case, event: publication.NextInLinePromoted) -> PromoteNextInLine:
    heard = Heard(case, event.round)
    return PromoteNextInLine(
        round=event.round,
        application=event.row.application,
        reason=event.reason,
        rankings=heard.rankings,
        submissions=heard.submissions,
        quotas=case.plan.parameters.quotas,
        withdrawn=heard.withdrawn,
        by=case.by,
        at=case.at,
        ties=heard.ties,
        promoter=event.promoter and case.by.id,
        barred=None if event.passed_over is None else heard.barred,
        versions=heard.versions,
    )


def _put_on_notice(case: Case, event: publication.NoticePublished) -> PublishNotice:
    parameters = case.plan.parameters
    return PublishNotice(
        event.round,
        decision_of(case, event.round),
        parameters.calendar,
        case.by,
        case.at,
        corrections_on_notice(parameters),
    )


def _publish(case: Case, event: publication.ListPublished) -> PublishList:
    return PublishList(event.round, decision_of(case, event.round), event.url, case.by, case.at)


def _close_remit(case: Case, event: publication.RemitClosed) -> CloseRemit:
    last = case.known(publication.AppealDecided, application=event.application)[-1]
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
    heard, one = Heard(case, event.round), event.application
    return Redone(
        declined=one in heard.declined,
        recommended=one in heard.recommended,
        ranked=any(row.application == one for ranking in heard.rankings.values() for row in ranking.rows),
        left_unranked=any(left.application == one for left in heard.unranked),
        withdrawn=one in heard.withdrawn - heard.taken_back,
        escalated=case.plan.parameters.corrections.silence_escalates and one in heard.escalated,
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
