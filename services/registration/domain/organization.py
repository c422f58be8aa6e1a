"""Organization: REGISTERED → CERTIFICATION_PENDING → CERTIFIED (C5.2 企业认证)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TypeAlias, assert_never

from shared.auditlog.canonical import hash_of
from shared.contracts.registration import (
    CertificationRequested,
    Document,
    OrganizationCertified,
    OrganizationRegistered,
)
from shared.contracts.vocabulary import District, LegalForm
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant, local_date
from shared.kernel.refusal import Malformed, NotPermitted, Refusal, Unknown, require
from shared.kernel.uscc import uscc

# Commands


@dataclass(frozen=True, slots=True)
class RegisterOrganization:
    """A filer registers its organization; `organization` is the id that follows from the code."""

    organization: str
    uscc: str
    name: str
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class Profile:
    """What certification verifies; `legal_representative` and `contact` are commitments."""

    legal_form: LegalForm
    district: District
    established_on: str
    reg_address: str
    legal_representative: str
    contact: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class RequestCertification:
    """The filer asks for certification."""

    organization: str
    profile: Profile
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class CertifyOrganization:
    """The platform's verifier found the profile true."""

    organization: str
    profile_hash: str
    by: Actor
    at: Instant


Command: TypeAlias = RegisterOrganization | RequestCertification | CertifyOrganization
OrganizationEvent: TypeAlias = OrganizationRegistered | CertificationRequested | OrganizationCertified

# States


@dataclass(frozen=True, slots=True)
class Unregistered:
    """Nobody registered this code."""


@dataclass(frozen=True, slots=True)
class Registered:
    """Registered, nothing verified."""

    registration: OrganizationRegistered


@dataclass(frozen=True, slots=True)
class CertificationPending:
    """A verifier has to look."""

    registration: OrganizationRegistered
    request: CertificationRequested


@dataclass(frozen=True, slots=True)
class Certified:
    """May apply in a round."""

    registration: OrganizationRegistered
    request: CertificationRequested
    certificate: OrganizationCertified


Organization: TypeAlias = Unregistered | Registered | CertificationPending | Certified

# Refusals


class OrganizationAlreadyRegistered(Refusal):
    """A unified social credit code is registered once."""

    title = "The unified social credit code is registered already"
    clause = "C5.2"
    field = "uscc"


class OrganizationNotRegistered(Unknown):
    """No such organization."""

    title = "The organization is not registered"
    clause = "C5.2"


class CertificationNotRequested(Refusal):
    """There is nothing to certify yet."""

    title = "Certification was not requested"
    clause = "C5.2"


class EstablishedInTheFuture(Malformed):
    """No organization is established after it asks."""

    title = "The organization is established in the future"
    clause = "C2.1.1"
    field = "established_on"


class AlreadyCertified(Refusal):
    """Certification is done."""

    title = "The organization is certified already"
    clause = "C5.2"


class ProfileChangedMeanwhile(Refusal):
    """The verifier looked at another profile than the one waiting."""

    title = "The profile is not the one that was verified"
    clause = "C5.2"
    field = "profile_hash"


# Evolve


def evolve(state: Organization, event: OrganizationEvent) -> Organization:
    """The state after `event`; an event that cannot follow leaves the state as it is."""
    match state, event:
        case _, OrganizationRegistered():
            return Registered(event)
        case ((Registered(registration) | CertificationPending(registration)), CertificationRequested()):
            return CertificationPending(registration, event)
        case CertificationPending(registration, request), OrganizationCertified():
            return Certified(registration, request, event)
        case _:
            return state


# Decide


def decide(state: Organization, command: Command) -> Sequence[OrganizationEvent]:
    """What happens, or a refusal."""
    match command:
        case RegisterOrganization():
            return _register(state, command)
        case RequestCertification():
            return _request(state, command)
        case CertifyOrganization():
            return _certify(state, command)
        case _:
            assert_never(command)


def _register(state: Organization, command: RegisterOrganization) -> Sequence[OrganizationEvent]:
    require(command.by, Role.FILER)
    if command.by.organization not in (None, command.organization):
        raise NotPermitted("the account has registered another organization", field="organization")
    registration = OrganizationRegistered(
        organization=command.organization,
        uscc=uscc(command.uscc),
        name=command.name,
        account=command.by.id,
    )
    match state:
        case Unregistered():
            return [registration]
        case Registered() | CertificationPending() | Certified():
            if state.registration == registration:
                return []
            raise OrganizationAlreadyRegistered
        case _:
            assert_never(state)


def _request(state: Organization, command: RequestCertification) -> Sequence[OrganizationEvent]:
    if isinstance(state, Unregistered):
        raise OrganizationNotRegistered
    require(command.by, Role.FILER)
    if command.by.id != state.registration.account:
        raise NotPermitted("only the account that registered the organization asks for it", field="organization")
    if command.profile.established_on > local_date(command.at):
        raise EstablishedInTheFuture(f"{command.profile.established_on} is after today")
    request = _requested(state.registration.organization, command.profile)
    match state:
        case CertificationPending(request=pending) if pending.profile_hash == request.profile_hash:
            return []
        case Registered() | CertificationPending():
            return [request]
        case Certified(request=certified):
            if certified.profile_hash == request.profile_hash:
                return []
            raise AlreadyCertified
        case _:
            assert_never(state)


def _requested(organization: str, profile: Profile) -> CertificationRequested:
    return CertificationRequested(
        organization=organization,
        legal_form=profile.legal_form.value,
        district=profile.district.value,
        established_on=profile.established_on,
        reg_address=profile.reg_address,
        legal_representative=profile.legal_representative,
        contact=profile.contact,
        documents=profile.documents,
        profile_hash=hash_of(
            {
                "legal_form": profile.legal_form.value,
                "district": profile.district.value,
                "established_on": profile.established_on,
                "reg_address": profile.reg_address,
                "legal_representative": profile.legal_representative,
                "contact": profile.contact,
                "documents": [asdict(document) for document in profile.documents],
            }
        ),
    )


def _certify(state: Organization, command: CertifyOrganization) -> Sequence[OrganizationEvent]:
    require(command.by, Role.PLATFORM_VERIFIER)
    match state:
        case Unregistered():
            raise OrganizationNotRegistered
        case Registered():
            raise CertificationNotRequested
        case CertificationPending(registration, request):
            if request.profile_hash != command.profile_hash:
                raise ProfileChangedMeanwhile
            return [
                OrganizationCertified(
                    organization=registration.organization,
                    uscc=registration.uscc,
                    name=registration.name,
                    legal_form=request.legal_form,
                    district=request.district,
                    established_on=request.established_on,
                    verifier=command.by.id,
                    profile_hash=request.profile_hash,
                )
            ]
        case Certified(certificate=certificate):
            if certificate.profile_hash == command.profile_hash:
                return []
            raise ProfileChangedMeanwhile
        case _:
            assert_never(state)


ORGANIZATION_DECIDER: Decider[Organization, Command, OrganizationEvent] = Decider(Unregistered(), decide, evolve)
