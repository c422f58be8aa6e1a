"""Standing of the approved: ACTIVE → RECTIFYING → ACTIVE | REVOKED; ACTIVE → RENEWED | EXPIRED (C3, C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from shared.contracts.publication import (
    ApprovalExpired,
    ApprovalRenewed,
    ApprovalRevoked,
    RectificationAccepted,
    RectificationItem,
    RectificationOrdered,
)
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant, LocalDate, end_of_day
from shared.kernel.refusal import Malformed, Refusal, Unknown, require


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


# Commands


@dataclass(frozen=True, slots=True)
class OrderRectification:
    """The officer orders an approved organization to put something right (C3)."""

    approval: Approval
    items: tuple[RectificationItem, ...]
    due: Instant
    latest: Instant | None
    """Up to when the round lets it be due; None where the round fixes none."""
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class RectifyDefault:
    """What was owed was not reported at all: it is to be put right (C3)."""

    approval: Approval
    items: tuple[RectificationItem, ...]
    due: Instant


@dataclass(frozen=True, slots=True)
class AcceptRectification:
    """The officer accepts that what was ordered is put right (C3)."""

    approval: Approval
    note: str
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class RevokeApproval:
    """The leader takes the approval back, also one whose agreement was never signed (C5.4)."""

    approval: Approval
    ground: str
    document_number: str
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class RenewApproval:
    """The leader lets the approval hold for longer (C5.4)."""

    approval: Approval
    valid_to: str
    document_number: str
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class ExpireApproval:
    """The clock passed the approval's last day (C5.4)."""

    approval: Approval
    at: Instant


Command: TypeAlias = (
    OrderRectification | RectifyDefault | AcceptRectification | RevokeApproval | RenewApproval | ExpireApproval
)
StandingEvent: TypeAlias = (
    RectificationOrdered | RectificationAccepted | ApprovalRevoked | ApprovalRenewed | ApprovalExpired
)

# States


@dataclass(frozen=True, slots=True)
class Active:
    """The approval holds; with a signed agreement its organization is active."""

    renewed: ApprovalRenewed | None = None
    accepted: RectificationAccepted | None = None
    """What was last put right."""


@dataclass(frozen=True, slots=True)
class Rectifying:
    """Something has to be put right."""

    orders: tuple[RectificationOrdered, ...]
    renewed: ApprovalRenewed | None = None


@dataclass(frozen=True, slots=True)
class Revoked:
    """The approval was taken back."""

    revocation: ApprovalRevoked


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
    """Nothing follows a revocation."""

    title = "The approval is revoked"
    clause = "C5.4"
    field = "application"


class ApprovalHasExpired(Refusal):
    """Nothing follows the end of an approval."""

    title = "The approval has expired"
    clause = "C5.4"
    field = "application"


class NothingToRectify(Refusal):
    """Only what was ordered is accepted."""

    title = "Nothing was ordered to be put right"
    clause = "C3"
    field = "application"


class NothingOrdered(Malformed):
    """An order names what has to be put right."""

    title = "An order names at least one item"
    clause = "C3"
    field = "items"


class DueOutOfTime(Malformed):
    """An order is due later than now, and within the round's time."""

    title = "The order cannot be due then"
    clause = "C3"
    field = "due"


class RectificationOpen(Refusal):
    """Whoever has something to put right is not renewed."""

    title = "What was ordered is not put right yet"
    clause = "C3"
    field = "application"


class NotLonger(Malformed):
    """A renewal moves the last day to a later one."""

    title = "A renewal ends later than the approval"
    clause = "C5.4"
    field = "valid_to"


def evolve(state: Standing, event: StandingEvent) -> Standing:
    """The state after `event`; an event that cannot follow leaves the state as it is."""
    if not isinstance(state, Active | Rectifying):
        return state
    match event:
        case RectificationOrdered():
            return Rectifying((*orders(state), event), state.renewed)
        case RectificationAccepted():
            return Active(state.renewed, event) if isinstance(state, Rectifying) else state
        case ApprovalRenewed():
            return replace(state, renewed=event) if isinstance(state, Active) else state
        case ApprovalRevoked():
            return Revoked(event)
        case ApprovalExpired():
            return Expired(event)
        case _:
            assert_never(event)


def decide(state: Standing, command: Command) -> Sequence[StandingEvent]:
    """What happens, or a refusal."""
    match command:
        case OrderRectification():
            return _order(state, command)
        case RectifyDefault():
            return _rectify_default(state, command)
        case AcceptRectification():
            return _accept(state, command)
        case RevokeApproval():
            return _revoke(state, command)
        case RenewApproval():
            return _renew(state, command)
        case ExpireApproval():
            return _expire(state, command)
        case _:
            assert_never(command)


def _order(state: Standing, command: OrderRectification) -> Sequence[StandingEvent]:
    require(command.by, Role.CITY_OFFICER)
    held = _held(state, command.approval)
    if not command.items:
        raise NothingOrdered
    ordered = _ordered(command)
    if ordered in orders(held):
        return []
    if command.due <= command.at or (command.latest is not None and command.due > command.latest):
        raise DueOutOfTime(f"it is due after {command.at}" + (f", by {command.latest}" if command.latest else ""))
    return [ordered]


def _rectify_default(state: Standing, command: RectifyDefault) -> Sequence[StandingEvent]:
    """A default leads to an order as long as there is a standing that it can touch."""
    if isinstance(state, Revoked | Expired) or not (command.approval.stands and command.approval.signed):
        return []
    ordered = _ordered(command)
    return [] if ordered in orders(state) else [ordered]


def _accept(state: Standing, command: AcceptRectification) -> Sequence[StandingEvent]:
    require(command.by, Role.CITY_OFFICER)
    accepted = RectificationAccepted(**_about(command.approval), note=command.note)
    held = _held(state, command.approval)
    if isinstance(held, Rectifying):
        return [accepted]
    if held.accepted == accepted:
        return []
    raise NothingToRectify


def _revoke(state: Standing, command: RevokeApproval) -> Sequence[StandingEvent]:
    require(command.by, Role.CITY_LEADER)
    revoked = ApprovalRevoked(
        **_about(command.approval), ground=command.ground, document_number=command.document_number
    )
    if isinstance(state, Revoked) and state.revocation == revoked:
        return []
    _stands(state, command.approval)
    return [revoked]


def _renew(state: Standing, command: RenewApproval) -> Sequence[StandingEvent]:
    require(command.by, Role.CITY_LEADER)
    held = _held(state, command.approval)
    renewed = ApprovalRenewed(
        **_about(command.approval), valid_to=command.valid_to, document_number=command.document_number
    )
    if held.renewed == renewed:
        return []
    if isinstance(held, Rectifying):
        raise RectificationOpen
    last = valid_to(held, command.approval)
    if command.valid_to <= last:
        raise NotLonger(f"its last day is {last}")
    if command.at >= end_of_day(LocalDate(last)):
        raise ApprovalHasExpired(f"its last day was {last}")
    return [renewed]


def _expire(state: Standing, command: ExpireApproval) -> Sequence[StandingEvent]:
    """An approval whose last day is over expires, signed or not; one that does not stand has no end."""
    if isinstance(state, Revoked | Expired) or not command.approval.stands:
        return []
    last = valid_to(state, command.approval)
    if command.at < end_of_day(LocalDate(last)):
        return []
    return [ApprovalExpired(**_about(command.approval), valid_to=last)]


def orders(state: Active | Rectifying) -> tuple[RectificationOrdered, ...]:
    """What has to be put right."""
    return state.orders if isinstance(state, Rectifying) else ()


def valid_to(state: Active | Rectifying, approval: Approval) -> str:
    """The approval's last day, as it was approved or last renewed."""
    return approval.valid_to if state.renewed is None else state.renewed.valid_to


def _held(state: Standing, approval: Approval) -> Active | Rectifying:
    """The standing of somebody who has signed, as long as something can still happen to it."""
    standing = _stands(state, approval)
    if not approval.signed:
        raise AgreementNotSigned
    return standing


def _stands(state: Standing, approval: Approval) -> Active | Rectifying:
    """The standing of an approval that has not ended, signed or not."""
    if not approval.stands:
        raise ApprovalUnknown
    match state:
        case Revoked():
            raise ApprovalIsRevoked
        case Expired(expiry):
            raise ApprovalHasExpired(f"its last day was {expiry.valid_to}")
        case Active() | Rectifying():
            return state
        case _:
            assert_never(state)


def _ordered(command: OrderRectification | RectifyDefault) -> RectificationOrdered:
    return RectificationOrdered(**_about(command.approval), items=command.items, due=command.due)


def _about(approval: Approval) -> dict[str, str]:
    return {"application": approval.application, "organization": approval.organization, "round": approval.round}


STANDING_DECIDER: Decider[Standing, Command, StandingEvent] = Decider(Active(), decide, evolve)
