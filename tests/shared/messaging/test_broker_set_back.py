"""A broker that comes back with less than it acknowledged: nothing is sent on top, and the service says so."""

import asyncio
from time import monotonic

import pytest

from shared.messaging.failures import BrokerSetBack
from shared.messaging.history import ends_of, require_ends, require_own_history
from shared.messaging.kafka import partition_of
from shared.messaging.relay import Relay
from tests.shared.messaging.street import SECONDS_MAX, Street, running, until
from tests.shared.messaging.test_relay import check_topic, fill, sent_all

RETRIES_SECONDS = 1.0
"""Long enough for the relay to try again a few times."""


async def sent(street: Street, events: int = 40) -> None:
    await fill(street, events)
    async with running(street.relay(topics=street.topics).run()) as (task,):
        await until(lambda: sent_all(street), task)


async def lose(street: Street) -> None:
    """The topics as a broker has them whose disk was replaced."""
    await street.kafka.delete_topics(street.topics)
    deadline = monotonic() + SECONDS_MAX
    while True:
        try:
            await street.kafka.create_topics(street.topics)
        except Exception:
            if monotonic() > deadline:
                raise
            await asyncio.sleep(0.1)
        else:
            return


async def said(relay: Relay, reason: str) -> bool:
    return reason in relay.state.error


async def records(street: Street) -> int:
    return sum(len(found) for found in (await street.topic_records()).values())


async def test_a_broker_that_lost_everything_is_not_sent_over_and_commands_go_on(street: Street) -> None:
    await sent(street)
    await require_own_history(street.pool, street.broker, street.topics)
    await lose(street)
    with pytest.raises(BrokerSetBack, match=f"the broker lacks event .* of {street.topic}, which was sent"):
        await require_own_history(street.pool, street.broker, street.topics)
    relay = street.relay(topics=street.topics)
    async with running(relay.run()) as (task,):
        await until(lambda: said(relay, "BrokerSetBack: the broker lacks event"), task)
        await fill(street, 5)
        await asyncio.sleep(RETRIES_SECONDS)
        assert not relay.state.leading
        assert relay.state.stopped
        assert relay.state.position == 40
        assert await said(relay, "`nianlun reconcile` shows what it lacks")
    assert await records(street) == 0


async def test_once_that_is_made_good_it_sends_again(street: Street) -> None:
    await sent(street)
    await lose(street)
    relay = street.relay(topics=street.topics)
    async with running(relay.run()) as (task,):
        await until(lambda: said(relay, "BrokerSetBack"), task)
        await street.pool.execute("DELETE FROM delivery.acknowledged")
        await street.pool.execute("UPDATE delivery.relay SET position = 0")
        await until(lambda: sent_all(street), task)
        assert (relay.state.error, relay.state.stopped) == ("", False)
    await check_topic(street, duplicates=False)


async def test_a_broker_that_lost_the_end_of_one_partition_is_found_out(street: Street) -> None:
    await sent(street)
    log = await street.store.read(0, 100)
    last = log[-1]
    await lose(street)
    await street.produce(*log[:-1])
    with pytest.raises(BrokerSetBack, match=f"lacks event {last.position} of {street.topic}"):
        await require_own_history(street.pool, street.broker, street.topics)
    await street.produce(last)
    await require_own_history(street.pool, street.broker, street.topics)


async def test_records_that_were_deleted_are_missed_too(street: Street) -> None:
    await sent(street)
    last = (await street.store.read(39, 1))[0]
    partition = partition_of(last.envelope.partitionkey.encode())
    held = (await street.topic_records())[partition]
    await street.kafka.forget_before(street.topic, partition, held[-1].offset + 1)
    with pytest.raises(BrokerSetBack, match=f"lacks event {last.position} of {street.topic}"):
        await require_own_history(street.pool, street.broker, street.topics)


async def test_nothing_is_sent_where_the_last_record_is_gone(street: Street) -> None:
    await sent(street)
    last = await require_own_history(street.pool, street.broker, street.topics)
    async with ends_of(street.broker) as ends:
        await require_ends(ends, last, last)
        for place, offset in last.items():
            with pytest.raises(
                BrokerSetBack, match=rf"{place[0]}/{place[1]} had {offset + 2} records and has {offset + 1}"
            ):
                await require_ends(ends, last | {place: offset + 1}, [place])


async def test_it_is_found_out_while_the_relay_leads(street: Street) -> None:
    relay = street.relay(topics=street.topics)
    async with running(relay.run()) as (task,):
        await fill(street, 40)
        await until(lambda: sent_all(street), task)
        await lose(street)
        await fill(street, 8)
        await until(lambda: said(relay, "the broker lacks event"), task)
        await asyncio.sleep(RETRIES_SECONDS)
        before = await records(street)
        await fill(street, 8)
        await asyncio.sleep(RETRIES_SECONDS)
        assert await records(street) == before
        assert not relay.state.leading
    assert await street.pool.fetchval("SELECT position FROM delivery.relay") == 40


async def test_a_relay_that_recorded_nothing_yet_misses_everything_or_learns_with_the_next_send(street: Street) -> None:
    await sent(street)
    await street.pool.execute("DELETE FROM delivery.acknowledged")
    await sent(street, 8)
    assert await street.pool.fetchval("SELECT max(position) FROM delivery.acknowledged") == 48
    await street.pool.execute("DELETE FROM delivery.acknowledged")
    await lose(street)
    with pytest.raises(BrokerSetBack, match="the broker has none of the 48 events that were sent"):
        await require_own_history(street.pool, street.broker, street.topics)
