"""The inbox: foreign facts arrive by Kafka, and each takes effect exactly once."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from shared.eventstore.connections import Pool
from shared.messaging.crash_points import CrashPoint, Reached, nothing
from shared.messaging.dead_letters import TooManyParked
from shared.messaging.delivery import Applied, Delivery, Record, Stopped, StreamHasAHole
from shared.messaging.failures import passing, reason
from shared.messaging.kafka import Broker, leave
from shared.messaging.marks import pass_over, pass_over_last
from shared.messaging.notices import Tell, silence
from shared.messaging.partitions import ALERT_SECONDS, Partitions, Track, name, side_by_side
from shared.messaging.watch import CursorBeyondLog, Watch, starting_places

BATCH_RECORDS_MAX = 1_000
POLL_SECONDS = 0.5
POLL_SECONDS_MAX = 30.0
"""A poll that takes longer is stuck, whatever the client believes."""
APPLY_SECONDS_MAX = 30.0
FEWER_IN_TIME = 8
"""By how much a batch is made smaller that took longer; the third time it is one record, if it was the largest."""
START_SECONDS_MAX = 15.0
RESTART_SECONDS = 0.5
ROOM_SECONDS = 2.0
"""How often an inbox that has stopped asks whether it may go on."""
BEYOND_SECONDS_MAX = 15.0
"""A new leader may tell an end too low for a moment."""


@dataclass(slots=True)
class InboxState:
    """What health checks and metrics see; lag and holds by `topic/partition`."""

    running: bool = False
    assigned: int = 0
    lag: dict[str, int] = field(default_factory=dict)
    holding: dict[str, str] = field(default_factory=dict)
    parked: int = 0
    """Records set aside and not yet redriven."""
    handled: int = 0
    """Events that took effect since this process started."""
    duplicates: int = 0
    error: str = ""
    stopped: bool = False
    """By the dead-letter limit, or before a topic that lacks what was heard."""


class Inbox(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka carries no types
    """Consumes topics for one service; the truth about progress is the database's cursor.

    Two processes may run one each: the cursor's row lets one at a time apply a partition's records, and the
    other passes over what was applied.
    """

    def __init__(  # noqa: PLR0913 - the process wires it once
        self,
        pool: Pool,
        delivery: Delivery,
        broker: Broker,
        topics: Sequence[str],
        group: str,
        reached: Reached = nothing,
        tell: Tell = silence,
        *,
        instance: str | None = None,
    ) -> None:
        self._pool, self._delivery, self._broker = pool, delivery, broker
        self._topics, self._group, self._instance = topics, group, instance
        self._reached, self._tell = reached, tell
        self._partitions = Partitions()
        self._consumer: AIOKafkaConsumer | None = None
        self._failure: Exception | None = None
        self.state = InboxState()

    async def run(self) -> None:
        """Consume until cancelled; what passes is tried again, too many failures make it wait.

        A log without its beginning ends it. One that ends before the cursor is waited for: `state.error` says so, and
        other partitions go on.
        """
        while True:
            try:
                await self._live()
            except TooManyParked as over:
                await self._stop(over)
            except Exception as error:
                self.state.stopped, self.state.error = False, reason(error)
                if not passing(error):
                    raise
                self._tell("the inbox connects again", reason=self.state.error)
            await asyncio.sleep(RESTART_SECONDS)

    async def _stop(self, over: TooManyParked) -> None:
        """Receive nothing until one more may be set aside."""
        self.state.stopped, self.state.error = True, reason(over)
        self.state.holding[over.partition] = self.state.error
        self._tell("the inbox has stopped", reason=self.state.error)
        while not await self._room():
            await asyncio.sleep(ROOM_SECONDS)
        self.state.stopped, self.state.error = False, ""
        self.state.holding.clear()
        self._tell("the inbox goes on")

    async def _room(self) -> bool:
        try:
            return await self._delivery.dead_letters.room(self._pool, self._delivery.consumer)
        except Exception as error:
            if not passing(error):
                raise
            return False

    async def _live(self) -> None:
        """One consumer's life."""
        async with self._pool.acquire() as connection:
            await self._delivery.given_up.learn(connection)
        consumer = self._consumer = self._broker.consumer(self._group, self._instance)
        self._partitions, self._failure = Partitions(), None
        try:
            await self._consume(consumer, Watch(self._pool, self._delivery.consumer, consumer))
        finally:
            self.state.running = False
            await leave(consumer)

    async def _consume(self, consumer: AIOKafkaConsumer, watch: Watch) -> None:
        consumer.subscribe(topics=list(self._topics), listener=self)
        async with asyncio.timeout(START_SECONDS_MAX):
            await consumer.start()
        self.state.running, self.state.stopped, self.state.error = True, False, ""
        while True:
            if self._failure is not None:
                raise self._failure
            await self._resume(consumer)
            timeout = self._partitions.poll_seconds(POLL_SECONDS)
            async with asyncio.timeout(POLL_SECONDS_MAX):
                polled = await consumer.getmany(timeout_ms=int(timeout * 1000), max_records=BATCH_RECORDS_MAX)
            await side_by_side(partial(self._partition, consumer), polled)
            if watch.due:
                await pass_over_last(self._pool, self._delivery, consumer, self._partitions)
                await watch.look(self._partitions)
                self.state.lag = watch.lag
                self.state.parked = watch.parked

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Nothing to hand over: what was not committed is rolled back."""
        for partition in revoked:
            self._partitions.drop(partition)
            self.state.lag.pop(name(partition), None)
            self.state.holding.pop(name(partition), None)
        self.state.stopped, self.state.error = False, ""

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Seek to the database's cursor; Kafka's own offsets only feed lag tools."""
        self.state.assigned = len(assigned)
        try:
            await self._seek(assigned)
        except Exception as error:  # noqa: BLE001 - the client would swallow it; the loop raises it
            self._failure = error

    async def _seek(self, partitions: Collection[TopicPartition]) -> None:
        assert self._consumer is not None, "partitions are assigned to a consumer"
        if not partitions:
            return
        for partition, (offset, fault) in (
            await starting_places(self._pool, self._delivery.consumer, self._consumer, partitions)
        ).items():
            if partition not in self._consumer.assignment():
                continue
            self._consumer.seek(partition, offset)
            self._partitions.start(partition, offset)
            if fault is not None:
                self._hold(partition, fault)

    async def _resume(self, consumer: AIOKafkaConsumer) -> None:
        for partition in self._partitions.due():
            if partition not in consumer.assignment():
                self._partitions.drop(partition)
                continue
            self._partitions.holds[partition].waiting = False
            try:
                await self._seek([partition])
            except Exception as error:
                if not passing(error):
                    raise
                self._hold(partition, error)
            if not self._partitions.waits(partition):
                consumer.resume(partition)
                self.state.stopped, self.state.error = False, ""

    async def _partition(self, consumer: AIOKafkaConsumer, partition: TopicPartition, polled: Sequence[Any]) -> None:
        """Apply what was polled of one partition, as much at a time as can be applied together."""
        if self._partitions.waits(partition):
            return
        track = self._partitions.tracks[partition]
        if not await self._follows(consumer, partition, track, polled[0].offset):
            return
        records = [Record(r.topic, r.partition, r.offset, r.key, r.value) for r in polled]
        size = most = len(records)
        while records:
            try:
                await self._apply(records[:size])
            except Exception as error:  # noqa: BLE001 - whatever a handler raises is a verdict or passes
                fewer = _fewer(error, size)
                if fewer is None:
                    self._hold(partition, _cause(error))
                    return
                if isinstance(error, TimeoutError):
                    most = fewer
                size = fewer or await self._park(records[0], _cause(error))
                if fewer:
                    continue
            track.move(records[size - 1].offset + 1)
            records = records[size:]
            size = min(most, len(records))
        self._partitions.holds.pop(partition, None)
        self.state.holding.pop(name(partition), None)
        self._measure(consumer, partition, track.next_offset)

    async def _follows(self, consumer: AIOKafkaConsumer, partition: TopicPartition, track: Track, first: int) -> bool:
        """Whether a record is the next one, which it is, too, when nothing was given from the cursor up to it."""
        if first > track.next_offset and track.asked_again:
            await pass_over(self._pool, self._delivery, consumer, partition, track, first)
        if first == track.next_offset:
            return True
        await self._seek([partition])
        if again := self._partitions.tracks.get(partition):
            again.asked_again = True
        return False

    def _measure(self, consumer: AIOKafkaConsumer, partition: TopicPartition, next_offset: int) -> None:
        """Say how far behind a partition is, if no other inbox took it while its events were applied."""
        if partition in consumer.assignment():
            self.state.lag[name(partition)] = max(0, (consumer.highwater(partition) or 0) - next_offset)

    async def _apply(self, records: Sequence[Record]) -> None:
        async with (
            asyncio.timeout(APPLY_SECONDS_MAX),
            self._pool.acquire() as connection,
            connection.transaction(),
        ):
            applied = await self._delivery.apply(connection, records)
            self._reached(CrashPoint.INBOX_BEFORE_COMMIT)
        self._reached(CrashPoint.INBOX_AFTER_COMMIT)
        self._count(applied)

    async def _park(self, record: Record, cause: Exception) -> int:
        async with (
            asyncio.timeout(APPLY_SECONDS_MAX),
            self._pool.acquire() as connection,
            connection.transaction(),
        ):
            applied = await self._delivery.park(connection, record, reason(cause))
        self._count(applied)
        return 1

    def _count(self, applied: Applied) -> None:
        self.state.handled += applied.handled
        self.state.duplicates += applied.duplicates
        self.state.parked += len(applied.parked) + len(applied.held)
        for parking in applied.parked:
            self._tell("an event is set aside", record=str(parking.record), reason=parking.reason)

    def _hold(self, partition: TopicPartition, cause: Exception) -> None:
        assert self._consumer is not None, "partitions are assigned to a consumer"
        with suppress(KafkaError):
            self._consumer.pause(partition)
        hold = self._partitions.hold(partition, reason(cause))
        self.state.holding[name(partition)] = hold.reason
        if isinstance(cause, CursorBeyondLog) and hold.seconds > BEYOND_SECONDS_MAX:
            self.state.stopped, self.state.error = True, hold.reason
        if not hold.told and (hold.seconds > ALERT_SECONDS or isinstance(cause, StreamHasAHole)):
            hold.told = True
            self._tell("a partition is held", partition=name(partition), reason=hold.reason)


def _fewer(error: Exception, size: int) -> int | None:
    """How many of `size` records to try instead: 0 is to park the one, None is to wait; raises `TooManyParked`."""
    if isinstance(error, Stopped):
        if error.index > 0:
            return error.index
        if isinstance(error.cause, TooManyParked):
            raise error.cause
        if passing(error.cause):
            return None
        return 1 if size > 1 else 0
    if isinstance(error, TimeoutError):
        return size // FEWER_IN_TIME or None
    return None if passing(error) else size // 2


def _cause(error: Exception) -> Exception:
    return error.cause if isinstance(error, Stopped) else error
