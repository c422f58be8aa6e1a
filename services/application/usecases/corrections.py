"""Corrections of the published list: told to whoever joins or leaves it, with their reason and document (C5.4).

The approval of a correction names whom it concerns, the proposal says why; both come on one topic, in this order.
"""

from collections.abc import Mapping

from services.application.usecases.history import Told, entry
from shared.auditlog.canonical import JSON
from shared.contracts.envelope import Recorded
from shared.contracts.publication import ListCorrected, ListCorrectionProposed
from shared.eventstore.documents import Documents

CORRECTIONS = "corrections"
"""Of each round the correction that was proposed last: why, and under which document."""
WHY = ("reason", "document_number")


async def corrected(documents: Documents, recorded: Recorded) -> list[tuple[str, Mapping[str, JSON]]]:
    """Applications that a correction adds or removes, and what the history of each has of it."""
    event = recorded.event
    if isinstance(event, ListCorrectionProposed):
        data = recorded.data()
        await documents.put(CORRECTIONS, event.round, {name: data[name] for name in WHY})
    if not isinstance(event, ListCorrected):
        return []
    why = await documents.get(CORRECTIONS, event.round) or {}
    kept = entry(recorded, Told(""))
    return [
        (one, {**kept, "details": {**why, "listed": joins}})
        for joins, named in ((True, event.added), (False, event.removed))
        for one in named
    ]
