"""How registration's commands were put."""

from typing import Any

from audit.case import Behind, Case
from services.registration.domain.account import ACCOUNT_DECIDER, OpenAccount
from services.registration.domain.account_closing import CloseAccount
from services.registration.domain.account_states import Open
from services.registration.domain.amendment import AMENDABLE, AmendProfile, TransferDistrict
from services.registration.domain.certification import RequestCertification
from services.registration.domain.filer import AppointFiler
from services.registration.domain.organization import ORGANIZATION_DECIDER, RegisterOrganization
from services.registration.domain.password import ChangePassword, ResetPassword
from services.registration.domain.profile import Profile
from services.registration.domain.reopening import ReopenOrganization
from services.registration.domain.signing_keys import KEY_RING_DECIDER, RetireSigningKey
from services.registration.domain.standing import CloseOrganization, ReinstateOrganization, SuspendOrganization
from services.registration.domain.verdict import CertifyOrganization, RejectCertification, ReturnCertification
from shared.contracts import registration
from shared.contracts.category import Stream
from shared.contracts.topics import ACCOUNT, ERASURE
from shared.contracts.vocabulary import District, LegalForm
from shared.kernel.actor import ANYBODY, Role


def _register(case: Case, event: registration.OrganizationRegistered) -> RegisterOrganization:
    return RegisterOrganization(event.organization, event.uscc, event.name, case.by, case.at)


def _request(case: Case, event: registration.CertificationRequested) -> RequestCertification:
    profile = Profile(
        legal_form=LegalForm(event.legal_form),
        district=District(event.district),
        established_on=event.established_on,
        reg_address=event.reg_address,
        legal_representative=event.legal_representative,
        contact=event.contact,
        documents=event.documents,
    )
    return RequestCertification(event.organization, profile, case.by, case.at)


def _certify(case: Case, event: registration.OrganizationCertified) -> CertifyOrganization:
    return CertifyOrganization(event.organization, event.profile_hash, case.by, case.at)


def _return(case: Case, event: registration.CertificationReturned) -> ReturnCertification:
    return ReturnCertification(event.organization, event.profile_hash, event.items, case.by, case.at)


def _reject(case: Case, event: registration.CertificationRejected) -> RejectCertification:
    return RejectCertification(event.organization, event.profile_hash, event.reasons, case.by, case.at)


def _amend(case: Case, event: registration.ProfileAmended) -> AmendProfile:
    changed: dict[str, Any] = {change.member: change.after for change in event.changes}
    if "legal_form" in changed:
        changed["legal_form"] = LegalForm(changed["legal_form"])
    members = {member: changed.get(member) for member in AMENDABLE}
    return AmendProfile(event.organization, event.effective_from, case.by, case.at, **members)


def _transfer(case: Case, event: registration.DistrictTransferred) -> TransferDistrict:
    district = District(event.to_district)
    return TransferDistrict(event.organization, district, event.reg_address, event.effective_from, case.by, case.at)


def _suspend(case: Case, event: registration.OrganizationSuspended) -> SuspendOrganization:
    return SuspendOrganization(event.organization, event.ground, case.by, case.at)


def _reinstate(case: Case, event: registration.OrganizationReinstated) -> ReinstateOrganization:
    return ReinstateOrganization(event.organization, event.ground, case.by, case.at)


def _close(case: Case, event: registration.OrganizationClosed) -> CloseOrganization:
    return CloseOrganization(event.organization, event.ground, case.by, case.at)


def _reopen(case: Case, event: registration.OrganizationReopened) -> ReopenOrganization:
    before = case.stream(case.recorded.envelope.stream)
    by = [one.envelope.actorid for one in before if isinstance(one.event, registration.OrganizationClosed)]
    return ReopenOrganization(
        event.organization,
        by[-1] if by else None,
        bool(case.stream(Stream(ERASURE["registration"], event.organization, event.organization).name)),
        event.ground,
        event.document_number,
        case.by,
        case.at,
    )


def _open(case: Case, event: registration.AccountOpened) -> OpenAccount:
    """Whoever has no account yet opens a filer's, with a password of its own."""
    by = None if case.by.id == ANYBODY.id else case.by
    return OpenAccount(
        event.account,
        Role(event.role),
        event.username,
        event.credential,
        event.district,
        event.organization,
        by,
        case.at,
        must_change=event.must_change and by is not None,
    )


def _change_password(case: Case, event: registration.PasswordChanged) -> ChangePassword:
    """Whoever changed it knew the password that the account had: that alone is not asked again."""
    held = case.fold(ACCOUNT_DECIDER, Stream(ACCOUNT, event.account, event.account).name)
    had = held.credential if isinstance(held, Open) else ""
    return ChangePassword(event.account, had, event.credential, case.by, case.at)


def _reset_password(case: Case, event: registration.PasswordReset) -> ResetPassword:
    return ResetPassword(event.account, event.credential, event.ground, case.by, case.at)


def _close_account(case: Case, event: registration.AccountClosed) -> CloseAccount:
    opened = case.before(registration.AccountOpened, role=Role.ADMINISTRATOR.value)
    gone = {one.account for one in case.before(registration.AccountClosed)} | {event.account}
    others = sum(one.account not in gone for one in opened)
    return CloseAccount(event.account, event.ground, others, case.by, case.at)


def _appoint(case: Case, event: registration.FilerAppointed) -> AppointFiler:
    account = event.account
    opened = bool(case.before(registration.AccountOpened, account=account, role=Role.FILER.value))
    begun = case.known(registration.OrganizationRegistered, registration.FilerAppointed, account=account)
    return AppointFiler(
        event.organization,
        account,
        event.document_number,
        opened and not case.before(registration.AccountClosed, account=account),
        next((str(getattr(one.event, "organization", "")) for one in begun), None),
        case.by,
        case.at,
    )


def _retire(case: Case, event: registration.SigningKeyRetired) -> RetireSigningKey:
    return RetireSigningKey(event.kid, event.ground, case.by, case.at)


BEHIND: Behind = {
    registration.SigningKeyRetired: (KEY_RING_DECIDER, _retire),
    registration.AccountOpened: (ACCOUNT_DECIDER, _open),
    registration.PasswordChanged: (ACCOUNT_DECIDER, _change_password),
    registration.PasswordReset: (ACCOUNT_DECIDER, _reset_password),
    registration.AccountClosed: (ACCOUNT_DECIDER, _close_account),
    registration.OrganizationRegistered: (ORGANIZATION_DECIDER, _register),
    registration.CertificationRequested: (ORGANIZATION_DECIDER, _request),
    registration.CertificationReturned: (ORGANIZATION_DECIDER, _return),
    registration.CertificationRejected: (ORGANIZATION_DECIDER, _reject),
    registration.OrganizationCertified: (ORGANIZATION_DECIDER, _certify),
    registration.ProfileAmended: (ORGANIZATION_DECIDER, _amend),
    registration.DistrictTransferred: (ORGANIZATION_DECIDER, _transfer),
    registration.OrganizationSuspended: (ORGANIZATION_DECIDER, _suspend),
    registration.OrganizationReinstated: (ORGANIZATION_DECIDER, _reinstate),
    registration.OrganizationClosed: (ORGANIZATION_DECIDER, _close),
    registration.OrganizationReopened: (ORGANIZATION_DECIDER, _reopen),
    registration.FilerAppointed: (ORGANIZATION_DECIDER, _appoint),
}
