"""What a database lost comes back byte for byte, as its own chain proves, or not at all."""

from collections.abc import AsyncIterator, Sequence
from typing import TypeAlias

import asyncpg
import pytest
import pytest_asyncio

from deploy.local.home import StackError
from deploy.recovery import lost
from deploy.recovery.lost import Found, bring_back, compare
from deploy.recovery.places import require_order, set_places
from deploy.recovery.sent import Forked, sent
from shared.eventstore.postgres import PostgresEventStore
from shared.messaging.kafka import partition_of
from shared.testing.postgres import Database
from tests.deploy.recovery.logs import Kept, command, log_of

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
CURSOR = "INSERT INTO delivery.cursor VALUES ('review-inbox', 'nianlun.review.access.v1', 0, 2)"
PARKED = """
INSERT INTO delivery.parked (consumer, topic, partition, "offset", body, reason)
VALUES ('review-inbox', 'nianlun.review.access.v1', 0, 1, 'odd', 'unreadable')
"""


@pytest_asyncio.fixture
async def connection(database: Database) -> AsyncIterator[Connection]:
    made = await asyncpg.connect(database.superuser)
    yield made
    await made.close()


async def stored(connection: Connection) -> list[bytes]:
    return [row["body"] for row in await connection.fetch("SELECT body FROM log.events ORDER BY position")]


async def brought_back(connection: Connection, *bodies: bytes) -> Found:
    return await bring_back(connection, "review", sent([Kept(bodies)], "review"))


async def test_what_was_lost_is_found_and_comes_back_as_it_was(connection: Connection) -> None:
    bodies = await log_of(*(f"event {number}" for number in range(1_100)))
    assert await brought_back(connection, *bodies[:700]) == Found("review", 0, 700, 700)
    found = await compare(connection, "review", sent([Kept(bodies)], "review"))
    assert found == Found("review", 700, 1_100, 400)
    assert await stored(connection) == bodies[:700]
    assert await brought_back(connection, *bodies) == found
    assert await stored(connection) == bodies
    assert await brought_back(connection, *bodies) == Found("review", 1_100, 1_100, 0)


async def test_the_store_goes_on_from_what_came_back(connection: Connection, database: Database) -> None:
    bodies = await log_of("a", "b", "c", "d")
    await brought_back(connection, *bodies[:3])
    async with asyncpg.create_pool(database.runtime) as pool:
        store = PostgresEventStore(pool, "review", rehearsal=True)
        again = await store.append(command("b"))
        assert again.position == 2
        await store.append(command("d"))
        assert (await store.head()).position == 4
        await store.queue.drain()
    assert await stored(connection) == bodies


async def test_a_database_that_wrote_other_bytes_is_left_as_it_is(connection: Connection) -> None:
    ours, theirs = await log_of("a", "b", "ours"), await log_of("a", "b", "theirs", "more")
    await brought_back(connection, *ours)
    for look in (compare, bring_back):
        with pytest.raises(Forked, match="review has forked at event 3: its database has other bytes there"):
            await look(connection, "review", sent([Kept(theirs)], "review"))
    with pytest.raises(Forked, match="forked at event 4: what was sent there does not follow"):
        await brought_back(connection, *theirs[:2], theirs[3])
    assert await stored(connection) == ours


async def test_an_event_that_is_nowhere_is_named_and_nothing_put_on_top_of_it(connection: Connection) -> None:
    bodies = await log_of("a", "b", "c", "d")
    await brought_back(connection, *bodies[:1])
    with pytest.raises(StackError, match=r"event 3 of review is neither in its database .* event 4 rests on it"):
        await brought_back(connection, bodies[0], bodies[1], bodies[3])
    assert await stored(connection) == bodies[:1]


async def test_a_database_whose_own_chain_is_broken_is_not_added_to(connection: Connection) -> None:
    bodies = await log_of("a", "b", "c")
    await brought_back(connection, *bodies[:2])
    await connection.execute("ALTER TABLE log.events DISABLE TRIGGER USER")
    await connection.execute("UPDATE log.events SET body = $1 WHERE position = 1", bodies[0].replace(b"2017", b"2018"))
    with pytest.raises(StackError, match="the log in the database of review is broken at position 2"):
        await brought_back(connection, *bodies)
    await connection.execute("UPDATE log.events SET body = $1 WHERE position = 1", bodies[0])
    await connection.execute("DELETE FROM log.events WHERE position = 2")
    with pytest.raises(StackError, match="does not end where its head says"):
        await brought_back(connection, bodies[0])


async def test_an_event_that_comes_while_logs_are_compared_breaks_none(
    connection: Connection, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = await log_of("a", "b")
    await brought_back(connection, *bodies)
    async with asyncpg.create_pool(database.runtime) as pool:
        store, read = PostgresEventStore(pool, "review", rehearsal=True), lost.stored

        async def and_then_one_comes(connection: Connection) -> AsyncIterator[tuple[int, Sequence[bytes]]]:
            async for one in read(connection):
                yield one
            await store.append(command("c"))

        with monkeypatch.context() as patched:
            patched.setattr(lost, "stored", and_then_one_comes)
            found = await compare(connection, "review", sent([Kept(bodies)], "review"))
    assert found == Found("review", 2, 2, 0)
    assert len(await stored(connection)) == 3


@pytest.mark.parametrize(("records", "same", "kept"), [(3, True, True), (1, True, False), (3, False, False)])
async def test_the_inbox_begins_anew_before_another_log(
    connection: Connection, records: int, *, same: bool, kept: bool
) -> None:
    await connection.execute(CURSOR)
    await connection.execute(PARKED)
    bodies = await log_of("a", "b", "c")
    await set_places(connection, "review", [Kept(bodies[:records])], same=same)  # type: ignore[list-item]
    assert bool(await connection.fetchval("SELECT sum(next_offset) FROM delivery.cursor")) is kept
    assert await connection.fetchval('SELECT "offset" FROM delivery.parked') == (1 if kept else -2)
    assert await connection.fetchval("SELECT array[position, epoch] FROM delivery.relay") == [records, 1]
    noted = await connection.fetch('SELECT position, "offset" FROM delivery.acknowledged')
    assert [tuple(row) for row in noted] == [(records, records - 1)]


async def test_a_place_that_was_parked_in_one_log_is_parked_in_the_next_ones_too(connection: Connection) -> None:
    for log in (1, 2, 3):
        await connection.execute(PARKED)
        await set_places(connection, "review", [], same=False)
        assert await connection.fetchval('SELECT count(*) FROM delivery.parked WHERE "offset" < 0') == log


async def test_what_the_relay_sends_again_is_not_missed_meanwhile(connection: Connection) -> None:
    one, two, _, four = bodies = await log_of("a", "b", "c", "d")
    await brought_back(connection, *bodies)
    places = {n: partition_of(name.encode()) for n, name in enumerate("abcd")}
    broker = [Kept([one], places[0]), Kept([two, two, four], places[1])]
    assert len({*places.values()}) > 1
    await set_places(connection, "review", broker, same=True)  # type: ignore[arg-type]
    noted = await connection.fetch('SELECT partition, position, "offset" FROM delivery.acknowledged ORDER BY position')
    assert [tuple(row) for row in noted] == [(places[0], 1, 0), (places[1], 2, 0)]
    assert await connection.fetchval("SELECT position FROM delivery.relay") == 2


async def test_an_event_that_would_come_behind_later_ones_of_its_partition_is_not_sent(connection: Connection) -> None:
    one, two, _, four = bodies = await log_of("a", "b", "c", "d")
    await brought_back(connection, *bodies)
    c, other = partition_of(b"c"), partition_of(b"c") - 1
    await require_order(connection, "review", [Kept([one, two], c), Kept([four], other)])  # type: ignore[list-item]
    await require_order(connection, "review", [])
    with pytest.raises(StackError, match=r"lacks event 3 of nianlun.review.access.v1 and has later ones .*--resend"):
        await require_order(connection, "review", [Kept([one, two, four], c)])  # type: ignore[list-item]
