"""Whether a certified organization may act: suspended, reinstated, closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from services.registration.domain.states import (
    CertificationPending,
    CertificationWasRejected,
    Certified,
    Closed,
    Organization,
    OrganizationIsClosed,
    OrganizationIsSuspended,
    OrganizationNotCertified,
    OrganizationNotRegistered,
    Registered,
    Rejected,
    Returned,
    Suspended,
    Unregistered,
)
from shared.contracts.registration import OrganizationClosed, OrganizationReinstated, OrganizationSuspended
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import Refusal, require

# Commands


@dataclass(frozen=True, slots=True)
class SuspendOrganization:
    """The verifier suspends a certified organization on a ground (C5.2)."""

    organization: str
    ground: str
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class ReinstateOrganization:
    """The verifier ends a suspension on a ground (C5.2)."""

    organization: str
    ground: str
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class CloseOrganization:
    """The verifier records that the organization is gone (C5.2)."""

    organization: str
    ground: str
    by: Actor
    at: Instant


StandingCommand: TypeAlias = SuspendOrganization | ReinstateOrganization | CloseOrganization
StandingEvent: TypeAlias = OrganizationSuspended | OrganizationReinstated | OrganizationClosed


class OrganizationNotSuspended(Refusal):
    """Only a suspension can end."""

    title = "The organization is not suspended"
    clause = "C5.2"


# Decide


def certified_of(state: Organization) -> Certified:
    """What was certified, suspended or not; refused where there is no such thing."""
    match state:
        case Unregistered():
            raise OrganizationNotRegistered
        case Registered() | CertificationPending() | Returned():
            raise OrganizationNotCertified
        case Rejected():
            raise CertificationWasRejected
        case Certified():
            return state
        case Suspended(certified=certified):
            return certified
        case Closed():
            raise OrganizationIsClosed
        case _:
            assert_never(state)


def decide_on(state: Organization, command: StandingCommand) -> Sequence[StandingEvent]:
    """Suspend, reinstate or close what was certified; the same on the same ground again is a retry."""
    require(command.by, Role.PLATFORM_VERIFIER)
    event = _asked(command)
    if isinstance(state, Closed) and state.closure == event:
        return []
    certified = certified_of(state)
    match command:
        case SuspendOrganization():
            return [] if _is_suspended(state, event) else [event]
        case ReinstateOrganization():
            return [] if _is_reinstated(state, certified, event) else [event]
        case CloseOrganization():
            return [event]
        case _:
            assert_never(command)


def _asked(command: StandingCommand) -> StandingEvent:
    match command:
        case SuspendOrganization(organization=organization, ground=ground):
            return OrganizationSuspended(organization=organization, ground=ground)
        case ReinstateOrganization(organization=organization, ground=ground):
            return OrganizationReinstated(organization=organization, ground=ground)
        case CloseOrganization(organization=organization, ground=ground):
            return OrganizationClosed(organization=organization, ground=ground)
        case _:
            assert_never(command)


def _is_suspended(state: Organization, event: StandingEvent) -> bool:
    if not isinstance(state, Suspended):
        return False
    if state.suspension == event:
        return True
    raise OrganizationIsSuspended


def _is_reinstated(state: Organization, certified: Certified, event: StandingEvent) -> bool:
    if isinstance(state, Suspended):
        return False
    if certified.reinstated == event:
        return True
    raise OrganizationNotSuspended
