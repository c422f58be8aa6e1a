"""The batch writer: one statement a batch while this process appends alone, else locked first and sealed then."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import orjson

from shared.auditlog.chain import Head
from shared.eventstore.batch import Plan, Result, assumed, plan
from shared.eventstore.connections import DISCONNECTED, Connection, Pool, disconnected, row_refused
from shared.eventstore.port import OutcomeUnknown, Remembered
from shared.eventstore.sealing import Place, Prepared

ATTEMPT_SECONDS_MAX = 5.0
"""One attempt to commit one batch; a half-open connection would otherwise hold the queue for ever."""
RETRY_SECONDS_MAX = 15.0
"""How long a batch outlives a lost database, a restart with recovery included."""
PAUSE_SECONDS_MIN, PAUSE_SECONDS_MAX = 0.02, 0.5
STREAMS_REMEMBERED_MAX = 10_000

_APPEND = "SELECT log.append($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)"
_WRITTEN = "SELECT event_id::text, position, stream, version, type FROM log.events WHERE event_id = ANY ($1::uuid[])"
_RECALL = "SELECT idempotency_key, request_hash, status, response FROM log.commands WHERE idempotency_key = ANY ($1)"


class BatchWriter:
    """Commits batches one after the other, on a connection that it keeps while they follow each other.

    It supposes that nobody else appended since its last batch, and seals on that; `log.append` writes nothing
    where the supposition fails, and then the batch is sealed again under the lock.
    """

    def __init__(self, pool: Pool, committed: Callable[[int], None]) -> None:
        self._pool, self._committed = pool, committed
        self._connection: Connection | None = None
        self._left: Head | None = None
        self._alone = False
        self._versions: dict[str, int] = {}
        self._releasing: set[asyncio.Task[None]] = set()

    async def commit(self, batch: Sequence[Prepared]) -> Sequence[Result]:
        """Answer each append of the batch; raise `OutcomeUnknown` when the database stays away."""
        try:
            results = await self._persist(batch)
        except Exception as error:
            if not row_refused(error):
                raise
            if len(batch) == 1:
                return [error]
            middle = len(batch) // 2
            return [*await self.commit(batch[:middle]), *await self.commit(batch[middle:])]
        self._committed(sum(len(one.event_ids) for one in batch))
        return results

    def rest(self) -> None:
        """Give the connection back; nobody waits for it."""
        if self._connection is not None:
            task = asyncio.create_task(self._release(self._connection), name="append-release")
            self._connection = None
            self._releasing.add(task)
            task.add_done_callback(self._releasing.discard)

    async def _persist(self, batch: Sequence[Prepared]) -> Sequence[Result]:
        clock = asyncio.get_running_loop().time
        deadline, pause, again = clock() + RETRY_SECONDS_MAX, PAUSE_SECONDS_MIN, False
        while True:
            try:
                async with asyncio.timeout(ATTEMPT_SECONDS_MAX):
                    return await self._attempt(batch, again=again)
            except Exception as error:
                self._drop()
                if disconnected(error) and clock() > deadline:
                    raise OutcomeUnknown(error) from error
                if not disconnected(error) and (again or not row_refused(error)):
                    raise
            again = True
            await asyncio.sleep(pause)
            pause = min(2 * pause, PAUSE_SECONDS_MAX)

    async def _attempt(self, batch: Sequence[Prepared], *, again: bool) -> Sequence[Result]:
        if self._connection is None:
            self._connection = await self._pool.acquire()
        if not again and self._alone and self._left is not None:
            versions = assumed(batch, self._versions)
            made = None if versions is None else plan(batch, self._left, versions, {}, {})
            if made is not None and await write(self._connection, made):
                self._remember(made)
                return made.results
        await self._connection.execute("BEGIN")
        made = await append_under_lock(self._connection, batch, look_for_written=again)
        await self._connection.execute("COMMIT")
        self._alone = made.before == self._left
        self._remember(made)
        return made.results

    def _remember(self, made: Plan) -> None:
        if not self._alone or len(self._versions) > STREAMS_REMEMBERED_MAX:
            self._versions.clear()
        self._versions.update(made.versions)
        self._left = made.head

    def _drop(self) -> None:
        self._left, self._alone = None, False
        if self._connection is not None:
            with suppress(*DISCONNECTED):
                self._connection.terminate()
        self.rest()

    async def _release(self, connection: Connection) -> None:
        with suppress(*DISCONNECTED):
            await self._pool.release(connection)  # type: ignore[arg-type]


async def append_under_lock(connection: Connection, batch: Sequence[Prepared], *, look_for_written: bool) -> Plan:
    """Lock the head, place the batch after it and write it, all in the caller's transaction."""
    streams = list(dict.fromkeys(stream for prepared in batch for stream in prepared.streams))
    keys = [prepared.request.idempotency.key for prepared in batch if prepared.request.idempotency]
    taken = await connection.fetchrow("SELECT * FROM log.take_head($1, $2)", streams, keys)
    assert taken is not None, "a function with OUT parameters returns one row"
    head = Head(taken["head_position"], taken["head_hash"])
    known = await recall(connection, taken["known_keys"]) if taken["known_keys"] else {}
    written = await _written(connection, batch) if look_for_written else {}
    made = plan(batch, head, dict(zip(streams, taken["versions"] or (), strict=True)), known, written)
    if made.changes and not await write(connection, made):
        raise AssertionError("the head is locked and the versions were read under the lock")
    return made


async def write(connection: Connection, made: Plan) -> bool:
    """Write a plan as one statement; False, and nothing written, when the log is not as the plan found it."""
    columns = list(zip(*made.rows, strict=True)) or [()] * 6
    answers = [answer for answer, _ in made.answers.values()]
    checked = made.to_check
    done: bool = await connection.fetchval(
        _APPEND,
        made.before.position,
        made.before.hash,
        list(checked),
        list(checked.values()),
        *columns,
        made.head.hash,
        list(made.answers),
        [answer.request_hash for answer in answers],
        [answer.status for answer in answers],
        [orjson.dumps(answer.response) for answer in answers],
        [position for _, position in made.answers.values()],
    )
    return done


async def recall(connection: "Connection | Pool", keys: Sequence[str]) -> Mapping[str, Remembered]:
    """What is remembered under `keys`."""
    return {
        row["idempotency_key"]: Remembered(row["request_hash"], row["status"], orjson.loads(row["response"]))
        for row in await connection.fetch(_RECALL, keys)
    }


async def _written(connection: Connection, batch: Sequence[Prepared]) -> Mapping[str, Place]:
    """What is in the log of the ids that a batch asks for."""
    asked = [event_id for prepared in batch for event_id in prepared.asked_ids]
    return {event_id: Place(*place) for event_id, *place in await connection.fetch(_WRITTEN, asked)}
