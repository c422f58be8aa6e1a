"""Defaults that are to be put right: until when an order takes again what was not filed in time (C3, C3.1)."""

from collections.abc import Iterable

from shared.contracts import obligations
from shared.contracts.publication import RectificationOrdered
from shared.contracts.reporting import ObligationCreated
from shared.kernel.instants import Instant


def rectify_until(orders: Iterable[RectificationOrdered], creation: ObligationCreated) -> Instant | None:
    """The end of the last open order that names what is owed; None where none does."""
    dues = [order.due for order in orders if names(order, creation.kind, creation.year, creation.period)]
    return Instant(max(dues)) if dues else None


def names(order: RectificationOrdered, kind: str, year: int, period: str | None) -> bool:
    """Whether one of its items is this obligation, by itself or with all of its kind and year."""
    owed = obligations.Owed(kind, str(year), period)
    return any(obligations.names(item.what, owed) for item in order.items)
