"""The inbox: every foreign event takes effect exactly once and in its stream's order, whatever arrives."""

import asyncio

import pytest
from aiokafka import TopicPartition

from shared.contracts.envelope import Recorded
from shared.eventstore.documents import Documents
from shared.messaging.crash_points import CrashPoint
from shared.messaging.failures import TakenOver
from shared.messaging.inbox import Inbox
from shared.messaging.kafka import partition_of
from shared.messaging.ledger import Ledger
from shared.messaging.record import Record
from shared.messaging.watch import CursorBeforeLog
from tests.shared.messaging.street import Reader, Street, running, until
from tests.shared.messaging.test_relay import failing_at, fill, sent_all


async def caught_up(street: Street, name: str, versions: int) -> bool:
    return await street.versions(name) == list(range(1, versions + 1))


async def test_hears_what_the_relay_sends(street: Street) -> None:
    await fill(street, 400)
    inbox, relay = street.inbox(), street.relay()
    async with running(relay.run(), inbox.run()) as tasks:
        await until(lambda: sent_all(street), *tasks)
        for number in range(8):
            await until(lambda number=number: caught_up(street, f"s{number}", 50), *tasks)  # type: ignore[misc]
        await until(lambda: no_lag(inbox), *tasks)
        assert inbox.state.running
        assert (inbox.state.assigned, inbox.state.handled, inbox.state.duplicates) == (24, 400, 0)
        assert not inbox.state.holding


async def no_lag(inbox: Inbox) -> bool:
    return bool(inbox.state.lag) and not any(inbox.state.lag.values())


async def test_a_duplicate_takes_effect_once(street: Street) -> None:
    first, second, third = await street.recorded("a", "1", "2", "3")
    await street.produce(first, first, second, third, second, first, third)
    inbox = street.inbox()
    async with running(inbox.run()) as (task,):
        await until(lambda: caught_up(street, "a", 3), task)
        await until(lambda: counted(inbox, 3, 4), task)
    assert await street.parked() == []


async def counted(inbox: Inbox, handled: int, duplicates: int) -> bool:
    return (inbox.state.handled, inbox.state.duplicates) == (handled, duplicates)


async def test_a_hole_holds_its_partition_and_no_other(street: Street) -> None:
    one, _, three = await street.recorded("a", "1", "2", "3")
    elsewhere = next(f"b{n}" for n in range(99) if partition_of(f"key-b{n}".encode()) != partition_of(b"key-a"))
    await street.produce(one, three, *await street.recorded(elsewhere, "1"))
    inbox = street.inbox()
    async with running(inbox.run()) as (task,):
        await until(lambda: caught_up(street, elsewhere, 1), task)
        await until(lambda: caught_up(street, "a", 1), task)
        await until(lambda: holds(inbox, "access-a jumps from version 1 to 3"), task)
        await street.produce(*await street.recorded(elsewhere, "2"))
        await until(lambda: caught_up(street, elsewhere, 2), task)
        assert await street.versions("a") == [1]
    assert await street.parked() == []
    assert any("a partition is held" in told for told in street.told)


async def holds(inbox: Inbox, why: str) -> bool:
    return any(why in reason for reason in inbox.state.holding.values())


async def holds_nothing(inbox: Inbox) -> bool:
    return not inbox.state.holding


async def test_events_that_come_too_early_wait_and_those_before_them_do_not(street: Street) -> None:
    street.reader.arrived = False
    await street.produce(*await street.recorded("a", "1", "2", "early", "4"))
    inbox = street.inbox()
    async with running(inbox.run()) as (task,):
        await until(lambda: caught_up(street, "a", 2), task)
        await until(lambda: holds(inbox, "NotYet"), task)
        street.reader.arrived = True
        await until(lambda: caught_up(street, "a", 4), task)
        await until(lambda: holds_nothing(inbox), task)
    assert await street.parked() == []


@pytest.mark.parametrize("point", [CrashPoint.INBOX_BEFORE_COMMIT, CrashPoint.INBOX_AFTER_COMMIT])
async def test_a_fault_around_the_commit_changes_nothing(street: Street, point: CrashPoint) -> None:
    await street.produce(*await street.recorded("a", *map(str, range(20))))
    inbox = street.inbox(reached=failing_at(point, times=3))
    async with running(inbox.run()) as (task,):
        await until(lambda: caught_up(street, "a", 20), task)
        await street.produce(*await street.recorded("a", "20"))
        await until(lambda: caught_up(street, "a", 21), task)
    assert await street.parked() == []


async def test_a_reaction_is_appended_once_in_the_same_transaction(street: Street) -> None:
    street.reader.reacts = True
    events = await street.recorded("a", *map(str, range(40)))
    await street.produce(*events, *events)
    inbox = street.inbox(reached=failing_at(CrashPoint.INBOX_BEFORE_COMMIT, times=2))
    async with running(inbox.run()) as (task,):
        await until(lambda: caught_up(street, "a", 40), task)
        await until(lambda: counted(inbox, 40, 40), task)
    log = await street.store.read(0, 100)
    assert [one.envelope.causationid for one in log] == [one.envelope.id for one in events]
    assert [one.envelope.streamversion for one in log] == list(range(1, 41))


async def test_a_conflict_with_the_own_log_is_tried_again(street: Street) -> None:
    street.reader.reacts = True
    stream = "access-a"
    await street.produce(*await street.recorded("a", *map(str, range(200))))
    inbox = street.inbox()

    async def interfere() -> None:
        for _ in range(100):
            await street.store.append(street.append(stream, category="echo"))

    async with running(inbox.run()) as (task,):
        await asyncio.gather(interfere(), until(lambda: caught_up(street, "a", 200), task))
    echoed = await street.store.load(f"echo-{stream}")
    assert sum(one.envelope.actorrole == "system" for one in echoed) == 200
    assert await street.parked() == []


async def test_two_inboxes_and_a_zombie_apply_each_event_once(street: Street) -> None:
    streams = [f"s{number}" for number in range(24)]
    for name in streams:
        await street.produce(*await street.recorded(name, *map(str, range(5))))
    first, second = street.inbox(), street.inbox()
    zombie = Inbox(street.pool, street.delivery, street.broker, street.topics, f"{street.service}-zombie")
    async with running(first.run(), second.run(), zombie.run()) as tasks:
        for name in streams:
            await until(lambda name=name: caught_up(street, name, 5), *tasks)  # type: ignore[misc]
        for name in streams:
            await street.produce(*await street.recorded(name, "last"))
        for name in streams:
            await until(lambda name=name: caught_up(street, name, 6), *tasks)  # type: ignore[misc]
        assert first.state.assigned + second.state.assigned == 24
    assert await street.parked() == []


async def test_it_goes_on_where_the_database_says_and_not_kafka(street: Street) -> None:
    events = await street.recorded("a", *map(str, range(10)))
    await street.produce(*events)
    async with running(street.inbox().run()) as (task,):
        await until(lambda: caught_up(street, "a", 10), task)
    await street.pool.execute(
        "DELETE FROM delivery.inbox; DELETE FROM delivery.stream_versions; DELETE FROM views.documents; "
        "UPDATE delivery.cursor SET next_offset = 0"
    )
    async with running(street.inbox().run()) as (task,):
        await until(lambda: caught_up(street, "a", 10), task)


async def test_a_cursor_beyond_the_log_is_told_and_other_partitions_go_on(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.inbox.BEYOND_SECONDS_MAX", 0.5)
    await street.produce(*await street.recorded("a", "1"))
    await set_cursor(street, 7)
    inbox = street.inbox()
    async with running(inbox.run()) as (task,):
        await until(lambda: told(inbox, "ends at 1, the cursor is at 7: the broker lacks what was heard"), task)
        await street.produce(*await street.recorded("s1", "1"))
        await until(lambda: caught_up(street, "s1", 1), task)
        assert await street.versions("a") == []
        await street.produce(*[b"one more"] * 6, key=b"key-a")
        await until(lambda: told(inbox, ""), task)


async def told(inbox: Inbox, reason: str) -> bool:
    return reason in inbox.state.error if reason else not inbox.state.error


async def test_a_cursor_before_the_log_stops_it(street: Street) -> None:
    await street.produce(*await street.recorded("a", "1", "2", "3"))
    await street.kafka.forget_before(street.topic, partition_of(b"key-a"), 2)
    await set_cursor(street, 1)
    with pytest.raises(CursorBeforeLog, match="starts at 2, the cursor is at 1"):
        async with asyncio.timeout(15):
            await street.inbox().run()


async def set_cursor(street: Street, offset: int) -> None:
    await street.pool.execute(
        "INSERT INTO delivery.cursor (consumer, topic, partition, next_offset) VALUES ($1, $2, $3, $4)",
        f"{street.service}-inbox",
        street.topic,
        partition_of(b"key-a"),
        offset,
    )


async def test_lost_connections_are_survived(street: Street) -> None:
    inbox = street.inbox()
    async with running(inbox.run()) as (task,):
        for number in range(5):
            await street.produce(*await street.recorded("a", f"{number} a", f"{number} b"))
            await street.disconnect()
        await until(lambda: caught_up(street, "a", 10), task)
    assert await street.parked() == []


async def test_a_client_that_silently_delivers_nothing_is_replaced(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.watch.STUCK_SECONDS_MAX", 0.5)
    monkeypatch.setattr("shared.messaging.watch.LOOK_SECONDS", 0.2)
    await street.produce(*await street.recorded("a", "1"))
    inbox = street.inbox()
    async with running(inbox.run()) as (task,):
        await until(lambda: caught_up(street, "a", 1), task)
        assert inbox._consumer is not None
        inbox._consumer.pause(TopicPartition(street.topic, partition_of(b"key-a")))
        await street.produce(*await street.recorded("a", "2"))
        await until(lambda: caught_up(street, "a", 2), task)
    assert any("Stuck" in told for told in street.told)


async def test_only_who_knows_the_cursor_moves_it(street: Street) -> None:
    await set_cursor(street, 7)
    record = Record(street.topic, partition_of(b"key-a"), 8, b"key-a", b"")
    async with street.pool.acquire() as connection:
        ledger = Ledger(connection, street.delivery.consumer)
        with pytest.raises(TakenOver):
            await ledger.advance(record, 6, 9)
        with pytest.raises(TakenOver, match="the cursor is at 7"):
            await street.delivery.apply(connection, [record])
        await ledger.advance(record, 7, 9)
        assert (await ledger.receive(record, [])).next_offset == 9


class Slow(Reader):
    """Takes so long for each event that a large batch does not end in its time."""

    async def project(self, documents: Documents, recorded: Recorded) -> None:
        """See `Reader.project`."""
        await asyncio.sleep(0.1)
        await Reader.project(self, documents, recorded)


async def test_a_batch_that_takes_too_long_is_made_smaller(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.inbox.APPLY_SECONDS_MAX", 2.0)
    await street.produce(*await street.recorded("a", *map(str, range(40))))
    inbox = street.inbox(Slow(service=street.service))
    async with running(inbox.run()) as (task,):
        await until(lambda: caught_up(street, "a", 40), task)
    assert await street.parked() == []
