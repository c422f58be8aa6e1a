"""The projector: a service's own events, read by position, become its read models."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeAlias

from shared.contracts.envelope import Recorded
from shared.eventstore.connections import CHANNEL, DISCONNECTED, Connection, Pool, disconnected, end_if_cancelled
from shared.eventstore.documents import Documents, UnitOfWork
from shared.eventstore.port import EventStore

Project: TypeAlias = Callable[[Documents, Recorded], Awaitable[None]]

BATCH_EVENTS_MAX = 500
IDLE_SECONDS_MAX = 0.5
"""A notification usually wakes the projector; this is how long it sleeps when one was lost."""
GATHER_SECONDS = 0.01
"""Between two batches: a busy log is projected by the dozen, not one event at a time; a quiet one at once."""
RETRY_SECONDS = 0.5

_BEHIND = "SELECT p.position, h.position AS head FROM views.projection p, log.log_head h WHERE p.name = 'own'"
_LOCK = "SELECT position FROM views.projection WHERE name = 'own' FOR UPDATE"
_MOVE = "UPDATE views.projection SET position = $1 WHERE name = 'own'"


class Projector:
    """Moves the read models along the log, documents and cursor in one transaction.

    Two processes may run one each: the cursor's row lock lets one work at a time, and the next one continues
    where the other committed. A projection that raises ends `run`: it is never skipped.
    """

    def __init__(self, pool: Pool, store: EventStore, project: Project) -> None:
        self._pool, self._store, self._project = pool, store, project
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
            if row["head"] > position:
                async with connection.transaction():
                    cursor = await connection.fetchval(_LOCK)
                    position = await self._apply(connection, cursor)
                    events = position - cursor
        async with self._moved:
            self.position = max(self.position, position)
            self._moved.notify_all()
        return events

    async def _apply(self, connection: Connection, cursor: int) -> int:
        documents = UnitOfWork(connection, alone=True)
        position = cursor
        for recorded in await self._store.read(cursor, BATCH_EVENTS_MAX):
            await self._project(documents, recorded)
            position = recorded.position
        await documents.flush()
        await connection.execute(_MOVE, position)
        return position

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
