"""The inbox: foreign facts arrive by Kafka, and each takes effect exactly once."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from shared.eventstore.port import StreamConflict
from shared.eventstore.postgres import DISCONNECTED, Pool
from shared.messaging.crash_points import CrashPoint, Reached, nothing
from shared.messaging.delivery import Delivery, NotYet, Record, StreamHasAHole, TakenOver
from shared.messaging.kafka import Broker

BATCH_RECORDS_MAX = 500
POLL_MILLISECONDS = 500
HOLD_SECONDS_MIN, HOLD_SECONDS_MAX = 0.1, 5.0
RESTART_SECONDS = 1.0
DEAD_LETTERS_MAX = 20
"""So many records parked one after another, none handled between them, stop the inbox: the fault is ours."""
TRANSIENT = (*DISCONNECTED, StreamConflict, NotYet, StreamHasAHole, TakenOver)


class CursorBeforeLog(RuntimeError):
    """The topic no longer holds what the cursor asks for: events would be skipped."""


class TooManyParked(RuntimeError):
    """Everything fails; parking on would only hide it."""


@dataclass(slots=True)
class InboxState:
    """What health checks and metrics see; lag and holds by `topic/partition`."""

    running: bool = False
    assigned: int = 0
    lag: dict[str, int] = field(default_factory=dict)
    holding: dict[str, str] = field(default_factory=dict)
    parked: int = 0
    error: str = ""


class Inbox(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka carries no types
    """Consumes topics for one service; the truth about progress is the database's cursor."""

    def __init__(
        self,
        pool: Pool,
        delivery: Delivery,
        broker: Broker,
        topics: Sequence[str],
        group: str,
        reached: Reached = nothing,
    ) -> None:
        self._pool, self._delivery, self._broker = pool, delivery, broker
        self._topics, self._group, self._reached = topics, group, reached
        self._consumer: AIOKafkaConsumer | None = None
        self._pauses: dict[TopicPartition, float] = {}
        self._resuming: set[asyncio.Task[None]] = set()
        self._parked_in_a_row = 0
        self._fatal: Exception | None = None
        self.state = InboxState()

    async def run(self) -> None:
        """Consume until cancelled; a lost broker or database is tried again, a lost log stops it."""
        while True:
            consumer = self._consumer = self._broker.consumer(self._group)
            consumer.subscribe(topics=list(self._topics), listener=self)
            try:
                await consumer.start()
                self.state.running, self.state.error = True, ""
                while True:
                    await self._poll(consumer)
            except (*DISCONNECTED, KafkaError) as error:
                self.state.error = f"{type(error).__name__}: {error}"
            finally:
                self.state.running = False
                with suppress(KafkaError):
                    await consumer.stop()
            await asyncio.sleep(RESTART_SECONDS)

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Nothing to hand over: what was not committed is rolled back."""
        for partition in revoked:
            self.state.lag.pop(_name(partition), None)
            self.state.holding.pop(_name(partition), None)

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Seek to the database's cursor; Kafka's own offsets only feed lag tools."""
        assert self._consumer is not None, "assigned while consuming"
        self.state.assigned = len(assigned)
        try:
            starts = await self._consumer.beginning_offsets(list(assigned)) if assigned else {}
            for partition, offset in (await self._cursors(assigned)).items():
                if offset < starts[partition]:
                    self._fatal = CursorBeforeLog(f"{_name(partition)} starts at {starts[partition]}, not {offset}")
                self._consumer.seek(partition, offset)
        except (*DISCONNECTED, KafkaError) as error:
            self._fatal = ConnectionError(f"while seeking: {error}")

    async def _poll(self, consumer: AIOKafkaConsumer) -> None:
        if self._fatal is not None:
            fatal, self._fatal = self._fatal, None
            raise fatal
        polled = await consumer.getmany(timeout_ms=POLL_MILLISECONDS, max_records=BATCH_RECORDS_MAX)
        for partition, records in polled.items():
            await self._partition(
                consumer, partition, [Record(r.topic, r.partition, r.offset, r.key, r.value) for r in records]
            )
            highwater = consumer.highwater(partition) or 0
            self.state.lag[_name(partition)] = max(0, highwater - records[-1].offset - 1)

    async def _partition(self, consumer: AIOKafkaConsumer, partition: TopicPartition, records: list[Record]) -> None:
        following = records[-1].offset + 1
        try:
            while records:
                records = records[await self._apply(records) :]
        except TRANSIENT as error:
            self._hold(consumer, partition, error)
        else:
            self._pauses.pop(partition, None)
            self.state.holding.pop(_name(partition), None)
            with suppress(KafkaError):
                await consumer.commit({partition: following})

    async def _apply(self, records: Sequence[Record]) -> int:
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                taken = await self._delivery.apply(connection, records)
                self._reached(CrashPoint.INBOX_BEFORE_COMMIT)
        except TRANSIENT:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is a reason to park, never to skip
            if len(records) > 1:
                return await self._apply(records[:1])
            await self._park(records[0], error)
            return 1
        self._reached(CrashPoint.INBOX_AFTER_COMMIT)
        self._parked_in_a_row = 0
        return taken

    async def _park(self, record: Record, error: Exception) -> None:
        self._parked_in_a_row += 1
        if self._parked_in_a_row > DEAD_LETTERS_MAX:
            raise TooManyParked(f"the last was {record.topic}/{record.partition}@{record.offset}: {error}") from error
        async with self._pool.acquire() as connection, connection.transaction():
            await self._delivery.park(connection, record, f"{type(error).__name__}: {error}")
        self.state.parked += 1

    def _hold(self, consumer: AIOKafkaConsumer, partition: TopicPartition, error: Exception) -> None:
        pause = min(2 * self._pauses.get(partition, HOLD_SECONDS_MIN / 2), HOLD_SECONDS_MAX)
        self._pauses[partition] = pause
        self.state.holding[_name(partition)] = f"{type(error).__name__}: {error}"
        consumer.pause(partition)
        task = asyncio.get_running_loop().create_task(self._resume(consumer, partition, pause), name="inbox-resume")
        self._resuming.add(task)
        task.add_done_callback(self._resuming.discard)

    async def _resume(self, consumer: AIOKafkaConsumer, partition: TopicPartition, after_seconds: float) -> None:
        await asyncio.sleep(after_seconds)
        while partition in consumer.assignment():
            with suppress(*DISCONNECTED):
                cursors = await self._cursors([partition])
                consumer.seek(partition, cursors[partition])
                consumer.resume(partition)
                return
            await asyncio.sleep(HOLD_SECONDS_MAX)

    async def _cursors(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        rows = await self._pool.fetch(
            "SELECT topic, partition, next_offset FROM delivery.cursor WHERE topic = ANY ($1)",
            list({partition.topic for partition in partitions}),
        )
        known = {(row["topic"], row["partition"]): row["next_offset"] for row in rows}
        return {partition: known.get((partition.topic, partition.partition), 0) for partition in partitions}


def _name(partition: TopicPartition) -> str:
    return f"{partition.topic}/{partition.partition}"
