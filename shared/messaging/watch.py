"""Watching a consumer from outside: its places against the log's, its lag, and whether it still moves."""

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.eventstore.connections import Pool
from shared.messaging.failures import passing
from shared.messaging.partitions import Partitions, name

LOOK_SECONDS = 2.0
STUCK_SECONDS_MAX = 30.0
ANSWER_SECONDS_MAX = 10.0

_CURSORS = "SELECT topic, partition, next_offset FROM delivery.cursor WHERE consumer = $1 AND topic = ANY ($2)"
_PARKED = "SELECT count(*) FROM delivery.parked WHERE consumer = $1"


class CursorBeforeLog(RuntimeError):
    """The topic no longer holds what the cursor asks for: events would be skipped."""


class CursorBeyondLog(RuntimeError):
    """The topic ends before the cursor: it lost events, or is another topic of the same name."""


class Stuck(KafkaError):  # type: ignore[misc]  # aiokafka carries no types
    """Records wait and the client delivers none; only a new client helps."""


async def cursors(pool: Pool, consumer: str, partitions: Collection[TopicPartition]) -> Mapping[TopicPartition, int]:
    """The database's cursors; 0 where nothing was consumed yet."""
    rows = await pool.fetch(_CURSORS, consumer, list({partition.topic for partition in partitions}))
    known = {(row["topic"], row["partition"]): row["next_offset"] for row in rows}
    return {partition: known.get((partition.topic, partition.partition), 0) for partition in partitions}


async def starting_places(
    pool: Pool, name_of_consumer: str, consumer: AIOKafkaConsumer, partitions: Collection[TopicPartition]
) -> dict[TopicPartition, tuple[int, CursorBeyondLog | None]]:
    """Where to read on, and what speaks against it for now; raise `CursorBeforeLog` where events are gone."""
    async with asyncio.timeout(ANSWER_SECONDS_MAX):
        starts = await consumer.beginning_offsets(list(partitions))
        offsets = await cursors(pool, name_of_consumer, partitions)
        ends = await consumer.end_offsets(list(partitions))
    places: dict[TopicPartition, tuple[int, CursorBeyondLog | None]] = {}
    for partition, offset in offsets.items():
        require_beginning(partition, starts[partition], offset)
        short = f"{name(partition)} ends at {ends[partition]}, the cursor is at {offset}"
        beyond = CursorBeyondLog(f"{short}: the broker lacks what was heard; `nianlun reconcile` shows it")
        places[partition] = (offset, beyond if offset > ends[partition] else None)
    return places


def require_beginning(partition: TopicPartition, start: int, offset: int) -> None:
    """Raise `CursorBeforeLog` where a partition begins behind its cursor."""
    if offset < start:
        raise CursorBeforeLog(f"{name(partition)} starts at {start}, the cursor is at {offset}")


@dataclass(slots=True)
class Watch:
    """Looks every `LOOK_SECONDS`; tells Kafka the cursors, for lag tools alone."""

    pool: Pool
    name: str
    consumer: AIOKafkaConsumer
    lag: dict[str, int] = field(default_factory=dict)
    parked: int = 0
    _looked_at: float = 0.0

    @property
    def due(self) -> bool:
        """Whether it is time to look."""
        return monotonic() - self._looked_at > LOOK_SECONDS

    async def look(self, partitions: Partitions) -> None:
        """Measure lags; raise `Stuck` when records wait for `STUCK_SECONDS_MAX` and none was delivered."""
        self._looked_at = monotonic()
        await self._count_parked()
        tracks = dict(partitions.tracks)
        if not tracks:
            self.lag = {}
            return
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            ends = await self.consumer.end_offsets(list(tracks))
            with suppress(KafkaError):
                await self.consumer.commit({partition: track.next_offset for partition, track in tracks.items()})
        self.lag = {name(partition): max(0, ends[partition] - track.next_offset) for partition, track in tracks.items()}
        for partition, track in tracks.items():
            if ends[partition] <= track.next_offset or partition in partitions.holds:
                track.moved_at = monotonic()
            elif monotonic() - track.moved_at > STUCK_SECONDS_MAX:
                raise Stuck(f"{name(partition)} has {self.lag[name(partition)]} records that are not delivered")

    async def _count_parked(self) -> None:
        try:
            self.parked = await self.pool.fetchval(_PARKED, self.name)
        except Exception as error:
            if not passing(error):
                raise
