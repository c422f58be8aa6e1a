"""The dead-letter limit holds back what it does not set aside: within a batch, over restarts, until there is room."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from shared.contracts.topics import ACCESS
from shared.eventstore.connections import Pool
from shared.messaging.dead_letters import DeadLetters, TooManyParked, Verdict
from shared.messaging.discard import discard
from shared.messaging.inbox import Inbox
from shared.messaging.ledger import Parking
from shared.messaging.parked import Spot
from shared.messaging.record import Record
from shared.messaging.redrive import redrive_all
from tests.shared.messaging.street import Reader, Street, running, until
from tests.shared.messaging.test_discard_parked import WHY, context, records_of
from tests.shared.messaging.test_inbox import caught_up
from tests.shared.messaging.test_parking import parked

FAILED_MAX, WINDOW = 5, 10


def limited() -> DeadLetters:
    """As a process begins: with the limit alone."""
    return DeadLetters(failed_max=FAILED_MAX, window=WINDOW)


@asynccontextmanager
async def life(street: Street, reader: Reader | None = None) -> AsyncIterator[tuple[Inbox, asyncio.Task[None]]]:
    """An inbox from its start to its end; it must not end by itself."""
    inbox = street.inbox(reader, dead_letters=limited())
    async with running(inbox.run()) as (task,):
        yield inbox, task
        assert not task.done()


async def stops(street: Street, reader: Reader | None = None) -> Inbox:
    async with life(street, reader) as (inbox, task):
        await until(lambda: has_stopped(inbox), task)
        return inbox


async def has_stopped(inbox: Inbox) -> bool:
    return inbox.state.stopped and not inbox.state.running


async def test_a_batch_is_set_aside_up_to_the_limit_and_no_life_goes_beyond(street: Street) -> None:
    await street.produce(*await street.recorded("good", "1", "2"))
    await street.produce(*(b"junk %d" % number for number in range(40)))
    inbox = await stops(street)
    assert len(await street.parked()) == FAILED_MAX
    (reason,) = set(inbox.state.holding.values())
    assert "6 of the last " in reason
    assert "Undecodable" in reason
    assert inbox.state.error == reason
    assert sum("the inbox has stopped" in one for one in street.told) == 1
    for _ in range(3):
        await stops(street)
    assert len(await street.parked()) == FAILED_MAX
    assert await street.versions("good") == [1, 2]


async def test_after_a_faulty_release_nothing_is_lost_and_streams_are_in_order(street: Street) -> None:
    streams = [f"s{number}" for number in range(20)]
    for _ in range(3):
        for one in streams:
            await street.produce(*await street.recorded(one, "poison"))
    for _ in range(2):
        await stops(street, Reader(service=street.service))
    first_of_each = [reason for reason in await street.parked() if reason == "Broken: poison"]
    assert len(first_of_each) == FAILED_MAX
    mended = street.reader
    mended.cured = True
    async with life(street, mended) as (_, task):
        await until(lambda: redriven(street), task)
        for one in streams:
            await until(lambda one=one: caught_up(street, one, 3), task)  # type: ignore[misc]
    assert await street.parked() == []
    for one in streams:
        assert await street.versions(one) == [1, 2, 3]


async def redriven(street: Street) -> bool:
    _, failed = await redrive_all(street.pool, street.delivery)
    assert not failed
    return not await street.parked()


async def test_an_inbox_that_stopped_goes_on_when_there_is_room(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ACCESS, street.service, street.stream("x").category)
    monkeypatch.setattr("shared.messaging.inbox.ROOM_SECONDS", 0.05)
    await street.produce(*(b"junk %d" % number for number in range(FAILED_MAX + 1)))
    async with life(street) as (inbox, task):
        await until(lambda: has_stopped(inbox), task)
        first, *_ = await records_of(street)
        await discard(street.pool, street.delivery, Spot.of(first.record), WHY, context("junk"))
        await until(lambda: parked(street, FAILED_MAX), task)
        await street.produce(*await street.recorded("good", "1"))
        await until(lambda: caught_up(street, "good", 1), task)
        assert (inbox.state.stopped, inbox.state.error, inbox.state.holding) == (False, "", {})


async def test_as_many_as_are_allowed_are_set_aside_beyond_the_limit(street: Street) -> None:
    await street.produce(*(b"junk %d" % number for number in range(40)))
    await limited().allow(street.pool, street.delivery.consumer, 20)
    await stops(street)
    assert len(await street.parked()) == 20 + FAILED_MAX


async def judged(pool: Pool, replica: DeadLetters, *failures: Parking | None) -> None:
    """One transaction of a replica, with one verdict for each."""
    async with pool.acquire() as connection, connection.transaction():
        await replica.judge(connection, "two-replicas", [Verdict(at, one) for at, one in enumerate(failures)])


async def test_what_one_replica_handles_counts_against_what_fails_in_the_other(pool: Pool) -> None:
    bad = Parking(Record("topic", 0, 0, None, b"junk"), None, "Undecodable")
    well, ill = limited(), limited()
    await judged(pool, well, None)
    for _ in range(WINDOW):
        await judged(pool, ill, bad)
        await judged(pool, well, *[None] * WINDOW)
    with pytest.raises(TooManyParked, match="6 of the last 10 events"):
        await judged(pool, ill, *[bad] * (FAILED_MAX + 1))
