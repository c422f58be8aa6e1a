"""A service of the test's own, with its database, its log and its topics."""

import asyncio
import secrets
from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio

from shared.eventstore.connections import Pool
from shared.testing.kafka import KafkaServer
from shared.testing.postgres import Database
from tests.shared.messaging.street import Street


@pytest_asyncio.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    """Connections of the runtime role."""
    async with asyncpg.create_pool(database.runtime, min_size=2, max_size=16) as pool:
        yield pool


@pytest_asyncio.fixture
async def street(pool: Pool, database: Database, kafka_server: KafkaServer) -> AsyncIterator[Street]:
    """A producer and a consumer of events on topics that nobody else has."""
    made = Street(f"t{secrets.token_hex(4)}", pool, database, kafka_server)
    await kafka_server.create_topics(made.topics)
    yield made
    await made.close()
    await kafka_server.delete_topics(made.topics)
    await asyncio.sleep(0)
