"""What the approved were ordered to put right and nobody accepted yet, by application (C3)."""

from collections.abc import Sequence
from typing import Any

import msgspec

from shared.contracts.envelope import Recorded
from shared.contracts.publication import (
    ApprovalExpired,
    ApprovalRevoked,
    RectificationAccepted,
    RectificationOrdered,
)
from shared.eventstore.documents import Document, Documents, Reads

RECTIFICATIONS = "rectifications"
RECTIFYING = "RECTIFYING"


async def rectifications(documents: Documents, recorded: Recorded) -> None:
    """Move the read model by one event."""
    event = recorded.event
    if isinstance(event, RectificationOrdered):
        before: Any = await documents.get(RECTIFICATIONS, event.application) or {"orders": []}
        whose = {"application": event.application, "organization": event.organization, "round": event.round}
        await documents.put(
            RECTIFICATIONS, event.application, {**whose, "orders": [*before["orders"], recorded.data()]}
        )
    elif isinstance(event, RectificationAccepted | ApprovalRevoked | ApprovalExpired):
        await documents.remove(RECTIFICATIONS, event.application)


async def open_orders(reads: Reads, application: str) -> Sequence[RectificationOrdered]:
    """What an application's organization has to put right, in the order in which it was ordered."""
    return orders_of(await reads.get(RECTIFICATIONS, application) or {"orders": []})


def orders_of(doc: Document) -> Sequence[RectificationOrdered]:
    """The orders that a document holds."""
    return msgspec.convert(doc["orders"], tuple[RectificationOrdered, ...])
