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
    RevocationReversed,
)
from shared.eventstore.documents import Documents, Reads

AGREEMENTS = "agreements"
UNSIGNED = "unsigned"
"""By application, as long as its last offer ran out, or fell with a revocation that was reversed."""
OFFERED = "offered"
"""By application where in publication's log it was offered or signed last."""
AGREEMENTS_MAX = 10_000


async def agreements(documents: Documents, recorded: Recorded) -> None:
    """Move the read model by one event; an end may be heard of before the agreement that it ends."""
    event, at = recorded.event, recorded.envelope.time
    await _unsigned(documents, recorded)
    if isinstance(event, AgreementSigned):
        before = await documents.get(AGREEMENTS, event.application) or {}
        await documents.put(AGREEMENTS, event.application, {**before, **recorded.data(), "at": at})
    elif isinstance(event, ApprovalRevoked | ApprovalExpired | ApplicationRejected):
        before = await documents.get(AGREEMENTS, event.application) or {}
        ended = max(at, str(before.get("ended_at", "")))
        await documents.put(AGREEMENTS, event.application, {**before, "ended_at": ended})


async def _unsigned(documents: Documents, recorded: Recorded) -> None:
    """Offers and reversals come from two topics, in any order: what is later in publication's log holds."""
    match event := recorded.event:
        case AgreementExpired() | RevocationReversed():
            offered = await documents.get(OFFERED, event.application) or {"position": 0}
            if int(str(offered["position"])) < recorded.position:
                await documents.put(UNSIGNED, event.application, {**recorded.data(), "position": recorded.position})
        case AgreementOffered() | AgreementSigned():
            await documents.put(OFFERED, event.application, {"position": recorded.position})
            waiting = await documents.get(UNSIGNED, event.application) or {}
            if int(str(waiting.get("position", 0))) < recorded.position:
                await documents.remove(UNSIGNED, event.application)
        case _:
            return


async def agreements_of(reads: Reads, round_id: str) -> Sequence[AgreementSigned]:
    """The agreements of a round that hold."""
    docs = await reads.find(AGREEMENTS, {"round": round_id}, limit=AGREEMENTS_MAX)
    return tuple(msgspec.convert(doc, AgreementSigned) for doc in docs if str(doc.get("ended_at", "")) < str(doc["at"]))
