"""From an append to rows: drafts made outside the lock, bytes sealed under it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from shared.auditlog.canonical import JSON, sha256_hex
from shared.auditlog.chain import Head
from shared.contracts.codec import Draft, draft
from shared.eventstore.port import Append, Appended, Context, LogMoved, StreamConflict
from shared.kernel.ids import event_id
from shared.kernel.instants import to_datetime


class Row(NamedTuple):
    """One row of log.events but for its position, which its place in the batch tells."""

    event_id: str
    stream: str
    version: int
    type: str
    recorded_at: datetime
    body: bytes


class Place(NamedTuple):
    """Where an event is in the log."""

    position: int
    stream: str
    version: int
    type: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """An append whose events are encoded but for their place in the log."""

    request: Append
    streams: tuple[str, ...]
    """The stream of each write."""
    drafts: tuple[tuple[Draft, ...], ...]
    """The events of each write."""
    event_ids: tuple[str, ...]
    recorded_at: datetime

    @property
    def asked_ids(self) -> tuple[str, ...]:
        """The ids to look for in the log: its events' and the one that an event more would have."""
        return (*self.event_ids, event_id(self.request.context.command_id, len(self.event_ids)))


def prepare(request: Append, service: str, *, rehearsal: bool) -> Prepared:
    """Encode the events of `request`; raise `NotCanonical` for a value that has no canonical form."""
    context = request.context
    attributes = _attributes(context, service, rehearsal=rehearsal)
    drafts: list[tuple[Draft, ...]] = []
    ids: list[str] = []
    streams: list[str] = []
    for write in request.writes:
        stream = write.stream
        streams.append(stream.name)
        attributes |= {"stream": stream.name, "subject": stream.subject, "partitionkey": stream.key}
        mine = []
        for event in write.events:
            ids.append(event_id(context.command_id, len(ids)))
            attributes["id"] = ids[-1]
            mine.append(draft(event, attributes))
        drafts.append(tuple(mine))
    return Prepared(request, tuple(streams), tuple(drafts), tuple(ids), to_datetime(context.at))


def seal(prepared: Prepared, head: Head, versions: Mapping[str, int]) -> tuple[list[Row], Head, dict[str, int]]:
    """The rows after `head`, the new head and the versions reached; raise `StreamConflict` when stale."""
    rows: list[Row] = []
    reached: dict[str, int] = {}
    position, previous = head.position, head.hash
    expected = prepared.request.log_at
    if expected is not None and position != expected:
        raise LogMoved(expected, position)
    for write, stream, drafts in zip(prepared.request.writes, prepared.streams, prepared.drafts, strict=True):
        version = reached.get(stream, versions.get(stream, 0))
        if write.expected is not None and stream not in reached and version != write.expected:
            raise StreamConflict(stream, write.expected, version)
        for one in drafts:
            version += 1
            position += 1
            body = one.seal(position, previous, version)
            previous = sha256_hex(body)
            rows.append(Row(prepared.event_ids[len(rows)], stream, version, one.type, prepared.recorded_at, body))
        reached[stream] = version
    return rows, Head(position, previous) if rows else head, reached


def appended(prepared: Prepared, position: int, reached: Mapping[str, int]) -> Appended:
    """The result that the caller of an append sees."""
    idempotency = prepared.request.idempotency
    response: dict[str, JSON] = dict(idempotency.response) if idempotency else {}
    response["position"] = position
    writing = next((n for n, drafts in enumerate(prepared.drafts) if drafts), 0)
    stream = prepared.streams[writing] if prepared.streams else ""
    response["stream"] = stream
    response["version"] = reached.get(stream, 0)
    response["events"] = [one.type for drafts in prepared.drafts for one in drafts]
    return Appended(position, reached, prepared.event_ids, response)


def _attributes(context: Context, service: str, *, rehearsal: bool) -> dict[str, str | bool | None]:
    return {
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
