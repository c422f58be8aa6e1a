"""Read models in memory and in PostgreSQL: one suite."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from shared.eventstore.connections import Pool
from shared.eventstore.documents import Documents, MemoryDocuments, PoolReads, UnitOfWork

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def unit_of_work(pool: Pool) -> AsyncIterator[UnitOfWork]:
    """PostgreSQL's documents within one transaction."""
    async with pool.acquire() as connection, connection.transaction():
        yield UnitOfWork(connection)


@pytest.fixture(params=["memory", "postgres"])
def documents(request: pytest.FixtureRequest) -> Documents:
    """Each kind in turn."""
    if request.param == "memory":
        return MemoryDocuments()
    found: UnitOfWork = request.getfixturevalue("unit_of_work")
    return found


async def test_a_document_is_what_was_put_last(documents: Documents) -> None:
    await documents.put("round", "2017", {"名称": "第一轮", "open": False})
    await documents.put("round", "2017", {"名称": "第二轮", "open": True, "days": ["2017-08-01"]})

    assert await documents.get("round", "2017") == {"名称": "第二轮", "open": True, "days": ["2017-08-01"]}
    assert await documents.get("round", "2018") is None
    assert await documents.get("panel", "2017") is None


async def test_what_one_got_is_not_the_documents_own(documents: Documents) -> None:
    await documents.put("round", "2017", {"days": ["a"]})

    got = await documents.get("round", "2017")
    assert got is not None
    dict(got)["days"] = []
    days = got["days"]
    assert isinstance(days, list)
    days.append("b")

    assert await documents.get("round", "2017") == {"days": ["a"]}


async def test_documents_are_found_by_members_in_the_order_of_keys(documents: Documents) -> None:
    for code, district, score in (("c", "310104", 1), ("a", "310104", 2), ("B", "310104", 2), ("d", "310101", 2)):
        await documents.put("panel", code, {"code": code, "district": district, "score": score})
    await documents.put("other", "a", {"code": "x", "district": "310104"})

    assert [doc["code"] for doc in await documents.find("panel")] == ["B", "a", "c", "d"]
    assert [doc["code"] for doc in await documents.find("panel", {"district": "310104"})] == ["B", "a", "c"]
    assert [doc["code"] for doc in await documents.find("panel", {"district": "310104", "score": 2})] == ["B", "a"]
    assert [doc["code"] for doc in await documents.find("panel", after="B", limit=2)] == ["a", "c"]
    assert await documents.find("panel", {"absent": 1}) == ()


async def test_true_is_not_one_and_text_is_not_a_number(documents: Documents) -> None:
    await documents.put("v", "a", {"value": True})
    await documents.put("v", "b", {"value": 1})
    await documents.put("v", "c", {"value": "1"})

    assert await documents.find("v", {"value": True}) == ({"value": True},)
    assert await documents.find("v", {"value": 1}) == ({"value": 1},)
    assert await documents.find("v", {"value": "1"}) == ({"value": "1"},)


async def test_a_removed_document_is_gone_and_may_come_back(documents: Documents) -> None:
    await documents.put("v", "a", {"n": 1})
    await documents.find("v")
    await documents.remove("v", "a")
    await documents.remove("v", "never")

    assert await documents.get("v", "a") is None
    assert await documents.find("v") == ()

    await documents.put("v", "a", {"n": 2})
    assert await documents.find("v") == ({"n": 2},)


async def test_a_unit_of_work_becomes_visible_as_a_whole_or_not_at_all(pool: Pool) -> None:
    reads = PoolReads(pool)
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        work = UnitOfWork(connection)
        await work.put("v", "a", {"n": 1})
        await work.flush()
        assert await reads.get("v", "a") is None
        await transaction.rollback()
        assert await reads.get("v", "a") is None

        async with connection.transaction():
            work = UnitOfWork(connection)
            await work.put("v", "a", {"n": 1})
            await work.flush()
    assert await reads.get("v", "a") == {"n": 1}
    assert await reads.find("v", {"n": 1}) == ({"n": 1},)


async def test_two_that_change_one_document_at_once_lose_no_change(pool: Pool) -> None:
    async def add(member: str) -> None:
        async with pool.acquire() as connection, connection.transaction():
            work = UnitOfWork(connection)
            present = await work.get("v", "a") or {}
            await asyncio.sleep(0.05)
            await work.put("v", "a", {**present, member: 1})
            await work.flush()

    await asyncio.gather(*(add(member) for member in "bcd"))
    assert await PoolReads(pool).get("v", "a") == {"b": 1, "c": 1, "d": 1}
