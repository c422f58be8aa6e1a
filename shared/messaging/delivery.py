"""One delivery: everything that one batch of one partition changes, in one transaction of the receiver's database."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias
from uuid import UUID

from shared.contracts.codec import BODY_BYTES_MAX, Undecodable, UnknownEventType, decode
from shared.contracts.envelope import Recorded
from shared.contracts.topics import topic_of
from shared.eventstore.documents import Documents, UnitOfWork
from shared.eventstore.port import Append
from shared.eventstore.postgres import Connection, PostgresEventStore

APPENDS_MAX = 32
"""Reactions that append keep the log's head locked; after this many the delivery commits."""

Load: TypeAlias = Callable[[str], Awaitable[Sequence[Recorded]]]


class Handler(Protocol):
    """What a service does with foreign events; it sees each exactly once and in its stream's order."""

    async def project(self, documents: Documents, recorded: Recorded) -> None:
        """Update read models."""
        ...

    async def react(self, load: Load, documents: Documents, recorded: Recorded) -> Sequence[Append]:
        """The service's own events that follow; appended in the same transaction."""
        ...


class NotYet(Exception):  # noqa: N818 - a state, not an error
    """A predecessor on another topic has not arrived; the partition waits and asks again."""


class StreamHasAHole(Exception):  # noqa: N818 - a state, not an error
    """An event's predecessor in its stream is missing; the partition holds rather than skip it."""


class TakenOver(Exception):  # noqa: N818 - a state, not an error
    """Another consumer moved this partition's cursor; this one's work is rolled back."""


class Unreadable(Exception):  # noqa: N818 - a verdict on a record
    """A record that can never be handled; `reason` says why."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record as Kafka gave it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """Applies records to one service's database; used by the inbox and by redrive."""

    store: PostgresEventStore
    handler: Handler
    rehearsal: bool

    async def apply(self, connection: Connection, records: Sequence[Record]) -> int:
        """Apply records in order within the caller's transaction and move the cursor; returns how many it took.

        Raises `StreamHasAHole`, `NotYet`, `TakenOver`, `Unreadable` or what the handler raised.
        """
        first = await self._cursor(connection, records[0])
        todo = [record for record in records if record.offset >= first]
        if not todo:
            return len(records)
        if todo[0].offset != first:
            raise TakenOver(f"expected offset {first}, have {todo[0].offset}")
        documents, appends, taken = UnitOfWork(connection), 0, 0
        for record in todo:
            appends += await self._one(connection, documents, record)
            taken += 1
            if appends >= APPENDS_MAX:
                break
        await documents.flush()
        await self._advance(connection, todo[0], first, todo[taken - 1].offset + 1)
        return len(records) - len(todo) + taken

    async def park(self, connection: Connection, record: Record, reason: str) -> None:
        """Set a record aside with its raw bytes and move the cursor past it."""
        first = await self._cursor(connection, record)
        if record.offset < first:
            return
        source, stream = await self._mark_seen(connection, record)
        await connection.execute(
            "INSERT INTO delivery.parked (topic, partition, \"offset\", source, stream, body, reason) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7)",
            record.topic,
            record.partition,
            record.offset,
            source,
            stream,
            record.value or b"",
            reason[:500],
        )
        await self._advance(connection, record, first, record.offset + 1)

    async def handle(self, connection: Connection, documents: UnitOfWork, recorded: Recorded) -> int:
        """Project and react; returns how many appends followed."""
        await self.handler.project(documents, recorded)

        async def load(stream: str) -> Sequence[Recorded]:
            rows = await connection.fetch("SELECT body FROM log.events WHERE stream = $1 ORDER BY version", stream)
            return tuple(decode(row["body"]) for row in rows)

        appends = await self.handler.react(load, documents, recorded)
        if appends:
            await documents.flush()
        for append in appends:
            await self.store.append_in(connection, append)
        return len(appends)

    def read(self, record: Record) -> Recorded:
        """Decode and check a record's place; raise `Unreadable` when it can never be handled."""
        body = record.value or b""
        if len(body) > BODY_BYTES_MAX:
            raise Unreadable(f"{len(body)} bytes; {BODY_BYTES_MAX} are allowed")
        try:
            recorded = decode(body)
        except (Undecodable, UnknownEventType) as error:
            raise Unreadable(f"{type(error).__name__}: {error}") from error
        envelope = recorded.envelope
        if record.topic != topic_of(recorded.service, envelope.stream):
            raise Unreadable(f"{envelope.stream} of {envelope.source} does not belong on {record.topic}")
        if record.key != envelope.partitionkey.encode():
            raise Unreadable(f"its key is not its partitionkey {envelope.partitionkey}")
        if envelope.rehearsal != self.rehearsal:
            raise Unreadable("a rehearsal's event on a production stack, or the other way round")
        return recorded

    async def _one(self, connection: Connection, documents: UnitOfWork, record: Record) -> int:
        recorded = self.read(record)
        envelope = recorded.envelope
        new = await connection.execute(
            "INSERT INTO delivery.inbox (event_id) VALUES ($1) ON CONFLICT DO NOTHING", UUID(envelope.id)
        )
        if new != "INSERT 0 1":
            return 0
        seen = await _version(connection, recorded)
        if envelope.streamversion <= seen:
            raise Unreadable(f"version {envelope.streamversion} of {envelope.stream} was another event")
        if envelope.streamversion != seen + 1:
            if await _unreadable_before(connection, record):
                raise Unreadable("held behind an unreadable record of its partition")
            raise StreamHasAHole(f"{envelope.stream} jumps from version {seen} to {envelope.streamversion}")
        await _set_version(connection, recorded)
        if await _held(connection, recorded):
            raise Unreadable("held behind an earlier parked event of its stream")
        return await self.handle(connection, documents, recorded)

    async def _mark_seen(self, connection: Connection, record: Record) -> tuple[str, str]:
        try:
            recorded = self.read(record)
        except Unreadable:
            return "", f"{record.topic}/{record.partition}/{record.offset}"
        await connection.execute(
            "INSERT INTO delivery.inbox (event_id) VALUES ($1) ON CONFLICT DO NOTHING", UUID(recorded.envelope.id)
        )
        if recorded.envelope.streamversion > await _version(connection, recorded):
            await _set_version(connection, recorded)
        return recorded.envelope.source, recorded.envelope.stream

    @staticmethod
    async def _cursor(connection: Connection, record: Record) -> int:
        offset: int = await connection.fetchval(
            "INSERT INTO delivery.cursor (topic, partition, next_offset) VALUES ($1, $2, 0) "
            "ON CONFLICT (topic, partition) DO UPDATE SET topic = EXCLUDED.topic RETURNING next_offset",
            record.topic,
            record.partition,
        )
        return offset

    @staticmethod
    async def _advance(connection: Connection, record: Record, expected: int, following: int) -> None:
        moved = await connection.execute(
            "UPDATE delivery.cursor SET next_offset = $4 WHERE topic = $1 AND partition = $2 AND next_offset = $3",
            record.topic,
            record.partition,
            expected,
            following,
        )
        if moved != "UPDATE 1":
            raise TakenOver(f"{record.topic}/{record.partition} is not at {expected} any more")


async def _version(connection: Connection, recorded: Recorded) -> int:
    seen: int | None = await connection.fetchval(
        "SELECT version FROM delivery.stream_versions WHERE source = $1 AND stream = $2",
        recorded.envelope.source,
        recorded.envelope.stream,
    )
    return seen or 0


async def _set_version(connection: Connection, recorded: Recorded) -> None:
    await connection.execute(
        "INSERT INTO delivery.stream_versions (source, stream, version) VALUES ($1, $2, $3) "
        "ON CONFLICT (source, stream) DO UPDATE SET version = EXCLUDED.version",
        recorded.envelope.source,
        recorded.envelope.stream,
        recorded.envelope.streamversion,
    )


async def _held(connection: Connection, recorded: Recorded) -> bool:
    parked: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM delivery.parked WHERE source = $1 AND stream = $2)",
        recorded.envelope.source,
        recorded.envelope.stream,
    )
    return parked


async def _unreadable_before(connection: Connection, record: Record) -> bool:
    parked: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM delivery.parked WHERE topic = $1 AND partition = $2 AND source = '')",
        record.topic,
        record.partition,
    )
    return parked
