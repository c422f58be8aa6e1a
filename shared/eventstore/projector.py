"""The projector: a service's own events, read by position, become its read models, each with a cursor of its own."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from time import time_ns

from shared.eventstore.connections import CHANNEL, DISCONNECTED, Connection, Pool, disconnected, end_if_cancelled
from shared.eventstore.documents import UnitOfWork
from shared.eventstore.port import EventStore
from shared.eventstore.projection import Projection
from shared.observability.traces import Step, happened

BATCH_EVENTS_MAX = 500
IDLE_SECONDS_MAX = 0.5
"""A notification usually wakes the projector; this is how long it sleeps when one was lost."""
GATHER_SECONDS = 0.01
"""Between two batches: a busy log is projected by the dozen, not one event at a time; a quiet one at once."""
RETRY_SECONDS = 0.5

_BEHIND = """
SELECT h.position AS head, p.position, array(SELECT name FROM views.projection) AS names
FROM log.log_head h, views.projection p WHERE p.name = 'own'
"""
_BEGIN = """
INSERT INTO views.projection (name, position)
SELECT name, CASE WHEN (SELECT count(*) FROM views.projection) = 1
  THEN (SELECT position FROM views.projection WHERE name = 'own') ELSE 0 END
FROM unnest($1::text[]) AS name ON CONFLICT DO NOTHING
"""
"""A projection that is new begins with the log; where none had a cursor of its own yet, all stood at the common one."""
_LOCK = "SELECT name, position FROM views.projection ORDER BY name FOR UPDATE"
_MOVE = """
UPDATE views.projection p SET position = m.position
FROM unnest($1::text[], $2::bigint[]) AS m(name, position) WHERE p.name = m.name
"""
OWN = "own"
"""How far all of them are; its row is also what units of work wait for."""


class Projector:
    """Moves the read models along the log, documents and cursors in one transaction.

    Each projection goes on from its own cursor, so one that is behind catches up while the others wait for
    nothing they had. Two processes may run a projector each: the lock on the cursors lets one work at a time,
    and the next one continues where the other committed. A projection that raises ends `run`: it is never
    skipped. `position` is how far all of them are.
    """

    def __init__(self, pool: Pool, store: EventStore, projections: Sequence[Projection]) -> None:
        self._pool, self._store, self._projections = pool, store, projections
        self._moved = asyncio.Condition()
        self._wake = asyncio.Event()
        self.position = 0

    async def run(self) -> None:
        """Project until cancelled; a broken connection is tried again, a failing projection ends it."""
        while True:
            try:
                async with self._pool.acquire() as listener:
                    await self._listen(listener)
            except DISCONNECTED as error:
                end_if_cancelled()
                if not disconnected(error):
                    raise
                await asyncio.sleep(RETRY_SECONDS)

    async def reached(self, position: int, timeout_seconds: float) -> bool:
        """Whether the read models are, within the time, at least at `position`."""
        self._wake.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds), self._moved:
                await self._moved.wait_for(lambda: self.position >= position)
        return self.position >= position

    async def catch_up(self) -> int:
        """Project one batch; returns how many events it had."""
        async with self._pool.acquire() as connection:
            row = await connection.fetchrow(_BEHIND)
            assert row is not None, "the migrations put one row into each"
            position, events = row["position"], 0
            new = [one.name for one in self._projections if one.name not in row["names"]]
            if row["head"] > position or new:
                async with connection.transaction():
                    if new:
                        await connection.execute(_BEGIN, new)
                    position, events = await self._apply(connection)
        async with self._moved:
            self.position = max(self.position, position)
            self._moved.notify_all()
        return events

    async def _apply(self, connection: Connection) -> tuple[int, int]:
        cursors = {row["name"]: row["position"] for row in await connection.fetch(_LOCK)}
        documents, ours = UnitOfWork(connection, alone=True), {one.name: cursors[one.name] for one in self._projections}
        batch, since = await self._store.read(min(ours.values()), BATCH_EVENTS_MAX), time_ns()
        for recorded in batch:
            for projection in self._projections:
                if ours[projection.name] < recorded.position:
                    await projection.apply(documents, recorded)
        await documents.flush()
        if batch:
            ours = {name: max(cursor, batch[-1].position) for name, cursor in ours.items()}
        ours[OWN] = min(ours.values())
        await connection.execute(_MOVE, list(ours), list(ours.values()))
        for recorded in batch:
            happened(Step.PROJECT, recorded.envelope.traceparent, since, {"event.id": recorded.envelope.id})
        return ours[OWN], len(batch)

    async def _listen(self, listener: Connection) -> None:
        await listener.add_listener(CHANNEL, self._woken)
        try:
            await self._follow(listener)
        finally:
            if not listener.is_closed():
                await listener.remove_listener(CHANNEL, self._woken)

    async def _follow(self, listener: Connection) -> None:
        while not listener.is_closed():
            self._wake.clear()
            events = await self.catch_up()
            if events == 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_SECONDS_MAX):
                        await self._wake.wait()
            elif events < BATCH_EVENTS_MAX:
                await asyncio.sleep(GATHER_SECONDS)

    def _woken(self, *_notification: object) -> None:
        self._wake.set()
