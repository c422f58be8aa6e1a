"""A draft of views: compared document by document with what is read, and seen by nobody else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from shared.eventstore.connections import Pool
from shared.eventstore.documents import PoolReads, UnitOfWork
from shared.eventstore.draft import Draft, Row
from shared.testing.postgres import Database

pytestmark = pytest.mark.asyncio


@asynccontextmanager
async def draft(database: Database, *views: str) -> AsyncIterator[Draft]:
    connection = await asyncpg.connect(database.runtime)
    try:
        begun = Draft(connection, views)
        await begun.begin()
        yield begun
    finally:
        await connection.close()


async def put(pool: Pool, view: str, **texts: str) -> None:
    async with pool.acquire() as connection, connection.transaction():
        documents = UnitOfWork(connection)
        for key, text in texts.items():
            await documents.put(view, key, {"text": text})
        await documents.flush()


async def write(begun: Draft, view: str, **texts: str) -> None:
    documents = begun.documents()
    for key, text in texts.items():
        await documents.put(view, key, {"text": text})
    await documents.flush()


async def test_what_is_missing_surplus_and_changed_is_told(pool: Pool, database: Database) -> None:
    await put(pool, "words", same="s", changed="wrong", surplus="odd")
    await put(pool, "others", odd="left alone")
    async with draft(database, "words") as begun:
        await write(begun, "words", same="s", changed="right", missing="m")
        (words,) = await begun.compare()
        assert (words.present, words.drafted, words.missing, words.surplus, words.changed) == (3, 3, 1, 1, 1)
        assert words.digest != words.drafted_digest
        assert await begun.rows(2) == [
            Row("words", "changed", '{"text": "wrong"}', '{"text": "right"}'),
            Row("words", "missing", None, '{"text": "m"}'),
        ]


async def test_a_view_without_documents_is_compared_too(database: Database) -> None:
    async with draft(database, "words") as begun:
        (words,) = await begun.compare()
        assert not words.differs
        assert words.digest == words.drafted_digest


async def test_a_draft_is_seen_by_nobody_and_goes_with_its_connection(pool: Pool, database: Database) -> None:
    async with draft(database, "words") as begun, draft(database, "words") as other:
        await write(begun, "words", one="1")
        assert await begun.documents().find("words") == ({"text": "1"},)
        assert await other.documents().find("words") == ()
        assert await PoolReads(pool).find("words") == ()
    async with draft(database, "words") as again:
        assert await again.documents().find("words") == ()
