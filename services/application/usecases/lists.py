"""Which versions the city has on the districts' lists, and when a list was opened again, as review says it (C5.3)."""

from dataclasses import dataclass
from typing import Any, assert_never

from shared.auditlog.canonical import JSON
from shared.contracts.envelope import Recorded
from shared.contracts.review import BatchReopened, BatchSealed, BatchSent
from shared.eventstore.documents import Documents, Reads
from shared.kernel.instants import Instant

LISTS = "lists"


@dataclass(frozen=True, slots=True)
class DistrictList:
    """A district's list of a round, as far as it was heard of."""

    sent: frozenset[tuple[str, int]]
    """The applications that the city has on it, with their versions."""
    opened_again: tuple[Instant, ...]


async def lists(documents: Documents, recorded: Recorded) -> None:
    """Move the read model by one event."""
    event = recorded.event
    if not isinstance(event, BatchSealed | BatchSent | BatchReopened):
        return
    key = f"{event.round}.{event.district}"
    present: Any = await documents.get(LISTS, key) or {"rows": [], "sent": False, "opened_again": []}
    moved: dict[str, JSON]
    match event:
        case BatchSealed():
            moved = {"rows": [{"application": row.application, "version": row.version} for row in event.rows]}
        case BatchSent():
            moved = {"sent": True}
        case BatchReopened():
            moved = {"sent": False, "opened_again": [*present["opened_again"], recorded.envelope.time]}
        case _:
            assert_never(event)
    await documents.put(LISTS, key, {**present, **moved})


async def list_of(reads: Reads, round_id: str, district: str) -> DistrictList:
    """The list as it stands; one that was never heard of is not sent."""
    doc: Any = await reads.get(LISTS, f"{round_id}.{district}") or {}
    rows = doc.get("rows", ()) if doc.get("sent") else ()
    return DistrictList(
        frozenset((str(row["application"]), int(row["version"])) for row in rows),
        tuple(Instant(at) for at in doc.get("opened_again", ())),
    )
