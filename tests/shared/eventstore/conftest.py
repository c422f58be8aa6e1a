"""Stores and read models of both kinds, for one suite."""

from collections.abc import AsyncIterator
from typing import TypeAlias

import asyncpg
import pytest
import pytest_asyncio

from shared.eventstore.connections import Pool
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.postgres import PostgresEventStore
from shared.testing.postgres import Database

Store: TypeAlias = MemoryEventStore | PostgresEventStore


@pytest_asyncio.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    """Connections of the runtime role."""
    async with asyncpg.create_pool(database.runtime, min_size=4, max_size=12) as pool:
        yield pool


@pytest_asyncio.fixture
async def postgres(pool: Pool) -> AsyncIterator[PostgresEventStore]:
    """A store on an empty database."""
    store = PostgresEventStore(pool, "review", rehearsal=True)
    yield store
    await store.queue.drain()


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> Store:
    """Each store in turn."""
    if request.param == "memory":
        return MemoryEventStore("review", rehearsal=True)
    found: PostgresEventStore = request.getfixturevalue("postgres")
    return found
