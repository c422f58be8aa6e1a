"""Putting right: ordered by the officer or for a default, accepted by the officer (C3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from services.publication.domain.standing_states import (
    Approval,
    Expired,
    Rectifying,
    Revoked,
    Standing,
    StandingEvent,
    about,
    held,
    orders,
)
from shared.contracts.publication import RectificationAccepted, RectificationItem, RectificationOrdered
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, Refusal, require

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
    orders: int | None = None
    """How many open orders the officer closes by that; None where an earlier release asked nobody."""


# Refusals


class OtherOrdersAreOpen(Refusal):
    """Nobody closes an order that he has not seen: how many there are is said with the acceptance."""

    title = "Another number of orders is open"
    clause = "C3"
    field = "orders"


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


# Decide


def on_rectification(
    state: Standing, command: OrderRectification | RectifyDefault | AcceptRectification
) -> Sequence[StandingEvent]:
    """What happens, or a refusal."""
    match command:
        case OrderRectification():
            return _order(state, command)
        case RectifyDefault():
            return _rectify_default(state, command)
        case AcceptRectification():
            return _accept(state, command)
        case _:
            assert_never(command)


def _order(state: Standing, command: OrderRectification) -> Sequence[StandingEvent]:
    require(command.by, Role.CITY_OFFICER)
    standing = held(state, command.approval)
    if not command.items:
        raise NothingOrdered
    ordered = _ordered(command)
    if ordered in orders(standing):
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
    accepted = RectificationAccepted(**about(command.approval), note=command.note)
    standing = held(state, command.approval)
    if isinstance(standing, Rectifying):
        if command.orders is not None and command.orders != len(standing.orders):
            raise OtherOrdersAreOpen(f"{len(standing.orders)} are open")
        return [accepted]
    if standing.accepted == accepted:
        return []
    raise NothingToRectify


def _ordered(command: OrderRectification | RectifyDefault) -> RectificationOrdered:
    return RectificationOrdered(**about(command.approval), items=command.items, due=command.due)
