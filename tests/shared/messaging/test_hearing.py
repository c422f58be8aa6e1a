"""Whether everything that was on the topics at a moment has been heard, asked of a broker and a database."""

from collections.abc import AsyncIterator

import pytest_asyncio

from shared.messaging.hearing import Hearing
from shared.messaging.relay import Relay
from tests.shared.messaging.street import Street, running, until
from tests.shared.messaging.test_relay import fill, sent_all


@pytest_asyncio.fixture
async def hearing(street: Street) -> AsyncIterator[Hearing]:
    made = Hearing(street.pool, street.delivery.consumer, street.broker, street.topics)
    yield made
    await made.close()


async def send(street: Street, events: int) -> None:
    await fill(street, events)
    relay: Relay = street.relay(topics=street.topics)
    async with running(relay.run()) as (task,):
        await until(lambda: sent_all(street), task)


async def test_what_is_sent_is_reached_once_it_took_effect(street: Street, hearing: Hearing) -> None:
    before = await hearing.ends()
    assert await hearing.reached(before)
    await send(street, 20)
    ends = await hearing.ends()
    assert sum(ends.values()) == 20
    assert await hearing.reached(before)
    assert not await hearing.reached(ends)
    async with running(street.inbox().run()) as (task,):
        await until(lambda: hearing.reached(ends), task)


async def test_who_hears_nobody_has_heard_everything(street: Street) -> None:
    deaf = Hearing(street.pool, "nobody", street.broker, ())
    assert await deaf.reached(await deaf.ends())
