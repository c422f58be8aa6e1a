"""What the receiver's database knows of deliveries: cursors, event ids, stream versions, parked records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.eventstore.connections import Connection
from shared.messaging.failures import TakenOver
from shared.messaging.record import Place, Record, StreamOf

REASON_CHARACTERS_MAX = 500

_CURSOR = """
SELECT next_offset FROM delivery.cursor WHERE consumer = $1 AND topic = $2 AND partition = $3 FOR UPDATE
"""
_FIRST_CURSOR = """
INSERT INTO delivery.cursor (consumer, topic, partition, next_offset) VALUES ($1, $2, $3, 0) ON CONFLICT DO NOTHING
"""
_ADVANCE = """
UPDATE delivery.cursor SET next_offset = $5
WHERE consumer = $1 AND topic = $2 AND partition = $3 AND next_offset = $4
"""
_SEE = """
INSERT INTO delivery.inbox (consumer, event_id) SELECT $1, unnest($2::uuid[])
ON CONFLICT DO NOTHING RETURNING event_id
"""
_VERSIONS = """
SELECT v.source, v.stream, v.version FROM delivery.stream_versions v
JOIN unnest($2::text[], $3::text[]) AS s(source, stream) ON v.source = s.source AND v.stream = s.stream
WHERE v.consumer = $1 ORDER BY v.source, v.stream FOR UPDATE OF v
"""
_HELD = """
SELECT p.source, p.stream, array_agg(p.version) AS versions FROM delivery.parked p
JOIN unnest($2::text[], $3::text[]) AS s(source, stream) ON p.source = s.source AND p.stream = s.stream
WHERE p.consumer = $1 GROUP BY p.source, p.stream
"""
_SET_VERSIONS = """
INSERT INTO delivery.stream_versions (consumer, source, stream, version)
SELECT $1, s.source, s.stream, s.version
FROM unnest($2::text[], $3::text[], $4::integer[]) AS s(source, stream, version) ORDER BY 2, 3
ON CONFLICT (consumer, source, stream) DO UPDATE SET version = EXCLUDED.version
"""
_UNREADABLE = """
SELECT EXISTS (
  SELECT FROM delivery.parked WHERE consumer = $1 AND topic = $2 AND partition = $3 AND stream IS NULL
)
"""
_PARK = """
INSERT INTO delivery.parked (consumer, topic, partition, "offset", key, body, source, stream, version, reason)
SELECT $1, * FROM unnest($2::text[], $3::integer[], $4::bigint[], $5::bytea[], $6::bytea[],
                         $7::text[], $8::text[], $9::integer[], $10::text[])
"""


@dataclass(frozen=True, slots=True)
class Parking:
    """A record to be set aside; `place` is known when later events of its stream have to wait behind it."""

    record: Record
    place: Place | None
    reason: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The statements of one consumer, all within the caller's transaction."""

    connection: Connection
    consumer: str

    async def cursor(self, topic: str, partition: int) -> int:
        """The offset that comes next; locked, so that a second consumer of the partition waits here."""
        for _ in range(2):
            offset: int | None = await self.connection.fetchval(_CURSOR, self.consumer, topic, partition)
            if offset is not None:
                return offset
            await self.connection.execute(_FIRST_CURSOR, self.consumer, topic, partition)
        raise AssertionError("cursors are never deleted")

    async def advance(self, record: Record, expected: int, following: int) -> None:
        """Move the cursor of a record's partition; raise `TakenOver` when it is not where it was."""
        moved = await self.connection.execute(
            _ADVANCE, self.consumer, record.topic, record.partition, expected, following
        )
        if moved != "UPDATE 1":
            raise TakenOver(f"{record.topic}/{record.partition} is not at {expected} any more")

    async def see(self, event_ids: Sequence[UUID]) -> set[UUID]:
        """Remember event ids; returns those that were never seen before."""
        return {row["event_id"] for row in await self.connection.fetch(_SEE, self.consumer, event_ids)}

    async def versions(self, streams: Iterable[StreamOf]) -> dict[StreamOf, int]:
        """The last version of each stream that took effect; locked against a redrive."""
        found = await self.connection.fetch(_VERSIONS, self.consumer, *_columns(streams))
        return {(row["source"], row["stream"]): row["version"] for row in found}

    async def held(self, streams: Iterable[StreamOf]) -> dict[StreamOf, set[int]]:
        """Streams with parked events, and the versions parked; to be asked after `versions`."""
        found = await self.connection.fetch(_HELD, self.consumer, *_columns(streams))
        return {(row["source"], row["stream"]): set(row["versions"]) for row in found}

    async def set_versions(self, versions: Mapping[StreamOf, int]) -> None:
        """Remember which version of each stream took effect."""
        if versions:
            await self.connection.execute(_SET_VERSIONS, self.consumer, *_columns(versions), list(versions.values()))

    async def unreadable_in(self, record: Record) -> bool:
        """Whether a record of unknown stream is parked of the same partition."""
        found: bool = await self.connection.fetchval(_UNREADABLE, self.consumer, record.topic, record.partition)
        return found

    async def park(self, parkings: Sequence[Parking]) -> None:
        """Set records aside."""
        if not parkings:
            return
        rows = [
            (
                one.record.topic,
                one.record.partition,
                one.record.offset,
                one.record.key,
                one.record.value or b"",
                one.place.source if one.place else None,
                one.place.stream if one.place else None,
                one.place.version if one.place else None,
                one.reason.replace("\x00", "")[:REASON_CHARACTERS_MAX],
            )
            for one in parkings
        ]
        await self.connection.execute(_PARK, self.consumer, *map(list, zip(*rows, strict=True)))


def _columns(streams: Iterable[StreamOf]) -> tuple[list[str], list[str]]:
    pairs = list(streams)
    return [source for source, _ in pairs], [stream for _, stream in pairs]
