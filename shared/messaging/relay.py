"""The relay: the events table is the outbox, and one process at a time sends it to Kafka in order."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import time_ns
from typing import TypeAlias

import asyncpg
import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaTimeoutError

from shared.contracts.topics import topic_of
from shared.eventstore.connections import CHANNEL, Pool, end_if_cancelled
from shared.eventstore.port import EventStore
from shared.messaging.crash_points import CrashPoint, Reached, nothing
from shared.messaging.failures import BrokerSetBack, passing, reason
from shared.messaging.history import ends_of, require_ends, require_own_history
from shared.messaging.kafka import Broker, discard
from shared.messaging.notices import Tell, silence
from shared.messaging.sending import Outgoing, Place, send
from shared.observability.traces import Step, happened

BATCH_EVENTS_MAX = 500
IDLE_SECONDS_MAX = 0.5
"""A notification usually wakes the relay; this is how long it sleeps when one was lost."""
STANDBY_SECONDS = 0.5
BACKOFF_SECONDS_MIN, BACKOFF_SECONDS_MAX = 0.1, 5.0
STATEMENT_SECONDS_MAX = 5.0
"""A leader whose database does not answer for so long stops leading."""
SILENT_SECONDS_MAX = 15.0
"""A frozen process still answers keepalives: the server cuts whoever asks nothing for so long, and another leads."""
SEND_SECONDS_MAX = 10.0
"""Without an acknowledgement for so long the producer is discarded."""
LOCK_ID = 0x6E69616E
"""Key of the session advisory lock; each service has a database of its own."""

_KEEPALIVE = """
SELECT set_config('idle_session_timeout', $1, false),
       set_config('tcp_keepalives_idle', '3', false), set_config('tcp_keepalives_interval', '2', false),
       set_config('tcp_keepalives_count', '3', false), set_config('tcp_user_timeout', '9000', false)
"""
_LEAD = "UPDATE delivery.relay SET epoch = epoch + 1 RETURNING epoch, position"
_MOVE = """
WITH moved AS (UPDATE delivery.relay SET position = $1 WHERE epoch = $2 AND position = $3 RETURNING position)
INSERT INTO delivery.acknowledged (topic, partition, position, "offset")
SELECT place.* FROM moved, unnest($4::text[], $5::integer[], $6::bigint[], $7::bigint[]) AS place
ON CONFLICT (topic, partition) DO UPDATE SET position = excluded.position, "offset" = excluded."offset"
"""
_NOT_MOVED = "INSERT 0 0"
_MEASURE = "SELECT r.position, h.position AS head FROM delivery.relay r, log.log_head h"
_READ = "SELECT position, stream, body FROM log.events WHERE position > $1 ORDER BY position LIMIT $2"

Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"


class LeadershipLost(Exception):
    """The lock's connection is gone or another relay has the epoch; it sends again what was not confirmed."""


class LogHasAHole(RuntimeError):
    """The log is not contiguous, or ends before what was sent: nothing may be sent over a hole."""


class _Routing(msgspec.Struct):
    partitionkey: str
    id: str
    traceparent: str | None = None


_ROUTING = msgspec.json.Decoder(_Routing)


@dataclass(slots=True)
class RelayState:
    """What health checks and metrics see."""

    leading: bool = False
    position: int = 0
    head: int = 0
    error: str = ""
    stopped: bool = False
    """Whether it waits for what only people can put right."""


class Relay:
    """Sends `position > cursor` in order, awaits the whole batch, then moves the cursor; never skips.

    While the broker lacks what it acknowledged nothing is sent, and it says so in its state.

    At least once: what was sent and not confirmed is sent again, the same bytes, and consumers know an event
    by its id. The first occurrences are in order on every partition (see `shared.messaging.sending`).
    """

    def __init__(
        self,
        pool: Pool,
        store: EventStore,
        broker: Broker,
        reached: Reached = nothing,
        tell: Tell = silence,
        *,
        topics: Sequence[str] = (),
    ) -> None:
        """Send for `store`; who names its `topics` leads only while log and topics are those that were there before."""
        self._pool, self._service, self._broker, self._topics = pool, store.service, broker, topics
        self._reached, self._tell = reached, tell
        self._wake = asyncio.Event()
        self._pause = BACKOFF_SECONDS_MIN
        self._last: dict[Place, int] = {}
        self.state = RelayState()

    async def run(self) -> None:
        """Stand by, lead, and after any error start again from the cursor; a hole or another log ends it."""
        while True:
            try:
                async with self._pool.acquire() as connection:
                    await self._stand_by(connection)
                    await self._while_connected(connection, self._lead)
            except Exception as error:
                end_if_cancelled()
                if not (isinstance(error, LeadershipLost) or passing(error)):
                    raise
                self.state.error, self.state.stopped = reason(error), isinstance(error, BrokerSetBack)
                self._tell("the relay starts again from its cursor", reason=self.state.error)
            finally:
                self.state.leading = False
            await asyncio.sleep(self._pause)
            self._pause = min(2 * self._pause, BACKOFF_SECONDS_MAX)

    async def _stand_by(self, connection: Connection) -> None:
        """Return once the lock is ours; the server gives it up soon after it lost sight of its holder."""
        await connection.execute(_KEEPALIVE, f"{SILENT_SECONDS_MAX:g}s", timeout=STATEMENT_SECONDS_MAX)
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK_ID, timeout=STATEMENT_SECONDS_MAX):
            await self._measure(connection)
            self.state.error, self.state.stopped = "", False
            await asyncio.sleep(STANDBY_SECONDS)

    async def _while_connected(self, connection: Connection, work: Callable[[Connection], Awaitable[None]]) -> None:
        """Do `work` until the connection that holds the lock is lost, and then stop at once."""
        lost = asyncio.Event()

        def terminated(*_connection: object) -> None:
            lost.set()

        connection.add_termination_listener(terminated)
        working, losing = asyncio.ensure_future(work(connection)), asyncio.ensure_future(lost.wait())
        try:
            await asyncio.wait({working, losing}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise LeadershipLost("the connection that holds the lock was lost")
            working.result()
        finally:
            losing.cancel()
            working.cancel()
            await asyncio.gather(working, losing, return_exceptions=True)
            connection.remove_termination_listener(terminated)

    async def _lead(self, connection: Connection) -> None:
        await self._measure(connection)
        self._last = await require_own_history(self._pool, self._broker, self._topics)
        producer = self._broker.producer()
        try:
            async with asyncio.timeout(SEND_SECONDS_MAX):
                await producer.start()
            row = await connection.fetchrow(_LEAD, timeout=STATEMENT_SECONDS_MAX)
            assert row is not None, "the migrations put one row there"
            await connection.add_listener(CHANNEL, self._woken)
            self.state.leading, self.state.error, self.state.stopped = True, "", False
            self.state.position = row["position"]
            self._tell("the relay leads", epoch=row["epoch"], position=row["position"])
            async with ends_of(self._broker) as ends:
                while True:
                    await self._batch(connection, producer, ends, row["epoch"])
        finally:
            await discard(producer)
            if not connection.is_closed():
                with suppress(asyncpg.InterfaceError, asyncpg.PostgresError, OSError):
                    await connection.remove_listener(CHANNEL, self._woken)

    async def _batch(
        self, connection: Connection, producer: AIOKafkaProducer, ends: AIOKafkaConsumer, epoch: int
    ) -> None:
        self._wake.clear()
        await self._measure(connection)
        after = self.state.position
        rows = await connection.fetch(_READ, after, BATCH_EVENTS_MAX, timeout=STATEMENT_SECONDS_MAX)
        if not rows:
            with suppress(TimeoutError):
                async with asyncio.timeout(IDLE_SECONDS_MAX):
                    await self._wake.wait()
            return
        events, since = self._outgoing(after, rows), time_ns()
        self._reached(CrashPoint.RELAY_BEFORE_SEND)
        try:
            async with asyncio.timeout(SEND_SECONDS_MAX):
                await require_ends(ends, self._last, {event.place for event in events})
                await send(producer, events, self._reached, self._last)
        except TimeoutError as error:
            raise KafkaTimeoutError(f"no acknowledgement within {SEND_SECONDS_MAX:g} s") from error
        self._reached(CrashPoint.RELAY_AFTER_SEND_BEFORE_CURSOR)
        await self._move(connection, epoch, after, events)
        self.state.position, self._pause = events[-1].position, BACKOFF_SECONDS_MIN
        for one in events:
            happened(Step.SEND, one.traceparent, since, {"event.id": one.id, "messaging.destination.name": one.topic})

    async def _move(self, connection: Connection, epoch: int, after: int, events: Sequence[Outgoing]) -> None:
        """Note what was acknowledged with the cursor that says so; raises `LeadershipLost`."""
        reached = {event.place: event.position for event in events}
        topics, partitions = zip(*reached, strict=True)
        offsets = [self._last[place] for place in reached]
        moved = await connection.execute(
            _MOVE,
            events[-1].position,
            epoch,
            after,
            topics,
            partitions,
            list(reached.values()),
            offsets,
            timeout=STATEMENT_SECONDS_MAX,
        )
        if moved == _NOT_MOVED:
            raise LeadershipLost("another relay has the epoch")

    def _outgoing(self, after: int, rows: Sequence[asyncpg.Record]) -> list[Outgoing]:
        events = []
        for expected, row in enumerate(rows, after + 1):
            if row["position"] != expected:
                raise LogHasAHole(f"position {expected} is missing before {row['position']}")
            found, topic = _ROUTING.decode(row["body"]), topic_of(self._service, row["stream"])
            key = found.partitionkey.encode()
            events.append(Outgoing(expected, topic, key, row["body"], found.id, found.traceparent))
        return events

    async def _measure(self, connection: Connection) -> None:
        row = await connection.fetchrow(_MEASURE, timeout=STATEMENT_SECONDS_MAX)
        assert row is not None, "the migrations put one row into each"
        self.state.position, self.state.head = row["position"], row["head"]
        if row["head"] < row["position"]:
            raise LogHasAHole(f"the log ends at {row['head']}, but {row['position']} was sent")

    def _woken(self, *_notification: object) -> None:
        self._wake.set()
