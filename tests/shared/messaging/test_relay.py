"""The relay: the log's bytes in order on Kafka, one leader at a time, nothing skipped whatever breaks."""

import asyncio
from collections.abc import Callable
from time import monotonic

import asyncpg
import pytest
from aiokafka.errors import MessageSizeTooLargeError

from shared.auditlog.canonical import sha256_hex
from shared.contracts.codec import decode
from shared.contracts.topics import PARTITIONS
from shared.messaging.crash_points import CrashPoint
from shared.messaging.history import LogSetBack, require_own_history
from shared.messaging.kafka import partition_of
from shared.messaging.relay import LogHasAHole, Relay
from tests.shared.messaging.street import SECONDS_MAX, Street, running, until

STREAMS = 8


class Fault(ConnectionError):
    """A fault planted at a crash point; it passes."""


def failing_at(point: CrashPoint, times: int = 1) -> Callable[[CrashPoint], None]:
    left = [times]

    def reached(here: CrashPoint) -> None:
        if here is point and left[0]:
            left[0] -= 1
            raise Fault(point.value)

    return reached


async def fill(street: Street, events: int) -> None:
    requests = [street.append(f"s{number % STREAMS}", f"n{number}") for number in range(events)]
    await asyncio.gather(*(street.store.append(request) for request in requests))


async def sent_all(street: Street) -> bool:
    position = await street.pool.fetchval("SELECT position FROM delivery.relay")
    return bool(position == (await street.store.head()).position)


async def check_topic(street: Street, topic: str = "", *, duplicates: bool) -> None:
    """The first occurrences on each partition are the log's events of that partition, in order, byte for byte."""
    log = await street.store.read(0, 100_000)
    found = await street.topic_records(topic)
    total = 0
    for partition in range(12):
        expected = [one.body for one in log if partition_of(one.envelope.partitionkey.encode()) == partition]
        records = found.get(partition, [])
        assert list(dict.fromkeys(record.value for record in records)) == expected
        total += len(records)
    assert duplicates or total == len(log)


async def test_sends_the_exact_bytes_in_order_under_their_key(street: Street) -> None:
    await fill(street, 1_200)
    relay = street.relay()
    async with running(relay.run()) as (task,):
        await until(lambda: sent_all(street), task)
        await street.store.append(street.append("late"))
        await until(lambda: sent_all(street), task)
        assert relay.state.leading
        assert (relay.state.position, relay.state.head, relay.state.error) == (1_201, 1_201, "")
    await check_topic(street, duplicates=False)
    records = (await street.topic_records())[partition_of(b"key-late")]
    assert records[-1].key == b"key-late"
    assert records[-1].headers == (("content-type", b"application/cloudevents+json; charset=utf-8"),)
    assert decode(records[-1].value).envelope.stream == "access-late"


async def test_large_events_of_one_partition_go_in_several_batches(street: Street) -> None:
    for number in range(6):
        await street.store.append(street.append("one", *(f"{number} {'x' * 60_000}" for _ in range(4))))
    async with running(street.relay().run()) as (task,):
        await until(lambda: sent_all(street), task)
    await check_topic(street, duplicates=False)


@pytest.mark.parametrize(
    "point", [CrashPoint.RELAY_BEFORE_SEND, CrashPoint.RELAY_MID_BATCH, CrashPoint.RELAY_AFTER_SEND_BEFORE_CURSOR]
)
async def test_a_fault_anywhere_makes_it_send_again_from_the_cursor(street: Street, point: CrashPoint) -> None:
    await fill(street, 700)
    relay = street.relay(reached=failing_at(point, times=2))
    async with running(relay.run()) as (task,):
        await until(lambda: sent_all(street), task)
    await check_topic(street, duplicates=point is not CrashPoint.RELAY_BEFORE_SEND)
    assert sum("starts again" in told for told in street.told) == 2


async def leaders(*relays: Relay) -> bool:
    return [relay.state.leading for relay in relays].count(True) == 1


async def test_one_of_two_leads_and_the_other_takes_over_within_seconds(street: Street) -> None:
    first, second = street.relay(), street.relay()
    async with running(first.run(), second.run()) as tasks:
        await until(lambda: leaders(first, second), *tasks)
        await fill(street, 100)
        await until(lambda: sent_all(street), *tasks)
        assert await leaders(first, second)
        await kill_leader(street)
        began = monotonic()
        await fill(street, 100)
        await until(lambda: sent_all(street), *tasks)
        assert monotonic() - began < 3
    await check_topic(street, duplicates=True)


async def kill_leader(street: Street) -> None:
    """Close the connection that holds the lock, as the server does when its holder dies."""
    admin = await asyncpg.connect(street.database.superuser)
    try:
        killed = await admin.fetchval(
            "SELECT count(pg_terminate_backend(l.pid)) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
            "WHERE l.locktype = 'advisory' AND d.datname = current_database()"
        )
        assert killed == 1
    finally:
        await admin.close()


async def test_a_relay_without_the_epoch_moves_nothing(street: Street) -> None:
    await fill(street, 10)

    async def usurp() -> None:
        await street.pool.execute("UPDATE delivery.relay SET epoch = epoch + 1")

    usurping: list[asyncio.Task[None]] = []

    def reached(point: CrashPoint) -> None:
        if point is CrashPoint.RELAY_BEFORE_SEND and not usurping:
            usurping.append(asyncio.ensure_future(usurp()))

    async with running(street.relay(reached=reached).run()) as (task,):
        await until(lambda: sent_all(street), task)
    assert any("LeadershipLost" in told for told in street.told)
    await check_topic(street, duplicates=True)


async def test_a_hole_in_the_log_stops_it(street: Street) -> None:
    await fill(street, 5)
    admin = await asyncpg.connect(street.database.superuser)
    await admin.execute("ALTER TABLE log.events DISABLE TRIGGER ALL; DELETE FROM log.events WHERE position = 3")
    await admin.close()
    with pytest.raises(LogHasAHole, match="position 3 is missing"):
        async with asyncio.timeout(10):
            await street.relay().run()
    assert await street.topic_records() == {}


async def test_a_log_that_ends_before_the_cursor_stops_it(street: Street) -> None:
    await fill(street, 5)
    await street.pool.execute("UPDATE delivery.relay SET position = 9")
    with pytest.raises(LogHasAHole, match="ends at 5"):
        async with asyncio.timeout(10):
            await street.relay().run()


async def test_without_a_broker_it_says_so_and_keeps_trying(street: Street) -> None:
    await fill(street, 5)
    nowhere = type(street.broker)("127.0.0.1:1", "admin", lambda: "none")
    relay = Relay(street.pool, street.store, nowhere)
    async with running(relay.run()) as (task,):
        await until(lambda: said(relay), task)
        assert not relay.state.leading
    assert await street.pool.fetchval("SELECT position FROM delivery.relay") == 0


async def said(relay: Relay) -> bool:
    return "KafkaConnectionError" in relay.state.error


async def test_nothing_overtakes_a_batch_that_the_broker_refuses(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.kafka.PRODUCE_BATCH_BYTES_MAX", 1_000)
    narrow = await street.narrow()
    texts = ("small", "x" * 5_000, "small", "small", "small")
    await street.store.append(street.append("a", *texts, category="narrow"))
    relay = street.relay()
    async with running(relay.run()) as (task,):
        await until(lambda: refused(relay), task)
        (records,) = (await street.topic_records(narrow)).values()
        assert {record.value for record in records} == {(await street.store.read(0, 1))[0].body}
        await street.kafka.set_largest(narrow, 200_000)
        await until(lambda: sent_all(street), task)
    await check_topic(street, narrow, duplicates=True)


async def test_the_client_alone_would_let_them_overtake(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.kafka.PRODUCE_BATCH_BYTES_MAX", 1_000)
    narrow = await street.narrow()
    async with street.broker.producer() as producer:
        sent = [await producer.send(narrow, text, b"key-a") for text in (b"x" * 5_000, b"second", b"third")]
        results = await asyncio.gather(*sent, return_exceptions=True)
    assert [isinstance(result, MessageSizeTooLargeError) for result in results] == [True, False, False]


async def refused(relay: Relay) -> bool:
    return "MessageSizeTooLarge" in relay.state.error


async def test_a_log_that_was_set_back_is_neither_sent_nor_gone_on_with(street: Street) -> None:
    await fill(street, 40)
    async with running(street.relay(topics=street.topics).run()) as (task,):
        await until(lambda: sent_all(street), task)
    async with running(street.relay(topics=street.topics).run()) as (task,):
        await street.store.append(street.append("s1"))
        await until(lambda: sent_all(street), task)
    await require_own_history(street.pool, street.broker, street.topics)
    await set_back(street, 30)
    with pytest.raises(LogSetBack, match="which ends at 30, knows nothing or something else"):
        await require_own_history(street.pool, street.broker, street.topics)
    await street.store.append(street.append("s1", "another history"))
    before = await street.topic_records()
    async with asyncio.timeout(SECONDS_MAX):
        with pytest.raises(LogSetBack):
            await street.relay(topics=street.topics).run()
    assert {n: len(records) for n, records in (await street.topic_records()).items()} == {
        n: len(records) for n, records in before.items()
    }


async def test_what_is_no_event_says_nothing_of_the_log(street: Street) -> None:
    (recorded,) = await street.recorded("s1")
    foreign = recorded.body.replace(recorded.envelope.source.encode(), b"nianlun/another")
    endless = recorded.body.replace(recorded.envelope.sequence.encode(), b"9" * 20)
    for junk in (b"no event", b"{}", b'{"sequence":"x"}', b'{"sequence":"1"}', foreign, endless):
        assert junk != recorded.body
        await street.produce(junk)
        await require_own_history(street.pool, street.broker, street.topics)


async def test_behind_what_is_no_event_a_log_that_was_set_back_is_seen(street: Street) -> None:
    await fill(street, 40)
    async with running(street.relay(topics=street.topics).run()) as (task,):
        await until(lambda: sent_all(street), task)
    for key in range(PARTITIONS * 10):
        await street.produce(b"a probe", key=b"%d" % key)
    await require_own_history(street.pool, street.broker, street.topics)
    await set_back(street, 30)
    with pytest.raises(LogSetBack, match="which ends at 30, knows nothing or something else"):
        await require_own_history(street.pool, street.broker, street.topics)


async def set_back(street: Street, position: int) -> None:
    """Set the database back, as a snapshot does that was taken earlier."""
    (last,) = await street.store.read(position - 1, 1)
    admin = await asyncpg.connect(street.database.superuser)
    try:
        async with admin.transaction():
            await admin.execute("SET LOCAL session_replication_role = replica")
            await admin.execute("DELETE FROM log.events WHERE position > $1", position)
            await admin.execute("UPDATE log.log_head SET position = $1, hash = $2", position, sha256_hex(last.body))
            await admin.execute("UPDATE delivery.relay SET position = $1", position)
    finally:
        await admin.close()


async def test_a_record_is_acknowledged_by_all_replicas_in_step_and_written_once(street: Street) -> None:
    """`acks=all` is -1 on the wire; one broker alone behaves the same without it, and without idempotence."""
    async with street.broker.producer() as producer:
        assert producer._sender._acks == -1
        assert producer._txn_manager is not None
