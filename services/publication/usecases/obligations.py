"""What the approved still owe, as far as it is neither accepted nor lifted: orders are measured by it (C3, C3.1)."""

from collections.abc import Sequence

from shared.contracts.envelope import Recorded
from shared.contracts.obligations import Owed
from shared.contracts.reporting import ObligationCreated, ObligationLifted, ObligationRescheduled, ReportAccepted
from shared.eventstore.documents import Document, Documents, Reads
from shared.kernel.instants import Instant

OWED = "owed"
"""By obligation, as long as nobody accepted what was filed for it."""
OWED_MAX = 1000
"""Of one application."""


async def obligations(documents: Documents, recorded: Recorded) -> None:
    """Move the read model by one event."""
    match event := recorded.event:
        case ObligationCreated():
            await documents.put(OWED, event.obligation, recorded.data())
        case ObligationRescheduled():
            before = await documents.get(OWED, event.obligation)
            if before is not None:
                await documents.put(OWED, event.obligation, {**before, "opens_at": event.opens_at or ""})
        case ReportAccepted() | ObligationLifted():
            await documents.remove(OWED, event.obligation)
        case _:
            return


async def unmet(reads: Reads, application: str, at: Instant) -> Sequence[Owed]:
    """What an application's organization could have filed by an instant, and that nobody accepted."""
    docs = await reads.find(OWED, {"application": application}, limit=OWED_MAX)
    return [_owed(doc) for doc in docs if str(doc.get("opens_at") or "") <= at]


def _owed(doc: Document) -> Owed:
    period = doc.get("period")
    return Owed(str(doc["kind"]), str(doc["year"]), None if period is None else str(period))
