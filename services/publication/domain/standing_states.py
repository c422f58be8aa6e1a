"""What a standing can be, and what every decision on one asks first (C3, C5.4)."""

from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from shared.contracts.publication import (
    ApprovalExpired,
    ApprovalRenewed,
    ApprovalRevoked,
    RectificationAccepted,
    RectificationOrdered,
    RevocationReversed,
)
from shared.kernel.refusal import Refusal, Unknown

Moving: TypeAlias = RectificationOrdered | RectificationAccepted | ApprovalRevoked | ApprovalRenewed | ApprovalExpired
"""What moves a standing that has not ended."""
StandingEvent: TypeAlias = Moving | RevocationReversed


@dataclass(frozen=True, slots=True)
class Approval:
    """The approval that a standing is about, as the log has it when something is asked."""

    application: str
    organization: str
    round: str
    valid_to: str
    """ISO date, its last day as it was approved."""
    stands: bool
    """Whether it was approved, and no correction took that back."""
    signed: bool
    """Whether the agreement is signed: without it no standing is active."""


# States


@dataclass(frozen=True, slots=True)
class Active:
    """The approval holds; with a signed agreement its organization is active."""

    renewed: ApprovalRenewed | None = None
    accepted: RectificationAccepted | None = None
    """What was last put right."""
    given_back: RevocationReversed | None = None
    """By what it was given back, as long as nothing followed."""


@dataclass(frozen=True, slots=True)
class Rectifying:
    """Something has to be put right."""

    orders: tuple[RectificationOrdered, ...]
    renewed: ApprovalRenewed | None = None


@dataclass(frozen=True, slots=True)
class Revoked:
    """The approval was taken back."""

    revocation: ApprovalRevoked
    renewed: ApprovalRenewed | None = None


@dataclass(frozen=True, slots=True)
class Expired:
    """The approval's last day is over."""

    expiry: ApprovalExpired


Standing: TypeAlias = Active | Rectifying | Revoked | Expired

# Refusals


class ApprovalUnknown(Unknown):
    """The application was not approved, or a correction took that back."""

    title = "The organization is not approved"
    clause = "C5.4"
    field = "application"


class AgreementNotSigned(Refusal):
    """A standing is active only with a signed agreement."""

    title = "The agreement is not signed"
    clause = "C5.4"
    field = "application"


class ApprovalIsRevoked(Refusal):
    """Nothing follows a revocation but its reversal."""

    title = "The approval is revoked"
    clause = "C5.4"
    field = "application"


class ApprovalHasExpired(Refusal):
    """Nothing follows the end of an approval."""

    title = "The approval has expired"
    clause = "C5.4"
    field = "application"


def evolve(state: Standing, event: StandingEvent) -> Standing:
    """The state after `event`; an event that cannot follow leaves the state as it is."""
    if isinstance(event, RevocationReversed):
        return Active(state.renewed, given_back=event) if isinstance(state, Revoked) else state
    return _moved(state, event) if isinstance(state, Active | Rectifying) else state


def _moved(state: Active | Rectifying, event: Moving) -> Standing:
    match event:
        case RectificationOrdered():
            return Rectifying((*orders(state), event), state.renewed)
        case RectificationAccepted():
            return Active(state.renewed, event) if isinstance(state, Rectifying) else state
        case ApprovalRenewed():
            return replace(state, renewed=event) if isinstance(state, Active) else state
        case ApprovalRevoked():
            return Revoked(event, state.renewed)
        case ApprovalExpired():
            return Expired(event)
        case _:
            assert_never(event)


def orders(state: Active | Rectifying) -> tuple[RectificationOrdered, ...]:
    """What has to be put right."""
    return state.orders if isinstance(state, Rectifying) else ()


def valid_to(state: Active | Rectifying | Revoked, approval: Approval) -> str:
    """The approval's last day, as it was approved or last renewed."""
    return approval.valid_to if state.renewed is None else state.renewed.valid_to


def held(state: Standing, approval: Approval) -> Active | Rectifying:
    """The standing of somebody who has signed, as long as something can still happen to it."""
    standing = stands(state, approval)
    if not approval.signed:
        raise AgreementNotSigned
    return standing


def stands(state: Standing, approval: Approval) -> Active | Rectifying:
    """The standing of an approval that has not ended, signed or not."""
    if not approval.stands:
        raise ApprovalUnknown
    match state:
        case Revoked():
            raise ApprovalIsRevoked
        case Expired(expiry):
            raise ApprovalHasExpired(f"its last day was {expiry.valid_to}", detail_zh=f"最后一日为{expiry.valid_to}")
        case Active() | Rectifying():
            return state
        case _:
            assert_never(state)


def about(approval: Approval) -> dict[str, str]:
    """What every event of a standing says it is about."""
    return {"application": approval.application, "organization": approval.organization, "round": approval.round}
