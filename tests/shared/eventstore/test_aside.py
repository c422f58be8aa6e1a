"""Views laid aside: read by nobody while they are written, and then by everybody, all at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from shared.eventstore import aside as laid
from shared.eventstore.aside import Aside
from shared.eventstore.connections import Pool
from shared.eventstore.documents import Documents, PoolReads, UnitOfWork
from shared.eventstore.draft import Draft
from shared.testing.postgres import Database, dbmate

pytestmark = pytest.mark.asyncio

ROWS = "SELECT count(*) FROM views.documents"
SINCE = "SELECT count(*) FROM schema_migrations WHERE version >= '0009'"
MANY = 2 * laid.BATCH_DOCUMENTS_MAX + 1


@asynccontextmanager
async def beginning(database: Database, *views: str) -> AsyncIterator[tuple[Draft, Aside]]:
    connection = await asyncpg.connect(database.runtime)
    try:
        begun = Draft(connection, views)
        await begun.begin()
        yield begun, Aside(connection, views)
    finally:
        await connection.close()


async def put(documents: Documents, view: str, **texts: str) -> None:
    for key, text in texts.items():
        await documents.put(view, key, {"text": text})


async def write(pool: Pool, view: str, **texts: str) -> None:
    async with pool.acquire() as connection, connection.transaction():
        documents = UnitOfWork(connection)
        await put(documents, view, **texts)
        await documents.flush()


async def drafted(begun: Draft, view: str, **texts: str) -> None:
    documents = begun.documents()
    await put(documents, view, **texts)
    await documents.flush()


async def lay(aside: Aside) -> list[int]:
    return [documents async for documents in aside.lay()]


async def switch(aside: Aside) -> None:
    async with aside.connection.transaction():
        await aside.switch()


async def test_what_is_laid_aside_is_read_from_the_switch_on_and_not_before(pool: Pool, database: Database) -> None:
    reads = PoolReads(pool)
    await write(pool, "words", same="s", changed="wrong", surplus="odd")
    await write(pool, "others", odd="left alone")
    async with beginning(database, "words") as (begun, aside):
        await drafted(begun, "words", same="s", changed="right", missing="m")
        assert await lay(aside) == [3]
        documents = aside.documents()
        assert await documents.get("words", "changed") == {"text": "right"}
        await documents.put("words", "changed", {"text": "right since"})
        await documents.remove("words", "same")
        await documents.flush()
        assert await documents.find("words") == ({"text": "right since"}, {"text": "m"})
        assert await reads.find("words") == ({"text": "wrong"}, {"text": "s"}, {"text": "odd"})
        async with aside.connection.transaction():
            await aside.switch()
            assert await reads.get("words", "changed") == {"text": "wrong"}
        assert await reads.find("words") == ({"text": "right since"}, {"text": "m"})
        await aside.sweep()
    assert await pool.fetchval(ROWS) == 2 + 1
    assert await reads.get("others", "odd") == {"text": "left alone"}


async def test_units_of_work_go_on_where_it_is_read(pool: Pool, database: Database) -> None:
    async with beginning(database, "words", "others") as (begun, aside):
        for turn in ("first", "second", "third"):
            await drafted(begun, "words", one=turn, two=turn)
            assert await lay(aside) == [2]
            await switch(aside)
            await aside.sweep()
            await write(pool, "words", one=f"{turn} since", three="3")
            assert await PoolReads(pool).get("words", "one") == {"text": f"{turn} since"}
            assert await PoolReads(pool).get("words", "two") == {"text": turn}
            (others, words) = await begun.compare()
            assert (words.missing, words.surplus, words.changed, others.differs) == (0, 1, 1, False)
            async with pool.acquire() as connection, connection.transaction():
                documents = UnitOfWork(connection)
                await documents.remove("words", "three")
                assert await documents.find("words", {"text": turn}) == ({"text": turn},)
    assert await pool.fetchval(ROWS) == 2


async def test_more_than_a_batch_is_laid_and_swept(pool: Pool, database: Database) -> None:
    async with beginning(database, "words") as (begun, aside):
        await begun.connection.execute(
            "INSERT INTO pg_temp.draft SELECT 'words', n::text, '{}' FROM generate_series(1, $1) AS n", MANY
        )
        assert await lay(aside) == [laid.BATCH_DOCUMENTS_MAX, laid.BATCH_DOCUMENTS_MAX, 1]
        await switch(aside)
        (words,) = await begun.compare()
        assert (words.present, words.differs) == (MANY, False)
        assert await lay(aside) == [laid.BATCH_DOCUMENTS_MAX, laid.BATCH_DOCUMENTS_MAX, 1]
        assert await pool.fetchval(ROWS) == 2 * MANY
        await aside.sweep()
        assert await pool.fetchval(ROWS) == MANY
        assert not (await begun.compare())[0].differs


async def test_what_one_that_was_killed_left_is_swept(pool: Pool, database: Database) -> None:
    await write(pool, "words", one="read")
    async with beginning(database, "words") as (begun, aside):
        await drafted(begun, "words", one="1", two="2")
        await lay(aside)
    assert await PoolReads(pool).find("words") == ({"text": "read"},)
    async with beginning(database, "words") as (begun, aside):
        await drafted(begun, "words", one="one")
        with pytest.raises(asyncpg.UniqueViolationError):
            await lay(aside)
        await aside.sweep()
        assert await lay(aside) == [1]
        await switch(aside)
    assert await PoolReads(pool).find("words") == ({"text": "one"},)


async def test_without_places_everything_lies_under_its_own_name(pool: Pool, database: Database) -> None:
    await write(pool, "words", one="wrong", surplus="odd")
    await write(pool, "others", one="right")
    async with beginning(database, "words") as (begun, aside), beginning(database, "others") as (second, left):
        await drafted(begun, "words", one="right", two="right")
        await lay(aside)
        await switch(aside)
        await drafted(second, "others", one="wrong", two="wrong")
        await lay(left)
    owner = await asyncpg.connect(database.owner)
    try:
        for _ in range(await owner.fetchval(SINCE)):
            dbmate(database.owner, "rollback")
        rows = await owner.fetch("SELECT view, key, doc->>'text' AS text FROM views.documents ORDER BY view, key")
    finally:
        await owner.close()
    assert [tuple(row) for row in rows] == [
        ("others", "one", "right"),
        ("words", "one", "right"),
        ("words", "two", "right"),
    ]
