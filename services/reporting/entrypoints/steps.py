"""What an organization's people and the office do next about what is owed and ordered, and until when (C3, C3.1)."""

from collections.abc import Iterator, Sequence
from typing import Any

from services.reporting.domain.rectifying import names
from services.reporting.usecases.project import OPEN
from shared.contracts import obligations
from shared.contracts.obligations import Owed, owed_by
from shared.contracts.publication import RectificationItem, RectificationOrdered
from shared.kernel.instants import Instant, plus_days
from shared.web.worklist import Step


def step_of(owed: dict[str, Any], orders: Sequence[RectificationOrdered], now: Instant) -> Step | None:
    """What its organization does about an obligation; None where nothing can be done, or not yet."""
    zh, en = named(owed)
    match owed["state"]:
        case "DUE" if now < owed.get("opens_at", ""):
            return None
        case "DUE":
            return Step("file", f"报送{zh}", f"file the {en}", owed["due_now"])
        case "RETURNED":
            return Step("correct", f"按退回事项补正{zh}", f"correct the {en} and file it again", owed["due_now"])
        case "OVERDUE":
            ends = plus_days(Instant(owed["due_now"]), int(owed["grace_days"]))
            return Step("file", f"{zh}已逾期，宽限期内补报", f"file the {en}, which is overdue", ends, late=True)
        case "DEFAULTED":
            dues = [order.due for order in orders if _names(order, owed) and now < order.due]
            return (
                Step("make_up", f"按整改要求补报{zh}", f"make up for the {en}", max(dues), late=True) if dues else None
            )
        case _:
            return None


def to_decide(owed: dict[str, Any]) -> Step | None:
    """What the office does about an obligation."""
    zh, en = named(owed)
    return Step("decide", f"审核{zh}", f"accept or return the {en}") if owed["state"] == "FILED" else None


def rectifying(order: RectificationOrdered, owed: Sequence[dict[str, Any]]) -> Step | None:
    """What is ordered beside the obligations that can be made up for; None where there is nothing else."""
    items = [item for item in order.items if not _of_obligations(item, owed)]
    if not items:
        return None
    zh, en = said(items)
    return Step("rectify", f"整改：{zh}", f"put right: {en}", order.due)


def to_accept(order: RectificationOrdered, owed: Sequence[dict[str, Any]]) -> Step | None:
    """The office accepts, once what was not filed is made up for."""
    if any(one["state"] in (*OPEN, "DEFAULTED") and _names(order, one) for one in owed):
        return None
    zh, en = said(order.items)
    return Step("accept_rectification", f"验收整改：{zh}", f"accept what was put right: {en}", order.due)


def named(owed: dict[str, Any]) -> tuple[str, str]:
    """An obligation by its year, period and kind."""
    return _owed(owed).name


def said(items: Sequence[RectificationItem]) -> tuple[str, str]:
    """Items in both languages: a default's by its name, another as the officer wrote it."""
    told = list(_said(items))
    return "；".join(zh for zh, _ in told), "; ".join(en for _, en in told)


def _said(items: Sequence[RectificationItem]) -> Iterator[tuple[str, str]]:
    for item in items:
        if owed := owed_by(item.what):
            zh, en = owed.name
            yield f"补报{zh}", f"make up for the {en}"
        else:
            yield f"{item.what}（{item.note}）", f"{item.what} ({item.note})"


def _of_obligations(item: RectificationItem, owed: Sequence[dict[str, Any]]) -> bool:
    return any(obligations.names(item.what, _owed(one)) for one in owed)


def _names(order: RectificationOrdered, owed: dict[str, Any]) -> bool:
    return names(order, owed["kind"], owed["year"], owed.get("period"))


def _owed(owed: dict[str, Any]) -> Owed:
    return Owed(owed["kind"], str(owed["year"]), owed.get("period"))
