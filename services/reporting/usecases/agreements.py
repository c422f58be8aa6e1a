"""Whose agreement holds, so that the round may ask for more, and whose offer ran out unsigned (C3.5)."""

from collections.abc import Sequence

import msgspec

from shared.contracts.envelope import Recorded
from shared.contracts.publication import (
    AgreementExpired,
    AgreementOffered,
    AgreementSigned,
    ApplicationRejected,
    ApprovalExpired,
    ApprovalRevoked,
)
from shared.eventstore.documents import Documents, Reads

AGREEMENTS = "agreements"
UNSIGNED = "unsigned"
"""By application, as long as its last offer is one that ran out."""
AGREEMENTS_MAX = 10_000


async def agreements(documents: Documents, recorded: Recorded) -> None:
    """Move the read model by one event; an end may be heard of before the agreement that it ends."""
    event, at = recorded.event, recorded.envelope.time
    if isinstance(event, AgreementExpired):
        await documents.put(UNSIGNED, event.application, recorded.data())
    elif isinstance(event, AgreementOffered | AgreementSigned):
        await documents.remove(UNSIGNED, event.application)
    if isinstance(event, AgreementSigned):
        before = await documents.get(AGREEMENTS, event.application) or {}
        await documents.put(AGREEMENTS, event.application, {**before, **recorded.data(), "at": at})
    elif isinstance(event, ApprovalRevoked | ApprovalExpired | ApplicationRejected):
        before = await documents.get(AGREEMENTS, event.application) or {}
        ended = max(at, str(before.get("ended_at", "")))
        await documents.put(AGREEMENTS, event.application, {**before, "ended_at": ended})


async def agreements_of(reads: Reads, round_id: str) -> Sequence[AgreementSigned]:
    """The agreements of a round that hold."""
    docs = await reads.find(AGREEMENTS, {"round": round_id}, limit=AGREEMENTS_MAX)
    return tuple(msgspec.convert(doc, AgreementSigned) for doc in docs if str(doc.get("ended_at", "")) < str(doc["at"]))
