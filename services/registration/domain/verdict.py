"""The verifier's word on what an organization claims (C5.2 企业认证): sent back, rejected or granted.

A registration that nobody pursues is rejected as a request is, so that it keeps nobody out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from services.registration.domain.profile import MEMBERS, claimed
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
from shared.contracts.correction import ItemToCorrect
from shared.contracts.registration import (
    CertificationRejected,
    CertificationRequested,
    CertificationReturned,
    OrganizationCertified,
)
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, Refusal, require

# Commands


@dataclass(frozen=True, slots=True)
class ReturnCertification:
    """The platform's verifier sends the profile back and names what is to be corrected (C5.2)."""

    organization: str
    profile_hash: str
    items: tuple[ItemToCorrect, ...]
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class RejectCertification:
    """The platform's verifier refuses certification for good: asked for, sent back or not even asked for (C5.2)."""

    organization: str
    profile_hash: str
    """Of the profile; of what the registration claims where no profile was brought."""
    reasons: tuple[str, ...]
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class CertifyOrganization:
    """The platform's verifier found the profile true (C5.2)."""

    organization: str
    profile_hash: str
    by: Actor
    at: Instant


Verdict: TypeAlias = ReturnCertification | RejectCertification | CertifyOrganization
VerdictEvent: TypeAlias = CertificationReturned | CertificationRejected | OrganizationCertified

# Refusals


class CertificationNotRequested(Refusal):
    """There is nothing to certify yet."""

    title = "Certification was not requested"
    clause = "C5.2"


class CertificationWasReturned(Refusal):
    """The filer has to correct it first."""

    title = "The profile was sent back and not corrected yet"
    clause = "C5.2"


class ProfileChangedMeanwhile(Refusal):
    """The verifier looked at another profile than the one waiting."""

    title = "The profile is not the one that was verified"
    clause = "C5.2"
    field = "profile_hash"


class NothingToCorrect(Malformed):
    """Whoever sends a profile back says what is wrong with it."""

    title = "At least one item to correct is named"
    clause = "C5.2"
    field = "items"


class NotAnItemOfTheProfile(Malformed):
    """Only what the profile has can be corrected in it."""

    title = "The profile has no such item"
    clause = "C5.2"
    field = "items"


class NoReasonGiven(Malformed):
    """A rejection says why."""

    title = "A rejection gives at least one reason"
    clause = "C5.2"
    field = "reasons"


# Decide


def decide_on(state: Organization, command: Verdict) -> Sequence[VerdictEvent]:
    """Return, reject or certify exactly the profile that the verifier looked at."""
    require(command.by, Role.PLATFORM_VERIFIER)
    _well_formed(command)
    match state:
        case Unregistered():
            raise OrganizationNotRegistered
        case Registered():
            return _unasked(state, command)
        case CertificationPending():
            return [_verdict(state, command)]
        case Returned():
            return _uncorrected(state, command)
        case Rejected() | Certified() | Suspended() | Closed():
            return _again(state, command)
        case _:
            assert_never(state)


def _well_formed(command: Verdict) -> None:
    if isinstance(command, ReturnCertification) and not command.items:
        raise NothingToCorrect
    if isinstance(command, RejectCertification) and not command.reasons:
        raise NoReasonGiven


def _unasked(state: Registered, command: Verdict) -> Sequence[VerdictEvent]:
    if isinstance(command, RejectCertification):
        return [_rejected(claimed(state.registration), command)]
    raise CertificationNotRequested


def _rejected(looked_at: str, command: RejectCertification) -> CertificationRejected:
    if looked_at != command.profile_hash:
        raise ProfileChangedMeanwhile
    return CertificationRejected(organization=command.organization, profile_hash=looked_at, reasons=command.reasons)


def _verdict(state: CertificationPending, command: Verdict) -> VerdictEvent:
    registration, asked = state.registration, state.request
    if asked.profile_hash != command.profile_hash:
        raise ProfileChangedMeanwhile
    match command:
        case ReturnCertification(items=items):
            _are_of(asked, items)
            return CertificationReturned(
                organization=registration.organization, profile_hash=asked.profile_hash, items=items
            )
        case RejectCertification():
            return _rejected(asked.profile_hash, command)
        case CertifyOrganization():
            return OrganizationCertified(
                organization=registration.organization,
                uscc=registration.uscc,
                name=registration.name,
                legal_form=asked.legal_form,
                district=asked.district,
                established_on=asked.established_on,
                verifier=command.by.id,
                profile_hash=asked.profile_hash,
            )
        case _:
            assert_never(command)


def _are_of(asked: CertificationRequested, items: tuple[ItemToCorrect, ...]) -> None:
    paths = {*MEMBERS, "documents", *(f"documents.{n}" for n in range(len(asked.documents)))}
    for n, item in enumerate(items):
        if item.path not in paths:
            raise NotAnItemOfTheProfile(
                f"{item.path} is not of this profile", detail_zh=f"资料中没有{item.path}", field=f"items.{n}.path"
            )


def _uncorrected(state: Returned, command: Verdict) -> Sequence[VerdictEvent]:
    before = state.returned
    match command:
        case RejectCertification():
            return [_rejected(before.profile_hash, command)]
        case ReturnCertification(profile_hash=looked_at, items=items):
            if (before.profile_hash, before.items) == (looked_at, items):
                return []
            raise CertificationWasReturned
        case CertifyOrganization():
            raise CertificationWasReturned
        case _:
            assert_never(command)


def _again(state: Rejected | Certified | Suspended | Closed, command: Verdict) -> Sequence[VerdictEvent]:
    """A verdict after the verdict: the same one again is a retry, any other is refused."""
    match state, command:
        case Rejected(rejection=done), RejectCertification(profile_hash=looked_at, reasons=reasons):
            if (done.profile_hash, done.reasons) == (looked_at, reasons):
                return []
            raise CertificationWasRejected
        case Certified(certificate=certificate), CertifyOrganization(profile_hash=looked_at):
            if certificate.profile_hash == looked_at:
                return []
            raise ProfileChangedMeanwhile
        case ((Rejected() | Certified() | Suspended() | Closed()), _):
            raise _refusal(state)
        case _:
            assert_never(state)


def _refusal(state: Rejected | Certified | Suspended | Closed) -> Refusal:
    match state:
        case Rejected():
            return CertificationWasRejected()
        case Certified() | Suspended():
            return AlreadyCertified()
        case Closed():
            return OrganizationIsClosed()
        case _:
            assert_never(state)
