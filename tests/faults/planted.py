"""The seeded bugs: each a plausible design that loses, repeats or reorders events, used only to prove the judge."""

import asyncio
import os
import random
from collections.abc import Callable, Sequence
from typing import Any

import asyncpg

import shared.runtime.process
from shared.auditlog.chain import Head
from shared.contracts.codec import decode
from shared.contracts.topics import topic_of
from shared.eventstore.documents import UnitOfWork
from shared.eventstore.port import Append, Appended, StreamConflict
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.sealing import Prepared, appended, prepare, seal
from shared.eventstore.writer import append_under_lock
from shared.messaging.inbox import Inbox
from shared.messaging.record import Readable, Record, read
from shared.messaging.relay import Relay

PLANTED_VARIABLE = "NIANLUN_DRILL_PLANTED"
DAWDLE_SECONDS_MAX = 0.05
COMMIT_SECONDS = 1.5


class NaiveStore(PostgresEventStore):
    """Takes positions from a sequence and commits without any lock, as `bigserial` does."""

    async def append(self, request: Append) -> Appended:
        """Positions become visible in another order than they were given."""
        prepared = prepare(request, self.service, rehearsal=self._rehearsal)
        async with self._pool.acquire() as connection, connection.transaction():
            position = await connection.fetchval("SELECT nextval('log.naive')")
            versions = {
                stream: await connection.fetchval("SELECT count(*) FROM log.events WHERE stream = $1", stream)
                for stream in prepared.streams
            }
            rows, head, reached = seal(prepared, Head(position - 1), versions)
            await asyncio.sleep(random.uniform(0, DAWDLE_SECONDS_MAX))
            try:
                await connection.executemany(
                    "INSERT INTO log.events (position, event_id, stream, version, type, recorded_at, body) "
                    "VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    [(position, *row) for row in rows],
                )
            except asyncpg.UniqueViolationError as error:
                raise StreamConflict(prepared.streams[0], 0, 0) from error
        return appended(prepared, head.position, reached)


class NaiveRelay(Relay):
    """Sends whatever lies beyond its cursor; sees no hole where a transaction is still under way."""

    async def run(self) -> None:
        """Poll, send, remember the highest position."""
        async with self._broker.producer() as producer:
            while True:
                rows = await self._pool.fetch(
                    "SELECT position, stream, body FROM log.events "
                    "WHERE position > (SELECT position FROM delivery.relay) ORDER BY position LIMIT 500"
                )
                await self._send_all(producer, rows)
                if rows:
                    await self._pool.execute("UPDATE delivery.relay SET position = $1", rows[-1]["position"])
                await asyncio.sleep(0.005)

    async def _send_all(self, producer: Any, rows: Sequence[asyncpg.Record]) -> None:
        for row in rows:
            key = decode(row["body"]).envelope.partitionkey.encode()
            await producer.send(topic_of(self._service, row["stream"]), row["body"], key)
        await producer.flush()


class EarlyStore(PostgresEventStore):
    """Has written something before it locks the log: its transaction is older than its place in the order."""

    async def append(self, request: Append) -> Appended:
        """Right in itself; only a reader by transaction ids is led astray."""
        prepared = prepare(request, self.service, rehearsal=self._rehearsal)
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT pg_current_xact_id()")
            await asyncio.sleep(random.uniform(0, DAWDLE_SECONDS_MAX))
            made = await append_under_lock(connection, [prepared], look_for_written=False)
        (result,) = made.results
        if isinstance(result, Exception):
            raise result
        return result


class TransactionRelay(NaiveRelay):
    """Sends in the order of transaction ids what no transaction under way can precede."""

    async def run(self) -> None:
        """Poll, send, remember the last transaction and position."""
        xid, position = "0", 0
        async with self._broker.producer() as producer:
            while True:
                rows = await self._pool.fetch(
                    "SELECT xid::text, position, stream, body FROM log.events "
                    "WHERE (xid, position) > ($1::text::xid8, $2) AND xid < pg_snapshot_xmin(pg_current_snapshot()) "
                    "ORDER BY xid, position LIMIT 500",
                    xid,
                    position,
                )
                await self._send_all(producer, rows)
                if rows:
                    xid, position = rows[-1]["xid"], rows[-1]["position"]
                await asyncio.sleep(0.005)


class HastyStore(PostgresEventStore):
    """Answers as soon as an append is accepted, and writes it a little later."""

    _late: "set[asyncio.Task[Appended]]"

    async def append(self, request: Append) -> Appended:
        """Not durable once this returns."""
        prepared: Prepared = prepare(request, self.service, rehearsal=self._rehearsal)
        self._late = getattr(self, "_late", set())
        task = asyncio.create_task(self._write(request))
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        return appended(prepared, (await self.head()).position + 1, {})

    async def _write(self, request: Append) -> Appended:
        await asyncio.sleep(random.uniform(0, DAWDLE_SECONDS_MAX))
        return await super().append(request)


class TrustingInbox(Inbox):
    """Relies on Kafka's committed offsets alone: no event ids, no cursor in the transaction."""

    async def run(self) -> None:
        """Project each record as it comes; commit now and then."""
        consumer = self._broker.consumer(self._group)
        consumer.subscribe(topics=list(self._topics))
        await consumer.start()
        committed = asyncio.get_running_loop().time()
        while True:
            for records in (await consumer.getmany(timeout_ms=100)).values():
                for r in records:
                    await self._project(Record(r.topic, r.partition, r.offset, r.key, r.value))
            if asyncio.get_running_loop().time() - committed > COMMIT_SECONDS:
                await consumer.commit()
                committed = asyncio.get_running_loop().time()

    async def _project(self, record: Record) -> None:
        item = read(record, rehearsal=self._delivery.rehearsal)
        assert isinstance(item, Readable), "the drill sends nothing else"
        async with self._pool.acquire() as connection, connection.transaction():
            documents = UnitOfWork(connection)
            await self._delivery.handler.project(documents, item.recorded)
            await documents.flush()


BUGS: dict[str, dict[str, type]] = {
    "naive gap reader": {"PostgresEventStore": NaiveStore, "Relay": NaiveRelay},
    "acknowledging before commit": {"PostgresEventStore": HastyStore},
    "no inbox": {"Inbox": TrustingInbox},
    "(xid, pos) order": {"PostgresEventStore": EarlyStore, "Relay": TransactionRelay},
}


def plant(variable: str) -> None:
    """Put the bug that the environment names in the place of the real parts; nothing without one."""
    replace: Callable[[object, str, type], None] = setattr
    for name, bug in BUGS.get(os.environ.get(variable, ""), {}).items():
        replace(shared.runtime.process, name, bug)
