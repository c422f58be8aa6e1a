"""What the receiver's database knows of deliveries: cursors, event ids, stream versions, parked records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from shared.eventstore.connections import Connection
from shared.messaging.failures import TakenOver
from shared.messaging.record import Place, Record, StreamOf

REASON_CHARACTERS_MAX = 500

_RECEIVE = "SELECT * FROM delivery.receive($1, $2, $3, $4, $5, $6, $7)"
_ADVANCE = "SELECT delivery.advance($1, $2, $3, $4, $5, $6, $7, $8)"
_HOLD_TOPICS = """
SELECT FROM delivery.cursor WHERE consumer = $1 AND topic IN (
  SELECT topic FROM delivery.parked WHERE consumer = $1 AND source = $2 AND stream = $3
) ORDER BY topic, partition FOR UPDATE
"""
_HOLD_TOPIC = """
SELECT FROM delivery.cursor WHERE consumer = $1 AND topic = $2 ORDER BY partition FOR UPDATE
"""
_VERSION = "SELECT version FROM delivery.stream_versions WHERE consumer = $1 AND source = $2 AND stream = $3"
_SET_VERSION = """
INSERT INTO delivery.stream_versions (consumer, source, stream, version) VALUES ($1, $2, $3, $4)
ON CONFLICT (consumer, source, stream) DO UPDATE SET version = EXCLUDED.version
"""
_UNREADABLE = """
SELECT EXISTS (
  SELECT FROM delivery.parked WHERE consumer = $1 AND topic = $2 AND partition = $3 AND stream IS NULL
  UNION ALL SELECT FROM delivery.given_up WHERE consumer = $1 AND topic = $2 AND partition = $3
)
"""
_GIVE_UP = """
INSERT INTO delivery.given_up (consumer, topic, partition) SELECT DISTINCT $1, $2, unnest($3::integer[])
ON CONFLICT DO NOTHING
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


class Received(NamedTuple):
    """What the database knows of a batch before it is applied."""

    next_offset: int
    """The cursor of its partition."""
    fresh: set[UUID]
    """Event ids never seen before; remembered from now on."""
    versions: dict[StreamOf, int]
    """The last version of each stream that took effect; 0 where none did."""
    held: dict[StreamOf, set[int]]
    """Streams with parked events, and the versions parked."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The statements of one consumer, all within the caller's transaction."""

    connection: Connection
    consumer: str

    async def receive(self, first: Record, places: Sequence[Place]) -> Received:
        """Take the cursor of a partition that is about to apply `places`, from `first` on.

        Locked, so that a second consumer of the partition waits here, and every redrive of its topic. Nothing
        but the cursor's place is told, and nothing written, when it is not at `first`.
        """
        streams = list(dict.fromkeys(place.of for place in places))
        ids = [place.event_id for place in places]
        row = await self.connection.fetchrow(
            _RECEIVE, self.consumer, first.topic, first.partition, first.offset, ids, *_columns(streams)
        )
        assert row is not None, "a function with OUT parameters returns one row"
        held: dict[StreamOf, set[int]] = {}
        for n, version in zip(row["held"] or (), row["held_versions"] or (), strict=True):
            held.setdefault(streams[n - 1], set()).add(version)
        fresh = set(ids) if row["fresh"] is None else set(row["fresh"])
        return Received(row["next_offset"], fresh, dict(zip(streams, row["versions"] or (), strict=False)), held)

    async def advance(
        self, record: Record, expected: int, following: int, versions: Mapping[StreamOf, int] | None = None
    ) -> None:
        """Move the cursor of a record's partition, and the versions of streams that took effect.

        Raises `TakenOver` when the cursor is not where it was.
        """
        reached = versions or {}
        partition = (record.topic, record.partition)
        if not await self.connection.fetchval(
            _ADVANCE, self.consumer, *partition, expected, following, *_columns(reached), list(reached.values())
        ):
            raise TakenOver(f"{record.topic}/{record.partition} is not at {expected} any more")

    async def hold(self, source: str, stream: str) -> int:
        """Keep every delivery from the topics on which a stream is parked; returns the version it has reached."""
        await self.connection.execute(_HOLD_TOPICS, self.consumer, source, stream)
        return await self.connection.fetchval(_VERSION, self.consumer, source, stream) or 0

    async def hold_topic(self, topic: str) -> None:
        """Keep every delivery from a topic, and every redrive and discard of what is parked of it."""
        await self.connection.execute(_HOLD_TOPIC, self.consumer, topic)

    async def set_version(self, source: str, stream: str, version: int) -> None:
        """Remember which version of a stream took effect."""
        await self.connection.execute(_SET_VERSION, self.consumer, source, stream, version)

    async def unreadable_in(self, record: Record) -> bool:
        """Whether a record of unknown stream is parked of the same partition, or was given up."""
        found: bool = await self.connection.fetchval(_UNREADABLE, self.consumer, record.topic, record.partition)
        return found

    async def give_up(self, topic: str, partitions: Sequence[int]) -> None:
        """Remember that each of these partitions has a record of unknown stream that was given up."""
        await self.connection.execute(_GIVE_UP, self.consumer, topic, partitions)

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
