"""The projector: a service's own events, read by position, become its read models."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TypeAlias

import asyncpg

from shared.contracts.envelope import Recorded
from shared.eventstore.documents import Documents, Pool, UnitOfWork
from shared.eventstore.port import EventStore
from shared.eventstore.postgres import CHANNEL, DISCONNECTED

Project: TypeAlias = Callable[[Documents, Recorded], Awaitable[None]]

BATCH_EVENTS_MAX = 500
IDLE_SECONDS_MAX = 0.5
"""A notification usually wakes the projector; this is how long it sleeps when one was lost."""
RETRY_SECONDS = 0.5

_CURSOR = """
INSERT INTO views.projection (name, position) VALUES ('own', 0) ON CONFLICT (name) DO UPDATE SET name = 'own'
RETURNING position
"""


class Projector:
    """Moves the read models along the log, documents and cursor in one transaction.

    Two processes may run one each: the cursor's row lock lets one work at a time, and the next one continues
    where the other committed.
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
                    await listener.add_listener(CHANNEL, self._woken)
                    await self._follow()
            except DISCONNECTED:
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
        async with self._pool.acquire() as connection, connection.transaction():
            cursor = await connection.fetchval(_CURSOR)
            events = await self._store.read(cursor, BATCH_EVENTS_MAX)
            if events:
                await self._apply(connection, events)
        position = events[-1].position if events else cursor
        async with self._moved:
            self.position = max(self.position, position)
            self._moved.notify_all()
        return len(events)

    async def _apply(
        self, connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]", events: Sequence[Recorded]
    ) -> None:
        documents = UnitOfWork(connection)
        for recorded in events:
            await self._project(documents, recorded)
        await documents.flush()
        await connection.execute(
            "UPDATE views.projection SET position = $1 WHERE name = 'own'", events[-1].position
        )

    async def _follow(self) -> None:
        while True:
            self._wake.clear()
            if await self.catch_up() == 0:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS_MAX)

    def _woken(self, *_notification: object) -> None:
        self._wake.set()
