"""What a service has heard, heard again from the broker: every foreign event that took effect on it, and no other."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import TypeAlias

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.contracts.envelope import Recorded
from shared.contracts.topics import PARTITIONS
from shared.eventstore.connections import Connection
from shared.messaging.given_up import GivenUp
from shared.messaging.kafka import Broker, leave
from shared.messaging.partitions import name
from shared.messaging.record import Readable, Record, StreamOf, Unreadable, read

POLL_MILLISECONDS = 200
BATCH_RECORDS_MAX = 1_000
QUIET_SECONDS_MAX = 30.0
"""A topic that has nothing more for that long does not hold what was heard of it."""

_CURSORS = "SELECT topic, partition, next_offset FROM delivery.cursor WHERE consumer = $1"
_VERSIONS = """
SELECT v.source, v.stream, v.version FROM unnest($2::text[], $3::text[]) AS s(source, stream)
JOIN delivery.stream_versions v ON v.consumer = $1 AND v.source = s.source AND v.stream = s.stream
"""
_TOGETHER = """
SELECT count(*) AS streams, coalesce(sum(version), 0)::bigint AS versions
FROM delivery.stream_versions WHERE consumer = $1 AND version > 0
"""

Apply: TypeAlias = Callable[[Sequence[Recorded]], Awaitable[None]]
"""Takes events that took effect, those of one partition in its order."""


class NotHeardAgain(Exception):
    """The broker does not have any more what the service has heard."""


@dataclass(slots=True)
class Again:
    """Reads partitions from their beginning to the service's cursors; its own inbox goes on meanwhile.

    What took effect the service's database says: the version that each stream has reached, and which records were
    given up. A parked event waits here too, until it is redriven or given up.
    """

    service: str
    consumer: AIOKafkaConsumer
    rehearsal: bool
    _places: dict[TopicPartition, int] = field(default_factory=dict)
    _waiting: list[Readable | Unreadable] = field(default_factory=list)
    _reached: dict[StreamOf, int] = field(default_factory=dict)
    _given_up: GivenUp = field(default_factory=GivenUp)

    @property
    def inbox(self) -> str:
        """The name under which the service's progress is kept."""
        return f"{self.service}-inbox"

    async def behind(self, connection: Connection) -> int:
        """How many records it is behind the service's cursors."""
        return sum(end - self._places.get(one, 0) for one, end in (await self._ends(connection)).items())

    async def catch_up(self, connection: Connection, apply: Apply) -> None:
        """Read on to the service's cursors as they are now; raises `NotHeardAgain`."""
        ends, since = await self._ends(connection), monotonic()
        while behind := [one for one, end in ends.items() if self._places.get(one, 0) < end]:
            await self._require_beginnings(behind)
            polled = await self.consumer.getmany(*behind, timeout_ms=POLL_MILLISECONDS, max_records=BATCH_RECORDS_MAX)
            since = monotonic() if polled else since
            if monotonic() - since > QUIET_SECONDS_MAX:
                raise NotHeardAgain(f"{name(behind[0])} ends before what was heard of it")
            for partition, records in polled.items():
                self._take([Record(r.topic, r.partition, r.offset, r.key, r.value) for r in records], ends[partition])
            for partition in behind:
                await self._move(partition, ends[partition])
            await self._settle(connection, apply)
        await self._settle(connection, apply)

    async def complete(self, connection: Connection) -> bool:
        """Whether exactly what took effect was applied."""
        row = await connection.fetchrow(_TOGETHER, self.inbox)
        assert row is not None, "an aggregate gives one row"
        return (row["streams"], row["versions"]) == (len(self._reached), sum(self._reached.values()))

    async def _require_beginnings(self, partitions: Sequence[TopicPartition]) -> None:
        """A consumer that finds nothing where it is goes on with what is there, and does not say so."""
        for partition, start in (await self.consumer.beginning_offsets(partitions)).items():
            if start > self._places.get(partition, 0):
                raise NotHeardAgain(f"{name(partition)} begins at {start}; what was before it is gone")

    def _take(self, records: Sequence[Record], end: int) -> None:
        self._waiting += [read(record, rehearsal=self.rehearsal) for record in records if record.offset < end]

    async def _move(self, partition: TopicPartition, end: int) -> None:
        """Note how far a partition was given, with what is no record; what is behind the end is read another time."""
        offset = await self.consumer.position(partition)
        if offset > end:
            self.consumer.seek(partition, end)
        self._places[partition] = min(offset, end)

    async def _settle(self, connection: Connection, apply: Apply) -> None:
        """Apply what has taken effect of what waits; versions are asked first, so that no later discard is missed."""
        if not self._waiting:
            return
        streams = list({one.place.of for one in self._waiting if one.place is not None})
        columns = ([source for source, _ in streams], [stream for _, stream in streams])
        rows = await connection.fetch(_VERSIONS, self.inbox, *columns)
        known: dict[StreamOf, int] = {(row["source"], row["stream"]): row["version"] for row in rows}
        await self._given_up.learn(connection)
        done, waiting = [], []
        for one in self._waiting:
            place = one.place
            if place is None or place.version <= self._reached.get(place.of, 0):
                continue
            if place.version > known.get(place.of, 0):
                waiting.append(one)
                continue
            self._reached[place.of] = place.version
            if isinstance(one, Readable) and not self._given_up.has_event(one.record.value):
                done.append(one.recorded)
        self._waiting = waiting
        await apply(done)

    async def _ends(self, connection: Connection) -> dict[TopicPartition, int]:
        rows = await connection.fetch(_CURSORS, self.inbox)
        return {TopicPartition(row["topic"], row["partition"]): row["next_offset"] for row in rows}


@asynccontextmanager
async def hearing_again(
    broker: Broker, service: str, topics: Sequence[str], *, rehearsal: bool
) -> AsyncIterator[Again]:
    """One that is at the beginning of every topic, beside the service's own consumers."""
    consumer = broker.consumer(None)
    try:
        if topics:
            await consumer.start()
            consumer.assign([TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)])
            await consumer.seek_to_beginning()
        yield Again(service, consumer, rehearsal)
    finally:
        await leave(consumer)
