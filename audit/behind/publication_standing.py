"""How publication's commands on one decided application were put: appeals, agreements, standings."""

from typing import Any

from audit.behind.publication_heard import Heard, decision_of
from audit.case import Behind, Case
from audit.record import Incomplete
from services.publication.domain.agreement import (
    AGREEMENT_DECIDER,
    ExpireAgreement,
    OfferAgreement,
    SignAgreement,
)
from services.publication.domain.appeal import (
    APPEAL_DECIDER,
    DecideAppeal,
    FileAppeal,
)
from services.publication.domain.reactions import default
from services.publication.domain.rectification import AcceptRectification, OrderRectification
from services.publication.domain.rejection import Rejection
from services.publication.domain.standing import STANDING_DECIDER
from services.publication.domain.standing_states import Approval, Expired, Revoked, Standing
from services.publication.domain.states import Approved
from services.publication.domain.validity import ExpireApproval, RenewApproval, ReverseRevocation, RevokeApproval
from shared.contracts import publication, reporting
from shared.contracts.category import Stream
from shared.contracts.envelope import Recorded
from shared.contracts.obligations import Owed
from shared.contracts.policy import days_of
from shared.contracts.suspensions import Suspension
from shared.contracts.topics import STANDING
from shared.kernel.actor import Role
from shared.kernel.instants import Instant, end_of_day_after, plus_days


def _appeal(case: Case, event: publication.AppealFiled) -> FileAppeal:
    decided, days = _decided(case, event.application), days_of(case.plan.parameters.corrections.appeal_days)
    rejection = None
    if isinstance(decided.event, publication.ApplicationRejected):
        at = Instant(decided.envelope.time)
        until = None if days is None else end_of_day_after(at, days)
        rejection = Rejection(event.application, decided.event.organization, decided.event.round, at, until)
    return FileAppeal(event.application, rejection, event.grounds, case.by, case.at, event.evidence)


def _decide_appeal(case: Case, event: publication.AppealDecided) -> DecideAppeal:
    decided, decisions = _decided(case, event.application), case.plan.parameters.decisions
    rejected = isinstance(decided.event, publication.ApplicationRejected)
    return DecideAppeal(
        event.application,
        event.outcome,
        event.stage,
        event.reason,
        case.by,
        case.at,
        rejected_at=getattr(decided.event, "stage", None),
        rejected_by=decided.envelope.actorid if decisions.appeals_by_another else None,
        displaced_by=_displaced_by(case, event) if decisions.promoters_aside else frozenset(),
        since=Instant(decided.envelope.time) if rejected else None,
        can_join=event.application in Heard(case, event.round).can_join,
        only_ranked=decisions.reversals_ranked,
        revoked=isinstance(_standing(case, event), Revoked),
    )


def _displaced_by(case: Case, event: publication.AppealDecided) -> frozenset[str]:
    decision = decision_of(case, event.round)
    return decision.displacers(event.application) if isinstance(decision, Approved) else frozenset()


def _offer(case: Case, event: publication.AgreementOffered) -> OfferAgreement:
    parameters = case.plan.parameters
    days = parameters.calendar.agreement_due_days.value
    before = case.record.where(publication.AgreementOffered, application=event.application)
    offers = [one for one, _ in before if one.position < case.recorded.position]
    return OfferAgreement(
        application=event.application,
        organization=event.organization,
        round=event.round,
        approved=_in_force(case, event.application),
        terms_sha256=event.terms_sha256,
        due=plus_days(case.at, days),
        by=case.by,
        at=case.at,
        own_text=False,
        barred=event.organization in Heard(case, event.round).barred,
        anew=bool(offers) and not any(_since(case, one, event.application) for one in offers),
        offers_max=parameters.decisions.offers.value,
    )


def _sign(case: Case, event: publication.AgreementSigned) -> SignAgreement:
    approved = _in_force(case, event.application)
    barred = event.organization in Heard(case, event.round).barred
    offered_at, stood = _offered(case, event)
    return SignAgreement(
        event.application, event.terms_sha256, offered_at, stood, case.by, case.at, approved=approved, barred=barred
    )


def _expire_agreement(case: Case, event: publication.AgreementExpired) -> ExpireAgreement:
    return ExpireAgreement(event.application, *_offered(case, event), case.at)


def _offered(
    case: Case, event: publication.AgreementSigned | publication.AgreementExpired
) -> tuple[Instant, tuple[Suspension, ...]]:
    """When the agreement was offered last, and in which suspensions its time stood still."""
    offers = case.known(publication.AgreementOffered, application=event.application)
    at = Instant(offers[-1].envelope.time) if offers else case.at
    stops = case.plan.parameters.corrections.suspension_stops
    return at, case.suspensions(event.organization) if stops else ()


def _rectify(case: Case, event: publication.RectificationOrdered) -> Any:
    corrections, approval = case.plan.parameters.corrections, _approval(case, event.application)
    days = days_of(corrections.rectification_days)
    latest = None if days is None else end_of_day_after(case.at, days)
    if case.by.role is Role.SYSTEM:
        named = corrections.period_named
        return default(case.cause, approval, latest or case.at, case.plan.parameters.obligations if named else None)
    return OrderRectification(approval, event.items, Instant(event.due), latest, case.by, case.at)


def _accept(case: Case, event: publication.RectificationAccepted) -> AcceptRectification:
    """How many orders the officer had seen is not in the log: it is not asked for again."""
    approval, unmet = _approval(case, event.application), _unmet(case, event)
    return AcceptRectification(approval, event.note, case.by, case.at, None, unmet, event.given_up)


def _unmet(case: Case, event: publication.RectificationAccepted) -> list[Owed]:
    """What could have been filed by then, and nobody had accepted or lifted."""
    kinds = (reporting.ReportAccepted, reporting.ObligationLifted, reporting.ObligationRescheduled)
    owed = dict[str, tuple[Owed, str]]()
    for one in case.known(reporting.ObligationCreated, *kinds, organization=event.organization):
        match one.event:
            case reporting.ObligationCreated() as created if created.application == event.application:
                named = Owed(created.kind, str(created.year), created.period)
                owed[created.obligation] = named, created.opens_at or ""
            case reporting.ObligationRescheduled() as moved if moved.obligation in owed:
                owed[moved.obligation] = owed[moved.obligation][0], moved.opens_at or ""
            case reporting.ReportAccepted() | reporting.ObligationLifted() as met:
                owed.pop(met.obligation, None)
            case _:
                continue
    return [named for named, opens_at in owed.values() if opens_at <= case.at]


def _revoke(case: Case, event: publication.ApprovalRevoked) -> RevokeApproval:
    approval = _approval(case, event.application)
    return RevokeApproval(approval, event.ground, event.document_number, case.by, case.at)


def _give_back(case: Case, event: publication.RevocationReversed) -> ReverseRevocation:
    revoked = case.record.where(publication.ApprovalRevoked, application=event.application)
    by = [one.envelope.actorid for one, _ in revoked if one.position < case.recorded.position]
    approval, revoked_by = _approval(case, event.application), by[-1] if by else None
    return ReverseRevocation(approval, revoked_by, event.reason, event.document_number, case.by, case.at)


def _renew(case: Case, event: publication.ApprovalRenewed) -> RenewApproval:
    approval = _approval(case, event.application)
    return RenewApproval(approval, event.valid_to, event.document_number, case.by, case.at)


def _expire(case: Case, event: publication.ApprovalExpired) -> ExpireApproval:
    return ExpireApproval(_approval(case, event.application), case.at)


def _decided(case: Case, application: str) -> Recorded:
    """The last decision on an application that a list brought before the event."""
    kinds = (publication.OrganizationApproved, publication.ApplicationRejected)
    found = [one for kind in kinds for one, _ in case.record.where(kind, application=application)]
    before = [one for one in found if one.position < case.recorded.position]
    if not before:
        raise Incomplete(f"{case.recorded.envelope.type} rests on a decision that the log does not hold")
    return max(before, key=lambda one: one.position)


def _approval(case: Case, application: str) -> Approval:
    decided: Any = _decided(case, application).event
    stands = isinstance(decided, publication.OrganizationApproved)
    signatures = case.record.where(publication.AgreementSigned, application=application)
    signed = stands and any(_since(case, one, application) for one, _ in signatures)
    valid_to = decided.valid_to if stands else ""
    return Approval(application, decided.organization, decided.round, valid_to, stands, signed)


def _since(case: Case, recorded: Recorded, application: str) -> bool:
    """Whether it lies between the last decision on the application, or what gave it back, and the event."""
    given_back = case.record.where(publication.RevocationReversed, application=application)
    before = [one.position for one, _ in given_back if one.position < case.recorded.position]
    return max([_decided(case, application).position, *before]) < recorded.position < case.recorded.position


def _standing(case: Case, of: Any) -> Standing:
    """That of the application that an event is about."""
    standing: Standing = case.fold(STANDING_DECIDER, Stream(STANDING, of.application, of.organization).name)
    return standing


def _in_force(case: Case, application: str) -> bool:
    decided: Any = _decided(case, application).event
    ended = isinstance(_standing(case, decided), Revoked | Expired)
    return isinstance(decided, publication.OrganizationApproved) and not ended


BEHIND: Behind = {
    publication.AppealFiled: (APPEAL_DECIDER, _appeal),
    publication.AppealDecided: (APPEAL_DECIDER, _decide_appeal),
    publication.AgreementOffered: (AGREEMENT_DECIDER, _offer),
    publication.AgreementSigned: (AGREEMENT_DECIDER, _sign),
    publication.AgreementExpired: (AGREEMENT_DECIDER, _expire_agreement),
    publication.RectificationOrdered: (STANDING_DECIDER, _rectify),
    publication.RectificationAccepted: (STANDING_DECIDER, _accept),
    publication.ApprovalRevoked: (STANDING_DECIDER, _revoke),
    publication.RevocationReversed: (STANDING_DECIDER, _give_back),
    publication.ApprovalRenewed: (STANDING_DECIDER, _renew),
    publication.ApprovalExpired: (STANDING_DECIDER, _expire),
}
