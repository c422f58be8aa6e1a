"""How long an approval holds: renewed or taken back by the leader, ended by the clock (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from services.publication.domain.standing_states import (
    Active,
    Approval,
    ApprovalHasExpired,
    Expired,
    Rectifying,
    Revoked,
    Standing,
    StandingEvent,
    about,
    held,
    stands,
    valid_to,
)
from shared.contracts.publication import ApprovalExpired, ApprovalRenewed, ApprovalRevoked, RevocationReversed
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant, LocalDate, end_of_day
from shared.kernel.refusal import Malformed, NotPermitted, Refusal, require

# Commands


@dataclass(frozen=True, slots=True)
class RevokeApproval:
    """The leader takes the approval back, also one whose agreement was never signed (C5.4)."""

    approval: Approval
    ground: str
    document_number: str
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class ReverseRevocation:
    """Another leader gives back what was taken back in error; its agreement is offered and signed anew (C5.4)."""

    approval: Approval
    revoked_by: str | None
    """The account that revoked; None where nothing is revoked."""
    reason: str
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


# Refusals


class RectificationOpen(Refusal):
    """Whoever has something to put right is not renewed."""

    title = "What was ordered is not put right yet"
    clause = "C3"
    field = "application"


class NothingIsRevoked(Refusal):
    """Only a revocation that stands is reversed."""

    title = "The approval is not revoked"
    clause = "C5.4"
    field = "application"


class RevokerMayNotReverse(NotPermitted):
    """Two people: nobody judges what they took back themselves."""

    title = "Whoever revoked an approval may not reverse the revocation"
    clause = "C5.4"


class NotLonger(Malformed):
    """A renewal moves the last day to a later one."""

    title = "A renewal ends later than the approval"
    clause = "C5.4"
    field = "valid_to"


# Decide


def on_validity(
    state: Standing, command: RevokeApproval | ReverseRevocation | RenewApproval | ExpireApproval
) -> Sequence[StandingEvent]:
    """What happens, or a refusal."""
    match command:
        case RevokeApproval():
            return _revoke(state, command)
        case ReverseRevocation():
            return _give_back(state, command)
        case RenewApproval():
            return _renew(state, command)
        case ExpireApproval():
            return _expire(state, command)
        case _:
            assert_never(command)


def _revoke(state: Standing, command: RevokeApproval) -> Sequence[StandingEvent]:
    require(command.by, Role.CITY_LEADER)
    revoked = ApprovalRevoked(**about(command.approval), ground=command.ground, document_number=command.document_number)
    if isinstance(state, Revoked) and state.revocation == revoked:
        return []
    stands(state, command.approval)
    return [revoked]


def _give_back(state: Standing, command: ReverseRevocation) -> Sequence[StandingEvent]:
    """Also where a correction took it from the list meanwhile: then another may add it again."""
    require(command.by, Role.CITY_LEADER)
    given_back = RevocationReversed(
        **about(command.approval), reason=command.reason, document_number=command.document_number
    )
    match state:
        case Active(given_back=before) if before == given_back:
            return []
        case Revoked():
            _reversible(state, command)
            return [given_back]
        case Active() | Rectifying() | Expired():
            raise NothingIsRevoked
        case _:
            assert_never(state)


def _reversible(state: Revoked, command: ReverseRevocation) -> None:
    if command.revoked_by is None:
        raise NothingIsRevoked
    if command.revoked_by == command.by.id:
        raise RevokerMayNotReverse
    last = valid_to(state, command.approval)
    if command.approval.stands and command.at >= end_of_day(LocalDate(last)):
        raise ApprovalHasExpired(f"its last day was {last}", detail_zh=f"最后一日为{last}")


def _renew(state: Standing, command: RenewApproval) -> Sequence[StandingEvent]:
    require(command.by, Role.CITY_LEADER)
    standing = held(state, command.approval)
    renewed = ApprovalRenewed(
        **about(command.approval), valid_to=command.valid_to, document_number=command.document_number
    )
    if standing.renewed == renewed:
        return []
    if isinstance(standing, Rectifying):
        raise RectificationOpen
    last = valid_to(standing, command.approval)
    if command.valid_to <= last:
        raise NotLonger(f"its last day is {last}", detail_zh=f"现有效期至{last}")
    if command.at >= end_of_day(LocalDate(last)):
        raise ApprovalHasExpired(f"its last day was {last}", detail_zh=f"最后一日为{last}")
    return [renewed]


def _expire(state: Standing, command: ExpireApproval) -> Sequence[StandingEvent]:
    """An approval whose last day is over expires, signed or not; one that does not stand has no end."""
    if isinstance(state, Revoked | Expired) or not command.approval.stands:
        return []
    last = valid_to(state, command.approval)
    if command.at < end_of_day(LocalDate(last)):
        return []
    return [ApprovalExpired(**about(command.approval), valid_to=last)]
