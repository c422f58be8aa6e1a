"""Asking for certification (C5.2 企业认证), at first or with a corrected profile."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from services.registration.domain.profile import MEMBERS, Profile
from services.registration.domain.states import (
    AlreadyCertified,
    CertificationPending,
    CertificationWasRejected,
    Certified,
    Closed,
    Organization,
    OrganizationIsClosed,
    OrganizationNotRegistered,
    Registered,
    Rejected,
    Returned,
    Suspended,
    Unregistered,
)
from shared.contracts.registration import CertificationRequested
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant, local_date
from shared.kernel.refusal import Malformed, NotPermitted, Refusal, require

# Commands


@dataclass(frozen=True, slots=True)
class RequestCertification:
    """The filer asks for certification, at first or with a corrected profile (C5.2)."""

    organization: str
    profile: Profile
    by: Actor
    at: Instant


# Refusals


class EstablishedInTheFuture(Malformed):
    """No organization is established after it asks."""

    title = "The organization is established in the future"
    clause = "C2.1.1"
    field = "established_on"


class ProfileNotCorrected(Refusal):
    """What was sent back is asked for again only with a change."""

    title = "The profile is the one that was sent back"
    clause = "C5.2"
    field = "profile"


# Decide


def request(state: Organization, command: RequestCertification) -> Sequence[CertificationRequested]:
    """Ask for certification; a retry asks for nothing new."""
    if isinstance(state, Unregistered):
        raise OrganizationNotRegistered
    require(command.by, Role.FILER)
    if command.by.id != state.registration.account:
        detail = "only the account that registered the organization asks for it"
        raise NotPermitted(detail, detail_zh="仅限注册该机构的账户申请认证", field="organization")
    if command.profile.established_on > local_date(command.at):
        day = command.profile.established_on
        raise EstablishedInTheFuture(f"{day} is after today", detail_zh=f"{day}在今日之后")
    asked = requested(state.registration.organization, command.profile)
    return [asked] if _is_new(state, asked) else []


def _is_new(
    state: Registered | CertificationPending | Returned | Rejected | Certified | Suspended | Closed,
    asked: CertificationRequested,
) -> bool:
    match state:
        case Registered():
            return True
        case CertificationPending(request=pending):
            return pending.profile_hash != asked.profile_hash
        case Returned(request=before):
            if before.profile_hash == asked.profile_hash:
                raise ProfileNotCorrected
            return True
        case Rejected():
            raise CertificationWasRejected
        case Certified() | Suspended():
            return _is_another(state, asked)
        case Closed():
            raise OrganizationIsClosed
        case _:
            assert_never(state)


def _is_another(state: Certified | Suspended, asked: CertificationRequested) -> bool:
    granted = state.request if isinstance(state, Certified) else state.certified.request
    if granted.profile_hash != asked.profile_hash:
        raise AlreadyCertified
    return False


def requested(organization: str, profile: Profile) -> CertificationRequested:
    """The event that asks for certification with this profile."""
    members = {member: str(getattr(profile, member)) for member in MEMBERS}
    return CertificationRequested(
        organization=organization, documents=profile.documents, profile_hash=profile.digest(), **members
    )
