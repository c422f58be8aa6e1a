"""What the tests of this folder share: events of a made-up service, its relay, an inbox, and waiting with a bound."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import asyncpg
from aiokafka import TopicPartition

from shared.contracts.access import AccessRefused
from shared.contracts.category import Category, Stream, Visibility
from shared.contracts.envelope import Recorded
from shared.contracts.topics import PARTITIONS
from shared.eventstore.connections import DISCONNECTED, Pool, disconnected
from shared.eventstore.documents import Documents
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Append, Context, Write
from shared.eventstore.postgres import PostgresEventStore
from shared.kernel.actor import Actor, Role, system
from shared.kernel.ids import named
from shared.kernel.instants import Instant
from shared.messaging.dead_letters import DeadLetters
from shared.messaging.delivery import Delivery, Load, NotYet
from shared.messaging.inbox import Inbox
from shared.messaging.kafka import Broker, partition_of
from shared.messaging.relay import Relay
from shared.testing.kafka import KafkaServer
from shared.testing.postgres import Database

ACTOR = Actor("0c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017", Role.EXPERT, district="310104")
NOON = Instant("2017-08-01T04:00:00.000Z")
SECONDS_MAX = 20.0
ASK_MAX = 40
"""More than the pool has connections."""
_numbers = count(1)


class Broken(Exception):
    """What a handler raises about an event whose reason starts with `poison`."""


@dataclass(slots=True)
class Reader:
    """A handler that notes every event in its stream's document, and can be made to fail or to react."""

    cured: bool = False
    arrived: bool = True
    reacts: bool = False
    given_up: int = 0
    """Versions of a stream that it will never be asked about."""
    service: str = ""
    asked: list[str] = field(default_factory=list)

    async def project(self, documents: Documents, recorded: Recorded) -> None:
        """Note the event; a version out of order is an assertion error and so parks everything."""
        assert isinstance(recorded.event, AccessRefused)
        self.asked.append(recorded.envelope.id)
        why = recorded.event.reason
        stream = recorded.envelope.stream
        known = await documents.get("streams", stream) or {"versions": []}
        versions = known["versions"]
        assert isinstance(versions, list)
        assert recorded.envelope.streamversion == len(versions) + self.given_up + 1, "versions come one after the other"
        await documents.put("streams", stream, {"versions": [*versions, recorded.envelope.streamversion]})
        if why.startswith("poison") and not self.cured:
            raise Broken(why)
        if why == "early" and not self.arrived:
            raise NotYet("its predecessor is not there")
        if why == "unstorable":
            await documents.put("odd", stream, {"text": "\x00"})

    async def react(self, load: Load, _documents: Documents, recorded: Recorded) -> Sequence[Append]:
        """Append one event a foreign event to a stream of one's own of the same name."""
        if not self.reacts:
            return ()
        stream = Stream(Category(self.service, "echo", "key", Visibility.PUBLIC), recorded.envelope.stream, "k")
        version = len(await load(stream.name))
        command_id = named("echo", recorded.envelope.id)
        context = Context(command_id, system(self.service), NOON, command_id, causation_id=recorded.envelope.id)
        return (Append((Write(stream, version, (happened(),)),), context),)


@dataclass(slots=True)
class Street:
    """One service: what it appends its relay sends, and its inbox hears it again."""

    service: str
    pool: Pool
    database: Database
    kafka: KafkaServer
    told: list[str] = field(default_factory=list)
    foreign: MemoryEventStore = field(init=False)
    store: PostgresEventStore = field(init=False)
    reader: Reader = field(init=False)
    _producers: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = PostgresEventStore(self.pool, self.service, rehearsal=True)
        self.foreign = MemoryEventStore(self.service, rehearsal=True)
        self.reader = Reader(service=self.service)

    @property
    def topic(self) -> str:
        return f"nianlun.{self.service}.access.v1"

    @property
    def topics(self) -> list[str]:
        return [self.topic, f"nianlun.{self.service}.other.v1"]

    @property
    def broker(self) -> Broker:
        return self.kafka.broker

    def stream(self, name: str, category: str = "access") -> Stream:
        return Stream(Category(self.service, category, "key", Visibility.PUBLIC), name, f"key-{name}")

    def append(self, name: str, *reasons: str, category: str = "access") -> Append:
        """An append of one command, whatever version the stream is at."""
        command_id = named("test", self.service, str(next(_numbers)))
        events = tuple(happened(reason) for reason in reasons or ("because",))
        return Append((Write(self.stream(name, category), None, events),), Context(command_id, ACTOR, NOON, command_id))

    async def narrow(self) -> str:
        """A topic that takes no batch above 4,000 bytes; for streams of the category `narrow`."""
        topic = f"nianlun.{self.service}.narrow.v1"
        await self.kafka.create_topics([topic], max_message_bytes="4000")
        return topic

    async def recorded(self, name: str, *reasons: str) -> Sequence[Recorded]:
        """Events of a foreign log, not sent anywhere."""
        before = (await self.foreign.head()).position
        await self.foreign.append(self.append(name, *reasons))
        return await self.foreign.read(before, len(reasons) or 1)

    async def produce(self, *events: Recorded | bytes, key: bytes | None = None, topic: str = "") -> None:
        """Put records on the topic, in order, each acknowledged before the next."""
        producer = await self._producer()
        for event in events:
            body = event if isinstance(event, bytes) else event.body
            own = b"key" if isinstance(event, bytes) else event.envelope.partitionkey.encode()
            which = own if key is None else key
            await producer.send_and_wait(topic or self.topic, body, which, partition=partition_of(which))

    async def topic_records(self, topic: str = "") -> dict[int, list[Any]]:
        """Everything on a topic, by partition."""
        consumer = self.broker.consumer(None)
        partitions = [TopicPartition(topic or self.topic, number) for number in range(PARTITIONS)]
        await consumer.start()
        try:
            consumer.assign(partitions)
            await consumer.seek_to_beginning(*partitions)
            ends = await consumer.end_offsets(partitions)
            found: dict[int, list[Any]] = defaultdict(list)
            async with asyncio.timeout(SECONDS_MAX):
                while sum(len(records) for records in found.values()) < sum(ends.values()):
                    for partition, records in (await consumer.getmany(timeout_ms=200)).items():
                        found[partition.partition] += records
            return dict(found)
        finally:
            await consumer.stop()

    def relay(self, **options: Any) -> Relay:
        return Relay(self.pool, self.store, self.broker, tell=self._note, **options)

    def inbox(
        self,
        reader: Reader | None = None,
        *,
        rehearsal: bool = True,
        dead_letters: DeadLetters | None = None,
        **options: Any,
    ) -> Inbox:
        delivery = Delivery(self.store, reader or self.reader, rehearsal, dead_letters or DeadLetters())
        group = f"{self.service}-inbox"
        return Inbox(self.pool, delivery, self.broker, self.topics, group, tell=self._note, **options)

    @property
    def delivery(self) -> Delivery:
        return Delivery(self.store, self.reader, rehearsal=True)

    async def versions(self, name: str) -> list[int]:
        """Which versions of a stream took effect."""
        rows = await self._ask(
            "SELECT doc->'versions' AS versions FROM views.documents WHERE view = 'streams' AND key = $1",
            f"access-{name}",
        )
        return [int(part) for row in rows for part in row["versions"].strip("[]").split(",")]

    async def parked(self) -> list[str]:
        """Why records are parked, oldest first."""
        return [
            row["reason"] for row in await self._ask('SELECT reason FROM delivery.parked ORDER BY parked_at, "offset"')
        ]

    async def somebody_waits(self) -> bool:
        """Whether a transaction waits for another's lock."""
        return bool(await self._ask("SELECT FROM pg_locks WHERE NOT granted"))

    async def _ask(self, question: str, *arguments: object) -> Sequence[asyncpg.Record]:
        """Ask again where `disconnect` hit the test's own connections: they learn of it when they are used."""
        for _ in range(ASK_MAX):
            try:
                return await self.pool.fetch(question, *arguments)
            except DISCONNECTED as error:
                if not disconnected(error):
                    raise
        raise AssertionError(f"{ASK_MAX} connections in a row were lost")

    async def disconnect(self) -> None:
        """Cut all connections of this database, as a restart of the server does."""
        admin = await asyncpg.connect(self.database.superuser)
        try:
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        finally:
            await admin.close()

    async def close(self) -> None:
        for producer in self._producers:
            await producer.stop()
        await self.store.queue.drain()

    async def _producer(self) -> Any:
        if not self._producers:
            self._producers.append(self.broker.producer())
            await self._producers[0].start()
        return self._producers[0]

    def _note(self, event: str, **facts: str | int) -> None:
        self.told.append(f"{event}: {facts}")


def happened(reason: str = "because") -> AccessRefused:
    """An event; its meaning does not matter here."""
    return AccessRefused(command="RecommendApplication", stream="application-1", reason=reason)


@asynccontextmanager
async def running(*work: Coroutine[Any, Any, None]) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Run parts in the background; a failure of theirs is raised at the end of the block."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def until(condition: Callable[[], Awaitable[bool]], *watched: asyncio.Task[None]) -> None:
    """Wait for a condition, or fail with what a watched task died of."""
    async with asyncio.timeout(SECONDS_MAX):
        while not await condition():
            for task in watched:
                if task.done():
                    task.result()
            await asyncio.sleep(0.02)
