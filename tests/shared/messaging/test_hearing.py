"""Whether everything that was on the topics at a moment has been heard, asked of a broker and a database."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaConnectionError

from shared.messaging import hearing as module
from shared.messaging.hearing import Hearing, NotHeard
from shared.messaging.relay import Relay
from tests.shared.messaging.street import Street, running, until
from tests.shared.messaging.test_relay import fill, sent_all


@pytest_asyncio.fixture
async def hearing(street: Street) -> AsyncIterator[Hearing]:
    made = Hearing(street.pool, street.delivery.consumer, street.broker, street.topics, settled_seconds=0.0)
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


async def test_a_broker_that_lacks_what_was_heard_says_nothing(street: Street, hearing: Hearing) -> None:
    await send(street, 20)
    ends = await hearing.ends()
    async with running(street.inbox().run()) as (task,):
        await until(lambda: hearing.reached(ends), task)
    assert await hearing.ends() == ends
    await street.pool.execute("UPDATE delivery.cursor SET next_offset = next_offset + 1 WHERE next_offset > 0")
    with pytest.raises(NotHeard, match="lacks what was heard"):
        await hearing.ends()


async def test_relays_are_given_time_when_the_broker_is_back(hearing: Hearing, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise KafkaConnectionError

    async def settled() -> bool:
        try:
            return bool(await hearing.ends())
        except NotHeard:
            return False

    hearing.settled_seconds = 1.0
    assert not await settled(), "at a start"
    await until(settled)
    with monkeypatch.context() as patched:
        patched.setattr(AIOKafkaConsumer, "end_offsets", away)
        with pytest.raises(KafkaConnectionError):
            await hearing.ends()
    assert not await settled(), "after it was away"
    await until(settled)
    with monkeypatch.context() as patched:
        patched.setattr(module, "PROMPT_SECONDS_MAX", 0.0)
        assert not await settled(), "after it was slow"
    await until(settled)
    with monkeypatch.context() as patched:
        patched.setattr(module, "UNASKED_SECONDS_MAX", -1.0)
        assert not await settled(), "after nobody has asked"
    await until(settled)
