"""Organization (C5.2 企业认证), once for each code.

REGISTERED → CERTIFICATION_PENDING ⇄ RETURNED → CERTIFIED → SUSPENDED | CLOSED; CERTIFICATION_PENDING → REJECTED.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from services.registration.domain import amendment, certification, profile, standing, verdict
from services.registration.domain.amendment import AmendProfile, TransferDistrict
from services.registration.domain.certification import RequestCertification
from services.registration.domain.standing import CloseOrganization, ReinstateOrganization, SuspendOrganization
from services.registration.domain.states import (
    CertificationPending,
    Certified,
    Closed,
    Organization,
    Registered,
    Rejected,
    Returned,
    Suspended,
    Unregistered,
)
from services.registration.domain.verdict import CertifyOrganization, RejectCertification, ReturnCertification
from shared.contracts.registration import (
    CertificationRejected,
    CertificationRequested,
    CertificationReturned,
    DistrictTransferred,
    OrganizationCertified,
    OrganizationClosed,
    OrganizationRegistered,
    OrganizationReinstated,
    OrganizationSuspended,
    ProfileAmended,
)
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted, Refusal, require
from shared.kernel.uscc import uscc

# Commands


@dataclass(frozen=True, slots=True)
class RegisterOrganization:
    """A filer registers its organization; `organization` is the id that follows from the code (C5.2)."""

    organization: str
    uscc: str
    name: str
    by: Actor
    at: Instant


Command: TypeAlias = (
    RegisterOrganization
    | RequestCertification
    | ReturnCertification
    | RejectCertification
    | CertifyOrganization
    | AmendProfile
    | TransferDistrict
    | SuspendOrganization
    | ReinstateOrganization
    | CloseOrganization
)
OrganizationEvent: TypeAlias = (
    OrganizationRegistered
    | CertificationRequested
    | CertificationReturned
    | CertificationRejected
    | OrganizationCertified
    | ProfileAmended
    | DistrictTransferred
    | OrganizationSuspended
    | OrganizationReinstated
    | OrganizationClosed
)


class OrganizationAlreadyRegistered(Refusal):
    """A unified social credit code is registered once, whatever became of it."""

    title = "The unified social credit code is registered already"
    clause = "C5.2"
    field = "uscc"


# Evolve


def evolve(state: Organization, event: OrganizationEvent) -> Organization:
    """The state after `event`; an event that cannot follow leaves the state as it is."""
    match state, event:
        case Unregistered(), OrganizationRegistered():
            return Registered(event)
        case Registered() | CertificationPending() | Returned(), CertificationRequested():
            return CertificationPending(state.registration, event)
        case CertificationPending(), _:
            return _judged(state, event)
        case Certified() | Suspended(), _:
            return _changed(state, event)
        case _:
            return state


def _judged(state: CertificationPending, event: OrganizationEvent) -> Organization:
    match event:
        case CertificationReturned():
            return Returned(state.registration, state.request, event)
        case CertificationRejected():
            return Rejected(state.registration, event)
        case OrganizationCertified():
            return Certified(state.registration, state.request, event, profile.verified(state.request, event))
        case _:
            return state


def _changed(state: Certified | Suspended, event: OrganizationEvent) -> Organization:
    match state, event:
        case _, OrganizationClosed():
            return Closed(state.registration, event)
        case Certified(), ProfileAmended() | DistrictTransferred():
            return replace(state, profile=amendment.changed(state.profile, event))
        case Certified(), OrganizationSuspended():
            return Suspended(state, event)
        case Suspended(certified), OrganizationReinstated():
            return replace(certified, reinstated=event)
        case Suspended(certified), ProfileAmended() | DistrictTransferred():
            profile_now = amendment.changed(certified.profile, event)
            return replace(state, certified=replace(certified, profile=profile_now))
        case _:
            return state


# Decide


def decide(state: Organization, command: Command) -> Sequence[OrganizationEvent]:
    """What happens, or a refusal."""
    match command:
        case RegisterOrganization():
            return _register(state, command)
        case RequestCertification():
            return certification.request(state, command)
        case ReturnCertification() | RejectCertification() | CertifyOrganization():
            return verdict.decide_on(state, command)
        case AmendProfile() | TransferDistrict():
            return amendment.change(state, command)
        case SuspendOrganization() | ReinstateOrganization() | CloseOrganization():
            return standing.decide_on(state, command)
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
    if isinstance(state, Unregistered):
        return [registration]
    if state.registration == registration:
        return []
    raise OrganizationAlreadyRegistered


ORGANIZATION_DECIDER: Decider[Organization, Command, OrganizationEvent] = Decider(Unregistered(), decide, evolve)
