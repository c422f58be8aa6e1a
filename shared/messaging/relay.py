"""The relay: the events table is the outbox, and one process at a time sends it to Kafka in order."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.contracts.envelope import Recorded
from shared.contracts.topics import topic_of
from shared.eventstore.port import EventStore
from shared.eventstore.postgres import CHANNEL, DISCONNECTED, Pool
from shared.messaging.crash_points import CrashPoint, Reached, nothing
from shared.messaging.kafka import CONTENT_TYPE, Broker

BATCH_EVENTS_MAX = 500
IDLE_SECONDS_MAX = 0.5
STANDBY_SECONDS = 0.5
BACKOFF_SECONDS_MAX = 5.0
LOCK_ID = 0x6E69616E
"""Key of the session advisory lock; each service has a database of its own."""


class LeadershipLost(Exception):  # noqa: N818 - a state, not an error
    """Another relay has the epoch; whatever was sent is sent again by it, in order."""


class LogHasAHole(RuntimeError):
    """The log read is not contiguous: nothing may be sent over a hole."""


@dataclass(slots=True)
class RelayState:
    """What health checks and metrics see."""

    leading: bool = False
    position: int = 0
    head: int = 0
    error: str = ""

    @property
    def lag(self) -> int:
        """Events not yet sent, as far as this process knows."""
        return max(0, self.head - self.position)


class Relay:
    """Sends `position > cursor` in order, awaits the whole batch, then moves the cursor; never skips."""

    def __init__(self, pool: Pool, store: EventStore, broker: Broker, reached: Reached = nothing) -> None:
        self._pool, self._store, self._broker, self._reached = pool, store, broker, reached
        self._wake = asyncio.Event()
        self.state = RelayState()

    async def run(self) -> None:
        """Stand by for the lock, lead, and after any error start again from the cursor."""
        pause = STANDBY_SECONDS
        while True:
            try:
                async with self._pool.acquire() as connection:
                    await self._stand_by_then_lead(connection)
            except (*DISCONNECTED, KafkaError, LeadershipLost) as error:
                self.state.error = f"{type(error).__name__}: {error}"
            self.state.leading = False
            await asyncio.sleep(pause)
            pause = min(2 * pause, BACKOFF_SECONDS_MAX) if self.state.error else STANDBY_SECONDS

    async def _stand_by_then_lead(self, connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]") -> None:
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK_ID):
            await self._measure(connection)
            await asyncio.sleep(STANDBY_SECONDS)
        producer = self._broker.producer()
        try:
            epoch = await connection.fetchval("UPDATE delivery.relay SET epoch = epoch + 1 RETURNING epoch")
            await producer.start()
            await connection.add_listener(CHANNEL, self._woken)
            self.state.leading, self.state.error = True, ""
            while True:
                await self._lead(connection, producer, epoch)
        finally:
            with suppress(KafkaError):
                await producer.stop()
            if not connection.is_closed():
                await connection.execute("SELECT pg_advisory_unlock($1)", LOCK_ID)

    async def _lead(
        self,
        connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]",
        producer: AIOKafkaProducer,
        epoch: int,
    ) -> None:
        self._wake.clear()
        await self._measure(connection)
        events = await self._store.read(self.state.position, BATCH_EVENTS_MAX)
        if not events:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS_MAX)
            return
        _contiguous(self.state.position, events)
        self._reached(CrashPoint.RELAY_BEFORE_SEND)
        await self._send(producer, events)
        self._reached(CrashPoint.RELAY_AFTER_SEND_BEFORE_CURSOR)
        moved = await connection.execute(
            "UPDATE delivery.relay SET position = $1 WHERE epoch = $2", events[-1].position, epoch
        )
        if moved != "UPDATE 1":
            raise LeadershipLost
        self.state.position = events[-1].position

    async def _send(self, producer: AIOKafkaProducer, events: Sequence[Recorded]) -> None:
        sent = []
        for recorded in events:
            topic = topic_of(self._store.service, recorded.envelope.stream)
            key = recorded.envelope.partitionkey.encode()
            sent.append(await producer.send(topic, recorded.body, key, headers=[CONTENT_TYPE]))
            if len(sent) == (len(events) + 1) // 2:
                self._reached(CrashPoint.RELAY_MID_BATCH)
        await asyncio.gather(*sent)

    async def _measure(self, connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]") -> None:
        row = await connection.fetchrow(
            "SELECT r.position, h.position AS head FROM delivery.relay r, log.log_head h"
        )
        assert row is not None, "the migrations put one row into each"
        self.state.position, self.state.head = row["position"], row["head"]

    def _woken(self, *_notification: object) -> None:
        self._wake.set()


def _contiguous(after: int, events: Sequence[Recorded]) -> None:
    for expected, recorded in enumerate(events, after + 1):
        if recorded.position != expected:
            raise LogHasAHole(f"position {expected} is missing before {recorded.position}")
