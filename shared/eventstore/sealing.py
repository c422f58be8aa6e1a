"""From an append to rows: drafts made outside the lock, bytes sealed under it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.auditlog.canonical import JSON, sha256_hex
from shared.auditlog.chain import Head
from shared.contracts.codec import Draft, draft
from shared.eventstore.port import Append, Appended, StreamConflict
from shared.kernel.ids import event_id
from shared.kernel.instants import to_datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One row of log.events."""

    position: int
    event_id: UUID
    stream: str
    version: int
    type: str
    recorded_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """An append whose events are encoded but for their place in the log."""

    request: Append
    drafts: tuple[tuple[Draft, ...], ...]
    """One tuple a write."""
    event_ids: tuple[str, ...]
    recorded_at: datetime

    @property
    def streams(self) -> tuple[str, ...]:
        """The streams whose versions matter to it."""
        return tuple(write.stream.name for write in self.request.writes)


def prepare(request: Append, service: str, *, rehearsal: bool) -> Prepared:
    """Encode the events of `request`; raise `NotCanonical` for a value that has no canonical form."""
    context = request.context
    drafts: list[tuple[Draft, ...]] = []
    ids: list[str] = []
    common: dict[str, str | bool | None] = {
        "source": f"nianlun/{service}",
        "time": context.at,
        "actorid": context.actor.id,
        "actorrole": context.actor.role.value,
        "actordistrict": context.actor.district,
        "correlationid": context.correlation_id,
        "causationid": context.causation_id,
        "round": context.round,
        "policyhash": context.policy_hash,
        "traceparent": context.traceparent,
        "rehearsal": True if rehearsal else None,
    }
    for write in request.writes:
        stream = {"stream": write.stream.name, "subject": write.stream.subject, "partitionkey": write.stream.key}
        mine = []
        for event in write.events:
            ids.append(event_id(context.command_id, len(ids)))
            mine.append(draft(event, {**common, **stream, "id": ids[-1]}))
        drafts.append(tuple(mine))
    return Prepared(request, tuple(drafts), tuple(ids), to_datetime(context.at))


def seal(prepared: Prepared, head: Head, versions: Mapping[str, int]) -> tuple[list[Row], Head, dict[str, int]]:
    """The rows after `head`, the new head and the versions reached; raise `StreamConflict` on a stale version."""
    rows: list[Row] = []
    reached: dict[str, int] = {}
    ids = iter(prepared.event_ids)
    for write, drafts in zip(prepared.request.writes, prepared.drafts, strict=True):
        stream = write.stream.name
        version = reached.get(stream, versions.get(stream, 0))
        if write.expected is not None and stream not in reached and version != write.expected:
            raise StreamConflict(stream, write.expected, version)
        for one in drafts:
            version += 1
            body = one.seal(head.position + 1, head.hash, version)
            head = Head(head.position + 1, sha256_hex(body))
            rows.append(Row(head.position, UUID(next(ids)), stream, version, one.type, prepared.recorded_at, body))
        if drafts:
            reached[stream] = version
    return rows, head, reached


def appended(prepared: Prepared, head: Head, reached: Mapping[str, int]) -> Appended:
    """The result that the caller of an append sees."""
    written = [write for write in prepared.request.writes if write.events]
    stream = (written or prepared.request.writes)[0].stream.name if prepared.request.writes else ""
    answer = prepared.request.idempotency.response if prepared.request.idempotency else {}
    response: dict[str, JSON] = {
        **answer,
        "position": head.position,
        "stream": stream,
        "version": reached.get(stream, 0),
        "events": [event.TYPE for write in written for event in write.events],
    }
    return Appended(head.position, reached, prepared.event_ids, response)
