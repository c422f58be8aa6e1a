"""A record that was sent within a transaction leaves a mark behind it, which is no record and stops nobody."""

from tempfile import TemporaryFile

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition

from audit.sources import Broker, live
from shared.messaging.failures import TakenOver
from shared.messaging.hearing import Hearing
from shared.messaging.history import ends_of, require_own_history
from shared.messaging.inbox import Inbox
from shared.messaging.kafka import partition_of
from shared.messaging.marks import pass_over
from shared.messaging.partitions import Track
from shared.messaging.watch import CursorBeforeLog
from tests.shared.messaging.street import Street, running, until
from tests.shared.messaging.test_again import ear
from tests.shared.messaging.test_inbox import caught_up
from tests.shared.messaging.test_relay import fill, sent_all

KEY = b"key-a"
ENDINGS = pytest.mark.parametrize("committed", [True, False], ids=["committed", "aborted"])


async def probe(street: Street, *, committed: bool = True, records: int = 1) -> None:
    """What a mirror does that sends exactly once, or a producer that thinks better of it."""
    broker = street.broker
    producer = AIOKafkaProducer(
        bootstrap_servers=broker.bootstrap,
        transactional_id=f"mirror-of-{street.service}",
        security_protocol=broker.security,
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=broker.username,
        sasl_plain_password=broker.password(),
    )
    await producer.start()
    try:
        await producer.begin_transaction()
        for _ in range(records):
            await producer.send_and_wait(street.topic, b"probe", KEY, partition=partition_of(KEY))
        await (producer.commit_transaction() if committed else producer.abort_transaction())
    finally:
        await producer.stop()


async def heard_all(street: Street) -> bool:
    """Whether the cursors have reached what the broker calls the ends."""
    hearing = Hearing(street.pool, street.delivery.consumer, street.broker, street.topics, settled_seconds=0.0)
    try:
        return await hearing.reached(await hearing.ends())
    finally:
        await hearing.close()


async def nothing_waits(inbox: Inbox) -> bool:
    """What a health check sees."""
    return sum(inbox.state.lag.values()) == 0


@ENDINGS
async def test_events_before_between_and_behind_them_are_heard_and_so_is_the_end(
    street: Street, *, committed: bool
) -> None:
    inbox = street.inbox()
    async with running(inbox.run()) as (task,):
        await street.produce(*await street.recorded("a", "1"))
        await until(lambda: caught_up(street, "a", 1), task)
        await probe(street, committed=committed)
        await until(lambda: heard_all(street), task)
        await until(lambda: nothing_waits(inbox), task)
        await street.produce(*await street.recorded("a", "2", "3"))
        await until(lambda: caught_up(street, "a", 3), task)
    assert len(await street.parked()) == 1


@ENDINGS
async def test_an_inbox_that_begins_anew_passes_over_them(street: Street, *, committed: bool) -> None:
    for number in ("1", "2", "3"):
        await street.produce(*await street.recorded("a", number))
        await probe(street, committed=committed, records=2)
    async with running(street.inbox().run()) as (task,):
        await until(lambda: heard_all(street), task)
    assert await street.versions("a") == [1, 2, 3]
    assert len(await street.parked()) == 6
    async with ear(street) as listener:
        assert await listener.listen() == ["a1", "a2", "a3"]
        assert await listener.complete()


async def test_what_was_deleted_is_no_mark_and_who_does_not_know_the_cursor_moves_nothing(street: Street) -> None:
    await street.produce(*await street.recorded("a", "1"))
    await probe(street)
    await street.kafka.forget_before(street.topic, partition_of(KEY), 2)
    place = TopicPartition(street.topic, partition_of(KEY))
    async with ends_of(street.broker) as consumer:
        with pytest.raises(CursorBeforeLog, match="starts at 2, the cursor is at 0"):
            await pass_over(street.pool, street.delivery, consumer, place, Track(0), 2)
        with pytest.raises(TakenOver, match="the cursor is at 0"):
            await pass_over(street.pool, street.delivery, consumer, place, Track(2), 3)


@ENDINGS
async def test_a_relay_leads_behind_them_and_an_auditor_reads_up_to_the_end(street: Street, *, committed: bool) -> None:
    await fill(street, 20)
    async with running(street.relay(topics=street.topics).run()) as (task,):
        await until(lambda: sent_all(street), task)
    await probe(street, committed=committed)
    last = await require_own_history(street.pool, street.broker, street.topics)
    assert last[street.topic, partition_of(KEY)] > 0
    broker = street.broker
    auditor = Broker(
        broker.bootstrap, "SCRAM-SHA-512", broker.username, broker.password(), broker.security, tuple(street.topics)
    )
    with TemporaryFile() as scratch:
        async with live(auditor, scratch) as topics:
            await topics.read_on()
            values = [value for one in topics.partitions for _, _, value in one.read()]
            ends = {(one.topic, one.number): one.position - 1 for one in topics.partitions}
    assert (len(values), values.count(b"probe")) == (21, 1)
    assert ends == last
