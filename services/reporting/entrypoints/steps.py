"""What an organization's people and the office do next about what is owed and ordered, and until when (C3, C3.1)."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from services.reporting.domain.rectifying import names
from shared.contracts import obligations
from shared.contracts.obligations import Owed, owed_by
from shared.contracts.publication import RectificationItem, RectificationOrdered
from shared.kernel.instants import Instant, plus_days
from shared.web.worklist import Step

MET: Final = {"ACCEPTED", "LIFTED"}
"""States of what is owed no more."""

OFFER_AGAIN: Final = Step(
    "offer_again",
    "合作协议逾期未签：再次发出协议；不能再发的，提请撤销资格",
    "the agreement was not signed in time: offer it again, or revoke the approval where it was offered often enough",
    late=True,
)

OFFER_ANEW: Final = Step(
    "offer_again",
    "撤销资格的决定已纠正：重新发出合作协议",
    "the revocation was taken back: offer the agreement anew",
)


def step_of(owed: dict[str, Any], orders: Sequence[RectificationOrdered], now: Instant) -> Step | None:
    """What its organization does about an obligation; None where nothing can be done, or not yet."""
    zh, en = named(owed)
    match owed["state"]:
        case "DUE" if _not_open(owed, now):
            return None
        case "DUE":
            return Step("file", f"报送{zh}", f"file the {en}", owed["due_now"])
        case "RETURNED":
            return Step("correct", f"按退回事项补正{zh}", f"correct the {en} and file it again", owed["due_now"])
        case "OVERDUE":
            ends = plus_days(Instant(owed["due_now"]), int(owed["grace_days"]))
            return Step("file", f"{zh}已逾期，宽限期内补报", f"file the {en}, which is overdue", ends, late=True)
        case "DEFAULTED":
            due = max((order.due for order in orders if _names(order, owed)), default=None)
            return None if due is None else _make_up((zh, en), due, now)
        case _:
            return None


def _make_up(name: tuple[str, str], due: str, now: Instant) -> Step:
    """What was not filed, as long as an order takes it, and that no order does any more."""
    zh, en = name
    if now < due:
        return Step("make_up", f"按整改要求补报{zh}", f"make up for the {en}", due, late=True)
    return Step(
        "overdue",
        f"{zh}的整改期限已过，须由市中小企业办另定期限后方可补报，否则可能被撤销资格",
        f"the time to make up for the {en} is over: the city's office gives longer, or the approval may be revoked",
        due,
        late=True,
    )


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


def to_accept(
    order: RectificationOrdered, orders: Sequence[RectificationOrdered], owed: Sequence[dict[str, Any]], now: Instant
) -> Step | None:
    """The office accepts, once what was not filed is made up for and accepted; or decides when no order runs on."""
    zh, en = said(order.items)
    waiting = [one for one in owed if _names(order, one) and not (one["state"] in MET or _not_open(one, now))]
    running = [other for other in orders if now < other.due]
    if any(one["state"] != "FILED" and not any(_names(other, one) for other in running) for one in waiting):
        return Step(
            "decide_overdue",
            f"整改期限已过，尚未完成：{zh}。另定期限、免除所列事项或提请撤销",
            f"the time is over and it is not put right: {en}. Order it with more time, give it up, or revoke",
            order.due,
            late=True,
        )
    if waiting:
        return None
    return Step("accept_rectification", f"验收整改：{zh}", f"accept what was put right: {en}", order.due)


def _not_open(owed: dict[str, Any], now: Instant) -> bool:
    return bool(owed["state"] == "DUE" and now < owed.get("opens_at", ""))


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
