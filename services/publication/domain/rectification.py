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
from shared.contracts.obligations import Owed, names
from shared.contracts.publication import ItemGivenUp, RectificationAccepted, RectificationItem, RectificationOrdered
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
    orders: int | None
    """How many open orders the officer closes by that; None where the log does not say."""
    unmet: Sequence[Owed]
    """What could have been filed by now, and nobody accepted."""
    given_up: tuple[ItemGivenUp, ...]
    """What was ordered and is asked for no longer."""


# Refusals


class OtherOrdersAreOpen(Refusal):
    """Nobody closes an order that he has not seen: how many there are is said with the acceptance."""

    title = "Another number of orders is open"
    clause = "C3"
    field = "orders"


class OrderIsNotMet(Refusal):
    """What an order names is filed, and accepted by somebody who looked at it, or it is given up by name."""

    title = "What was ordered is not all filed and accepted"
    clause = "C3"
    field = "given_up"


class NothingToGiveUp(Malformed):
    """Only what was ordered, could be filed and is not accepted is given up."""

    title = "It is not ordered, or it is filed and accepted"
    clause = "C3"
    field = "given_up"


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
        raise DueOutOfTime(
            f"it is due after {command.at}" + (f", by {command.latest}" if command.latest else ""),
            detail_zh=f"应晚于{command.at}" + (f"，不晚于{command.latest}" if command.latest else ""),
        )
    return [ordered]


def _rectify_default(state: Standing, command: RectifyDefault) -> Sequence[StandingEvent]:
    """A default leads to an order as long as there is a standing that it can touch."""
    if isinstance(state, Revoked | Expired) or not (command.approval.stands and command.approval.signed):
        return []
    ordered = _ordered(command)
    return [] if ordered in orders(state) else [ordered]


def _accept(state: Standing, command: AcceptRectification) -> Sequence[StandingEvent]:
    require(command.by, Role.CITY_OFFICER)
    accepted = RectificationAccepted(**about(command.approval), note=command.note, given_up=command.given_up)
    standing = held(state, command.approval)
    if isinstance(standing, Rectifying):
        if command.orders is not None and command.orders != len(standing.orders):
            count = len(standing.orders)
            raise OtherOrdersAreOpen(f"{count} are open", detail_zh=f"现有{count}项整改通知未办结")
        _is_met(standing, command)
        return [accepted]
    if standing.accepted == accepted:
        return []
    raise NothingToRectify


def _is_met(standing: Rectifying, command: AcceptRectification) -> None:
    """Everything that an order names and that could be filed is accepted, or given up."""
    waiting = dict[str, list[Owed]]()
    for item in (item for order in standing.orders for item in order.items):
        waiting[item.what] = [owed for owed in command.unmet if names(item.what, owed)]
    given_up = {one.what for one in command.given_up}
    if unneeded := sorted(given_up - {what for what, owed in waiting.items() if owed}):
        raise NothingToGiveUp(", ".join(unneeded), detail_zh=f"无须免除：{'、'.join(unneeded)}")
    left = {owed for what, many in waiting.items() if what not in given_up for owed in many}
    left -= {owed for what in given_up for owed in waiting[what]}
    if left:
        ordered = sorted(left, key=lambda one: one.code)
        raise OrderIsNotMet(
            f"not filed and accepted: {', '.join(one.code for one in ordered)}",
            detail_zh=f"尚未报送并经审核通过：{'、'.join(one.name[0] for one in ordered)}",
        )


def _ordered(command: OrderRectification | RectifyDefault) -> RectificationOrdered:
    return RectificationOrdered(**about(command.approval), items=command.items, due=command.due)
