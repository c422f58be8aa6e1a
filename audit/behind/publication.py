"""How publication's commands were put."""

from typing import Any

from audit.case import Behind, Case
from services.publication.domain.agreement import AGREEMENT_DECIDER, OfferAgreement, SignAgreement
from services.publication.domain.decision import DECISION_DECIDER, ApproveList, ProposeList
from services.publication.domain.notice import NOTICE_DECIDER, PublishList, PublishNotice
from shared.contracts import application, publication
from shared.contracts.category import Stream
from shared.contracts.topics import DECISION
from shared.kernel.instants import plus_seconds

DAY_SECONDS = 86_400


def _propose(case: Case, event: publication.ApprovalListProposed) -> ProposeList:
    """Which panels publication knew of is not in the log, only which rankings: panels are not asked for again."""
    rankings: Any = {event_id: case.record.event(case.recorded, event_id) for event_id in event.rankings}
    return ProposeList(
        round=event.round,
        panels=(),
        rankings=rankings,
        submissions={one.application: one for _, one in case.record.all(application.ApplicationSubmitted, event.round)},
        quotas=case.plan.parameters.quotas,
        by=case.by,
        at=case.at,
    )


def _approve(case: Case, event: publication.ListApproved) -> ApproveList:
    notices, calendar = case.before(publication.NoticePublished, round=event.round), case.plan.parameters.calendar
    return ApproveList(
        round=event.round,
        notice=notices[-1] if notices else None,
        valid_from=calendar.valid_from.value,
        valid_to=calendar.valid_to.value,
        by=case.by,
        at=case.at,
    )


def _put_on_notice(case: Case, event: publication.NoticePublished) -> PublishNotice:
    decision = case.fold(DECISION_DECIDER, Stream(DECISION, event.round, event.round).name)
    return PublishNotice(event.round, decision, case.plan.parameters.calendar, case.by, case.at)


def _publish(case: Case, event: publication.ListPublished) -> PublishList:
    decision = case.fold(DECISION_DECIDER, Stream(DECISION, event.round, event.round).name)
    return PublishList(event.round, decision, event.url, case.by, case.at)


def _offer(case: Case, event: publication.AgreementOffered) -> OfferAgreement:
    days = case.plan.parameters.calendar.agreement_due_days.value
    return OfferAgreement(
        application=event.application,
        organization=event.organization,
        round=event.round,
        approved=bool(case.before(publication.OrganizationApproved, application=event.application)),
        terms_sha256=event.terms_sha256,
        due=plus_seconds(case.at, days * DAY_SECONDS),
        by=case.by,
        at=case.at,
    )


def _sign(case: Case, event: publication.AgreementSigned) -> SignAgreement:
    return SignAgreement(event.application, event.terms_sha256, case.by, case.at)


BEHIND: Behind = {
    publication.ApprovalListProposed: (DECISION_DECIDER, _propose),
    publication.ListApproved: (DECISION_DECIDER, _approve),
    publication.NoticePublished: (NOTICE_DECIDER, _put_on_notice),
    publication.ListPublished: (NOTICE_DECIDER, _publish),
    publication.AgreementOffered: (AGREEMENT_DECIDER, _offer),
    publication.AgreementSigned: (AGREEMENT_DECIDER, _sign),
}
