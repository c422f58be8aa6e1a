"""Defaults that are to be put right: until when an order takes again what was not filed in time (C3, C3.1)."""

from collections.abc import Iterable

from shared.contracts.publication import RectificationOrdered
from shared.contracts.reporting import ObligationCreated
from shared.kernel.instants import Instant


def rectify_until(orders: Iterable[RectificationOrdered], creation: ObligationCreated) -> Instant | None:
    """The end of the last open order that names what is owed; None where none does."""
    dues = [order.due for order in orders if names(order, creation.kind, creation.year)]
    return Instant(max(dues)) if dues else None


def names(order: RectificationOrdered, kind: str, year: int) -> bool:
    """Whether one of its items is this kind of a year's obligations, as a default is ordered to be put right."""
    return any(item.what == f"{kind}.{year}" for item in order.items)
