"""One key at one moment, in one process and at two replicas, on PostgreSQL: one effect and one answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import count

import asyncpg
import httpx
import pytest
import pytest_asyncio

from shared.eventstore.postgres import PostgresEventStore
from shared.kernel.actor import Actor
from shared.testing.postgres import Database
from shared.web.failures import WrongCredentials
from tests.shared.web.house import CLERK, EXPERT, House

pytestmark = pytest.mark.asyncio

NOTE = "2c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017"


@pytest_asyncio.fixture(params=[1, 2], ids=["one process", "two replicas"])
async def houses(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[list[House]]:
    """Whom the first and the second caller ask: one house, or two before the same database."""
    async with AsyncExitStack() as stack:
        found = []
        for _ in range(request.param):
            pool = await stack.enter_async_context(asyncpg.create_pool(database.runtime, min_size=2, max_size=4))
            store = PostgresEventStore(pool, "review", rehearsal=True)
            stack.push_async_callback(store.queue.drain)
            found.append(House(store=store))
        yield [found[0], found[-1]]


async def asked(house: House, text: str = "noted", actor: Actor = CLERK) -> httpx.Response:
    """What a command with the key is answered."""
    headers = {**house.bearer(actor), "Idempotency-Key": "k1"}
    async with house.client() as client:
        return await client.post(f"/once/{NOTE}", json={"text": text}, headers=headers)


def meet(houses: list[House], late: Exception | None = None) -> None:
    """Let both ask for the key before either works; then one works, and once it has stored something the other.

    The other's work raises `late`, where that is given.
    """
    both, turns = asyncio.Barrier(2), count()

    async def in_turn() -> None:
        second = next(turns)
        async with both:
            pass
        while second and (await houses[0].store.head()).position == 0:
            await asyncio.sleep(0.01)
        if second and late is not None:
            raise late

    for house in houses:
        house.before_work = in_turn


async def test_what_the_first_did_is_the_seconds_answer(houses: list[House]) -> None:
    meet(houses)
    answers = await asyncio.gather(*(asked(house) for house in houses))
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert sum("idempotent-replayed" in answer.headers for answer in answers) == 1
    assert (await houses[0].store.head()).position == 1, "the second was not refused, so no refusal is recorded"


async def test_a_secret_that_the_first_changed_is_not_wrong_to_the_second(houses: list[House]) -> None:
    meet(houses, WrongCredentials("wrong"))
    answers = await asyncio.gather(*(asked(house) for house in houses))
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


async def test_another_request_under_the_key_is_told_so(houses: list[House]) -> None:
    meet(houses)
    answers = await asyncio.gather(*(asked(house, text) for house, text in zip(houses, ("a", "b"), strict=True)))
    assert sorted(answer.status_code for answer in answers) == [201, 422]
    assert (await houses[0].store.head()).position == 1


async def test_both_are_refused_alike_and_one_trace_is_left(houses: list[House]) -> None:
    meet(houses)
    answers = await asyncio.gather(*(asked(house, actor=EXPERT) for house in houses))
    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].json() == answers[1].json()
    assert (await houses[0].store.head()).position == 1
