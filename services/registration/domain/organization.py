"""Organization (C5.2 企业认证), once for each code.

REGISTERED → CERTIFICATION_PENDING ⇄ RETURNED → CERTIFIED ⇄ SUSPENDED | CLOSED, which another verifier takes back;
whatever was never certified → REJECTED, after which another filer may register the code.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from services.registration.domain import amendment, certification, filer, profile, reopening, standing, verdict
from services.registration.domain.amendment import AmendProfile, TransferDistrict
from services.registration.domain.certification import RequestCertification
from services.registration.domain.filer import AppointFiler
from services.registration.domain.reopening import ReopenOrganization
from services.registration.domain.standing import (
    CloseOrganization,
    ReinstateOrganization,
    StandingCommand,
    SuspendOrganization,
)
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
    FilerAppointed,
    OrganizationCertified,
    OrganizationClosed,
    OrganizationRegistered,
    OrganizationReinstated,
    OrganizationReopened,
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
    | ReopenOrganization
    | AppointFiler
)
Course: TypeAlias = (
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
    | OrganizationReopened
)
"""What brings it to another stage, or changes its profile."""
OrganizationEvent: TypeAlias = Course | FilerAppointed


class OrganizationAlreadyRegistered(Refusal):
    """A unified social credit code is registered once; after a rejection by another filer only."""

    title = "The unified social credit code is registered already"
    clause = "C5.2"
    field = "uscc"


# Evolve


def evolve(state: Organization, event: OrganizationEvent) -> Organization:
    """The state after `event`; an event that cannot follow leaves the state as it is."""
    if isinstance(event, FilerAppointed):
        return filer.handed_over(state, event)
    match state:
        case Unregistered():
            return Registered(event) if isinstance(event, OrganizationRegistered) else state
        case Registered() | Returned() | Rejected():
            return _begun(state, event)
        case CertificationPending():
            return _judged(state, event)
        case Certified() | Suspended():
            return _changed(state, event)
        case Closed():
            return _closed(state, event)
        case _:
            assert_never(state)


def _other(state: Rejected, event: OrganizationRegistered) -> bool:
    """Whether it is another filer's: a stranger's registration does not keep the organization itself out."""
    return event.account != state.registration.account


def _begun(state: Registered | Returned | Rejected, event: Course) -> Organization:
    match event:
        case OrganizationRegistered():
            return Registered(event) if isinstance(state, Rejected) and _other(state, event) else state
        case CertificationRequested():
            return state if isinstance(state, Rejected) else CertificationPending(state.registration, event)
        case CertificationRejected():
            return state if isinstance(state, Rejected) else Rejected(state.registration, event)
        case (
            CertificationReturned()
            | OrganizationCertified()
            | ProfileAmended()
            | DistrictTransferred()
            | OrganizationSuspended()
            | OrganizationReinstated()
            | OrganizationClosed()
            | OrganizationReopened()
        ):
            return state
        case _:
            assert_never(event)


def _judged(state: CertificationPending, event: Course) -> Organization:
    match event:
        case CertificationRequested():
            return CertificationPending(state.registration, event)
        case CertificationReturned():
            return Returned(state.registration, state.request, event)
        case CertificationRejected():
            return Rejected(state.registration, event)
        case OrganizationCertified():
            return Certified(state.registration, state.request, event, profile.verified(state.request, event))
        case (
            OrganizationRegistered()
            | ProfileAmended()
            | DistrictTransferred()
            | OrganizationSuspended()
            | OrganizationReinstated()
            | OrganizationClosed()
            | OrganizationReopened()
        ):
            return state
        case _:
            assert_never(event)


def _changed(state: Certified | Suspended, event: Course) -> Organization:
    match event:
        case OrganizationClosed():
            return Closed(state, event)
        case ProfileAmended() | DistrictTransferred():
            return _amended(state, event)
        case OrganizationSuspended():
            return Suspended(state, event) if isinstance(state, Certified) else state
        case OrganizationReinstated():
            return replace(state.certified, reinstated=event) if isinstance(state, Suspended) else state
        case (
            OrganizationRegistered()
            | CertificationRequested()
            | CertificationReturned()
            | CertificationRejected()
            | OrganizationCertified()
            | OrganizationReopened()
        ):
            return state
        case _:
            assert_never(event)


def _closed(state: Closed, event: Course) -> Organization:
    match event:
        case OrganizationReopened():
            return reopening.again(state, event)
        case (
            OrganizationRegistered()
            | CertificationRequested()
            | CertificationReturned()
            | CertificationRejected()
            | OrganizationCertified()
            | ProfileAmended()
            | DistrictTransferred()
            | OrganizationSuspended()
            | OrganizationReinstated()
            | OrganizationClosed()
        ):
            return state
        case _:
            assert_never(event)


def _amended(state: Certified | Suspended, event: ProfileAmended | DistrictTransferred) -> Certified | Suspended:
    if isinstance(state, Suspended):
        certified = state.certified
        return replace(state, certified=replace(certified, profile=amendment.changed(certified.profile, event)))
    return replace(state, profile=amendment.changed(state.profile, event))


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
        case SuspendOrganization() | ReinstateOrganization() | CloseOrganization() | ReopenOrganization():
            return _stand(state, command)
        case AppointFiler():
            return filer.appoint(state, command)
        case _:
            assert_never(command)


def _stand(state: Organization, command: StandingCommand | ReopenOrganization) -> Sequence[OrganizationEvent]:
    if isinstance(command, ReopenOrganization):
        return reopening.reopen(state, command)
    return standing.decide_on(state, command)


def _register(state: Organization, command: RegisterOrganization) -> Sequence[OrganizationEvent]:
    require(command.by, Role.FILER)
    if command.by.organization not in (None, command.organization):
        detail = "the account has registered another organization"
        raise NotPermitted(detail, detail_zh="该账户已注册另一家机构", field="organization")
    registration = OrganizationRegistered(
        organization=command.organization,
        uscc=uscc(command.uscc),
        name=command.name,
        account=command.by.id,
    )
    if isinstance(state, Unregistered) or (isinstance(state, Rejected) and _other(state, registration)):
        return [registration]
    if state.registration == registration:
        return []
    raise OrganizationAlreadyRegistered


ORGANIZATION_DECIDER: Decider[Organization, Command, OrganizationEvent] = Decider(Unregistered(), decide, evolve)
