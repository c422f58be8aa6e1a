"""Hearing again: every foreign event that took effect, once and in its stream's order, and nothing else."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from shared.contracts.envelope import Recorded
from shared.contracts.topics import ACCESS
from shared.eventstore.connections import Connection
from shared.messaging.again import Again, NotHeardAgain, hearing_again
from shared.messaging.discard import discard
from shared.messaging.kafka import partition_of
from shared.messaging.parked import Spot
from shared.messaging.redrive import redrive_all
from tests.shared.messaging.street import Street, running, until
from tests.shared.messaging.test_discard_parked import WHY, context, records_of
from tests.shared.messaging.test_inbox import caught_up
from tests.shared.messaging.test_parking import park_a, parked


class Ear:
    """Notes what it is told, and whether everything was."""

    def __init__(self, again: Again, connection: Connection) -> None:
        self.again, self.connection = again, connection
        self.heard: list[str] = []

    async def listen(self) -> list[str]:
        """Catch up; stream and version of everything heard so far."""
        await self.again.catch_up(self.connection, self._note)
        return self.heard

    async def complete(self) -> bool:
        """Whether that is all that took effect."""
        return await self.again.complete(self.connection)

    async def _note(self, batch: Sequence[Recorded]) -> None:
        self.heard += [f"{one.envelope.stream[7:]}{one.envelope.streamversion}" for one in batch]


@asynccontextmanager
async def ear(street: Street) -> AsyncIterator[Ear]:
    async with (
        hearing_again(street.broker, street.service, street.topics, rehearsal=True) as again,
        street.pool.acquire() as connection,
    ):
        yield Ear(again, connection)


async def test_what_was_sent_twice_is_heard_once_and_what_comes_later_too(street: Street) -> None:
    sent = await street.recorded("a", "1", "2", "3")
    async with running(street.inbox().run()) as (task,), ear(street) as listener:
        assert await listener.listen() == []
        assert await listener.complete()
        await street.produce(*sent, sent[1], *await street.recorded("b", "1"))
        await until(lambda: caught_up(street, "a", 3), task)
        await until(lambda: caught_up(street, "b", 1), task)
        assert not await listener.complete()
        assert sorted(await listener.listen()) == ["a1", "a2", "a3", "b1"]
        await street.produce(*await street.recorded("a", "4"))
        await until(lambda: caught_up(street, "a", 4), task)
        assert (await listener.listen())[4:] == ["a4"]
        assert await listener.complete()


async def test_what_the_inbox_has_not_heard_yet_is_left_to_it(street: Street) -> None:
    await street.produce(*await street.recorded("a", "1", "2"))
    async with running(street.inbox().run()) as (task,):
        await until(lambda: caught_up(street, "a", 2), task)
    await street.produce(*await street.recorded("a", "3"))
    async with ear(street) as listener:
        assert await listener.listen() == ["a1", "a2"]
        assert await listener.complete()


async def test_a_parked_event_is_heard_when_it_is_redriven(street: Street) -> None:
    await park_a(street, "poison", "2")
    async with ear(street) as listener:
        assert await listener.listen() == []
        assert await listener.complete()
        street.reader.cured = True
        assert await redrive_all(street.pool, street.delivery) == (2, {})
        assert not await listener.complete()
        assert await listener.listen() == ["a1", "a2"]
        assert await listener.complete()


@pytest.mark.parametrize("late", [True, False])
async def test_an_event_that_was_given_up_is_never_heard(
    street: Street, monkeypatch: pytest.MonkeyPatch, *, late: bool
) -> None:
    monkeypatch.setitem(ACCESS, street.service, street.stream("x").category)
    await park_a(street, "poison", "2")
    await street.produce(b"no event at all")
    async with running(street.inbox().run()) as (task,):
        await until(lambda: parked(street, 3), task)
    async with ear(street) as listener:
        if late:
            assert await listener.listen() == []
        for one in await records_of(street):
            if one.version != 2:
                await discard(street.pool, street.delivery, Spot.of(one.record), WHY, context(one.record))
        street.reader.given_up = 1
        assert await redrive_all(street.pool, street.delivery) == (1, {})
        assert await listener.listen() == ["a2"]
        assert await listener.complete()


async def test_an_event_is_heard_though_a_copy_of_it_was_given_up(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ACCESS, street.service, street.stream("x").category)
    (true,) = await street.recorded("a", "1")
    await street.produce(true)
    await street.produce(true, key=b"another")
    async with running(street.inbox().run()) as (task,):
        await until(lambda: parked(street, 1), task)
        await until(lambda: caught_up(street, "a", 1), task)
    (copy,) = await records_of(street)
    await discard(street.pool, street.delivery, Spot.of(copy.record), WHY, context(copy.record))
    async with ear(street) as listener:
        assert await listener.listen() == ["a1"]
        assert await listener.complete()


async def test_cursors_that_were_set_back_are_not_everything(street: Street) -> None:
    """A database that was restored before another log knows more than its cursors say."""
    await street.produce(*await street.recorded("a", "1", "2"))
    async with running(street.inbox().run()) as (task,):
        await until(lambda: caught_up(street, "a", 2), task)
    await street.pool.execute("DELETE FROM delivery.cursor")
    async with ear(street) as listener:
        assert await listener.listen() == []
        assert not await listener.complete()


async def test_a_topic_that_lost_its_beginning_is_told(street: Street) -> None:
    sent = await street.recorded("a", "1", "2", "3")
    await street.produce(*sent)
    async with running(street.inbox().run()) as (task,):
        await until(lambda: caught_up(street, "a", 3), task)
    await street.kafka.forget_before(street.topic, partition_of(b"key-a"), 2)
    async with ear(street) as listener:
        with pytest.raises(NotHeardAgain, match="begins at 2; what was before it is gone"):
            await listener.listen()
