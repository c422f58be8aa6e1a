"""Who is approved, and how an approval ended if it did: from all that publication said, whichever topic came first."""

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

from shared.contracts.envelope import Recorded
from shared.contracts.publication import (
    ApplicationRejected,
    ApprovalExpired,
    ApprovalRevoked,
    OrganizationApproved,
    RevocationReversed,
)
from shared.eventstore.documents import Document, Documents

APPROVALS = "approvals"
ENDINGS = "endings"
"""By application how its approval ended, if it did."""
FATES = "fates"
"""By application what was said of its approval, each with its place in publication's log."""
REVOKED, EXPIRED, REMOVED = "REVOKED", "EXPIRED", "REMOVED"
APPROVED, REVERSED = "APPROVED", "REVERSED"
TAKEN_BACK: Final = (REVOKED, REMOVED)
Fate: TypeAlias = OrganizationApproved | ApprovalRevoked | ApprovalExpired | ApplicationRejected | RevocationReversed
MEANS: Final[dict[type, str]] = {
    OrganizationApproved: APPROVED,
    ApprovalRevoked: REVOKED,
    ApprovalExpired: EXPIRED,
    ApplicationRejected: REMOVED,
    RevocationReversed: REVERSED,
}


async def approvals(documents: Documents, recorded: Recorded) -> None:
    """Move the read models by one event."""
    event = recorded.event
    if not isinstance(event, Fate):
        return
    if isinstance(event, OrganizationApproved):
        await documents.put(APPROVALS, event.application, recorded.data())
    known: Any = await documents.get(FATES, event.application) or {"said": []}
    state = {"state": MEANS[type(event)], "at": recorded.envelope.time, "position": recorded.position}
    detail: Document = {} if isinstance(event, OrganizationApproved) else recorded.data()
    said = sorted([*known["said"], {**detail, **state}], key=lambda one: int(one["position"]))
    await documents.put(FATES, event.application, {"said": said})
    if (ending := _ending(said)) is None:
        await documents.remove(ENDINGS, event.application)
    else:
        await documents.put(ENDINGS, event.application, {k: v for k, v in ending.items() if k != "position"})


def _ending(said: Iterable[Document]) -> Document | None:
    """A rejection ends what was approved before it; a reversal ends a revocation."""
    ending: Document | None = None
    approved = False
    for one in said:
        match one["state"]:
            case "APPROVED":
                approved, ending = True, None
            case "REVERSED":
                ending = None if ending is not None and ending["state"] == REVOKED else ending
            case "REMOVED":
                ending = one if approved else ending
            case _:
                ending = one
    return ending
