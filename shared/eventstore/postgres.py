"""The store on PostgreSQL: lock the head, check versions, insert, move the head, in one short transaction a batch."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import asyncpg
import msgspec
import orjson

from shared.auditlog.chain import Head
from shared.contracts.codec import EventTooLarge, decode
from shared.contracts.envelope import Recorded
from shared.eventstore.port import AlreadyHandled, Append, Appended, Remembered, StreamConflict
from shared.eventstore.queue import WAITING_MAX, AppendQueue, Result
from shared.eventstore.sealing import Prepared, Row, appended, prepare, seal

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

CHANNEL = "nianlun_log"
ATTEMPTS_MAX = 6
"""Attempts of one batch when the connection breaks, with doubling pauses from 50 ms."""
DISCONNECTED = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.AdminShutdownError,
    asyncpg.exceptions.CrashShutdownError,
    asyncpg.exceptions.CannotConnectNowError,
)
"""Whatever a dropped connection raises: the outcome is unknown, and only the event ids can tell."""

_INSERT = f"""
WITH written AS (
  INSERT INTO log.events (position, event_id, stream, version, type, recorded_at, body)
  SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::int[], $5::text[], $6::timestamptz[], $7::bytea[])
), remembered AS (
  INSERT INTO log.commands (idempotency_key, request_hash, status, response, position)
  SELECT * FROM unnest($10::text[], $11::text[], $12::int[], $13::bytea[], $14::bigint[])
), moved AS (
  UPDATE log.log_head SET position = $8, hash = $9 WHERE position < $8
)
SELECT pg_notify('{CHANNEL}', '')
"""


class PostgresEventStore:
    """An `EventStore` whose truth is the rows of one database; see the port for the promises."""

    def __init__(
        self,
        pool: Pool,
        service: str,
        *,
        rehearsal: bool = False,
        waiting_max: int = WAITING_MAX,
        committed: Callable[[int], None] = lambda _events: None,
    ) -> None:
        self.service = service
        self.queue = AppendQueue(self._commit, waiting_max)
        self._pool = pool
        self._rehearsal = rehearsal
        self._committed = committed

    async def append(self, request: Append) -> Appended:
        """See `EventStore.append`."""
        return await self.queue.append(prepare(request, self.service, rehearsal=self._rehearsal))

    async def append_in(self, connection: Connection, request: Append) -> Appended:
        """Append within the caller's transaction, as the last thing in it: it holds the head until the commit."""
        prepared = prepare(request, self.service, rehearsal=self._rehearsal)
        (result,) = await _append(connection, [prepared])
        if isinstance(result, Exception):
            raise result
        return result

    async def load(self, stream: str) -> Sequence[Recorded]:
        """See `EventStore.load`."""
        rows = await self._pool.fetch("SELECT body FROM log.events WHERE stream = $1 ORDER BY version", stream)
        return tuple(decode(row["body"]) for row in rows)

    async def read(self, after: int, limit: int) -> Sequence[Recorded]:
        """See `EventStore.read`."""
        rows = await self._pool.fetch(
            "SELECT body FROM log.events WHERE position > $1 ORDER BY position LIMIT $2", after, limit
        )
        return tuple(decode(row["body"]) for row in rows)

    async def head(self) -> Head:
        """See `EventStore.head`."""
        row = await self._pool.fetchrow("SELECT position, hash FROM log.log_head")
        assert row is not None, "the migrations put one row there"
        return Head(row["position"], row["hash"])

    async def recall(self, key: str) -> Remembered | None:
        """See `EventStore.recall`."""
        return await _recall(self._pool, key)

    async def _commit(self, batch: Sequence[Prepared]) -> Sequence[Result]:
        for attempt in range(ATTEMPTS_MAX):
            try:
                async with self._pool.acquire() as connection, connection.transaction():
                    results = await _append(connection, batch, again=attempt > 0)
            except DISCONNECTED:
                if attempt + 1 == ATTEMPTS_MAX:
                    raise
                await asyncio.sleep(0.05 * 2**attempt)
            else:
                self._committed(sum(len(prepared.event_ids) for prepared in batch))
                return results
        raise AssertionError("the last attempt returned or raised")


async def _append(connection: Connection, batch: Sequence[Prepared], *, again: bool = False) -> list[Result]:
    streams = list(dict.fromkeys(stream for prepared in batch for stream in prepared.streams))
    keys = [prepared.request.idempotency.key for prepared in batch if prepared.request.idempotency]
    taken = await connection.fetchrow("SELECT * FROM log.take_head($1, $2)", streams, keys)
    assert taken is not None, "a function with OUT parameters returns one row"
    head = Head(taken["head_position"], taken["head_hash"])
    versions: dict[str, int] = dict(zip(streams, taken["versions"] or (), strict=True))
    known = {key: await _recall(connection, key) for key in taken["known_keys"] or ()}
    done = await _written_before(connection, batch) if again else {}
    results: list[Result] = []
    rows: list[Row] = []
    commands: dict[str, tuple[Prepared, Appended]] = {}
    for prepared in batch:
        key = prepared.request.idempotency
        if prepared.event_ids and prepared.event_ids[0] in done:
            results.append(done[prepared.event_ids[0]])
            continue
        if key is not None and (remembered := known.get(key.key) or _in_batch(commands, key.key)):
            results.append(AlreadyHandled(remembered))
            continue
        try:
            mine, head, reached = seal(prepared, head, versions)
        except (StreamConflict, EventTooLarge) as refusal:
            results.append(refusal)
            continue
        versions.update(reached)
        rows.extend(mine)
        result = appended(prepared, head, {name: versions.get(name, 0) for name in prepared.streams})
        results.append(result)
        if key is not None:
            commands[key.key] = (prepared, result)
    if rows or commands:
        await _write(connection, rows, head, commands)
    return results


async def _write(
    connection: Connection, rows: Sequence[Row], head: Head, commands: Mapping[str, tuple[Prepared, Appended]]
) -> None:
    remembered = [(prepared.request.idempotency, result) for prepared, result in commands.values()]
    await connection.execute(
        _INSERT,
        [row.position for row in rows],
        [row.event_id for row in rows],
        [row.stream for row in rows],
        [row.version for row in rows],
        [row.type for row in rows],
        [row.recorded_at for row in rows],
        [row.body for row in rows],
        head.position,
        head.hash,
        list(commands),
        [key.request_hash for key, _ in remembered if key],
        [key.status for key, _ in remembered if key],
        [orjson.dumps(result.response) for _, result in remembered],
        [result.position for _, result in remembered],
    )


async def _written_before(connection: Connection, batch: Sequence[Prepared]) -> dict[str, Appended]:
    """Which appends of a batch with unknown outcome are in the log, by their first event id."""
    found: dict[str, Appended] = {}
    for prepared in batch:
        rows = await connection.fetch(
            "SELECT position, stream, version FROM log.events WHERE event_id = ANY ($1::uuid[]) ORDER BY position",
            prepared.event_ids,
        )
        if rows:
            versions = {row["stream"]: row["version"] for row in rows}
            head = Head(rows[-1]["position"])
            found[prepared.event_ids[0]] = appended(prepared, head, versions)
    return found


def _in_batch(commands: Mapping[str, tuple[Prepared, Appended]], key: str) -> Remembered | None:
    if key not in commands:
        return None
    prepared, result = commands[key]
    assert prepared.request.idempotency is not None, "only commands with a key are kept here"
    return Remembered(prepared.request.idempotency.request_hash, prepared.request.idempotency.status, result.response)


async def _recall(connection: "Connection | Pool", key: str) -> Remembered | None:
    row = await connection.fetchrow(
        "SELECT request_hash, status, response FROM log.commands WHERE idempotency_key = $1", key
    )
    if row is None:
        return None
    response = msgspec.json.decode(row["response"], type=dict[str, object])
    return Remembered(row["request_hash"], row["status"], response)  # type: ignore[arg-type]
