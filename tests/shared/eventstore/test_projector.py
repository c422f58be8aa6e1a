"""The projector: every event once, in order, with one process or two, through lost connections."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest

from shared.contracts.envelope import Recorded
from shared.eventstore.connections import Pool
from shared.eventstore.documents import Documents, PoolReads, UnitOfWork
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.projection import Projection, ViewOfAnother
from shared.eventstore.projector import Projector
from shared.testing.postgres import Database
from tests.shared.eventstore.examples import append, write

pytestmark = pytest.mark.asyncio


KILL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


class TooOdd(Exception):
    """The projection cannot go on."""


async def count(documents: Documents, recorded: Recorded) -> None:
    """Count the events of each stream and note their order."""
    stream = recorded.envelope.stream
    seen = await documents.get("counts", stream) or {"count": 0}
    assert seen["count"] == recorded.envelope.streamversion - 1
    await documents.put("counts", stream, {"count": recorded.envelope.streamversion})


COUNTING = [Projection("counting", frozenset({"counts"}), count)]


@asynccontextmanager
async def running(*projectors: Projector) -> AsyncIterator[None]:
    """Run projectors in the background."""
    tasks = [asyncio.create_task(projector.run()) for projector in projectors]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def test_reads_can_wait_for_what_was_just_done(pool: Pool, postgres: PostgresEventStore) -> None:
    projector = Projector(pool, postgres, COUNTING)
    async with running(projector):
        done = await postgres.append(append(write("a", 0, 3)))

        assert await projector.reached(done.position, 5)
        assert await PoolReads(pool).get("counts", "access-a") == {"count": 3}
        assert not await projector.reached(done.position + 1, 0.05)


async def test_a_notification_wakes_it_at_once(pool: Pool, postgres: PostgresEventStore) -> None:
    projector = Projector(pool, postgres, COUNTING)
    async with running(projector):
        await asyncio.sleep(0.1)
        for version in range(10):
            done = await postgres.append(append(write("a", version)))
            async with asyncio.timeout(0.4):
                while projector.position < done.position:
                    await asyncio.sleep(0.005)


async def test_two_processes_project_every_event_once(pool: Pool, postgres: PostgresEventStore) -> None:
    one, other = Projector(pool, postgres, COUNTING), Projector(pool, postgres, COUNTING)
    async with running(one, other):
        for version in range(60):
            done = await postgres.append(append(write("a", version), write("b", version)))
        assert await one.reached(done.position, 5)
        assert await other.reached(done.position, 5)

    assert await PoolReads(pool).find("counts") == ({"count": 60}, {"count": 60})


async def test_more_than_one_batch_is_caught_up(pool: Pool, postgres: PostgresEventStore) -> None:
    await asyncio.gather(*(postgres.append(append(write(f"s{number}", 0, 10))) for number in range(120)))

    batches = [await (projector := Projector(pool, postgres, COUNTING)).catch_up() for _ in range(4)]

    assert batches == [500, 500, 200, 0]
    assert projector.position == 1200


async def test_documents_and_cursor_move_together(pool: Pool, postgres: PostgresEventStore) -> None:
    async def odd(documents: Documents, recorded: Recorded) -> None:
        await count(documents, recorded)
        if recorded.position == 3:
            raise TooOdd

    await postgres.append(append(write("a", 0, 3)))
    with pytest.raises(TooOdd):
        await Projector(pool, postgres, [Projection("odd", frozenset({"counts"}), odd)]).run()

    assert await PoolReads(pool).get("counts", "access-a") is None
    assert await pool.fetchval("SELECT position FROM views.projection WHERE name = 'own'") == 0
    assert await Projector(pool, postgres, COUNTING).catch_up() == 3


async def test_it_ends_when_told_although_its_connections_are_dead(
    pool: Pool, postgres: PostgresEventStore, database: Database
) -> None:
    killer = await asyncpg.connect(database.superuser)
    for version in range(10):
        done = await postgres.append(append(write("a", version)))
        projector = Projector(pool, postgres, COUNTING)
        async with running(projector), asyncio.timeout(10):
            assert await projector.reached(done.position, 10)
            await killer.execute(KILL)
    await killer.close()


async def test_it_goes_on_after_its_connections_were_killed(
    pool: Pool, postgres: PostgresEventStore, database: Database
) -> None:
    projector = Projector(pool, postgres, COUNTING)
    killer = await asyncpg.connect(database.superuser)
    async with running(projector):
        for version in range(3):
            done = await postgres.append(append(write("a", version)))
            assert await projector.reached(done.position, 10)
            await killer.execute(KILL)
    assert await UnitOfWork(killer).get("counts", "access-a") == {"count": 3}
    await killer.close()


async def test_a_projection_that_is_new_begins_with_the_log_and_the_others_go_on_from_theirs(
    pool: Pool, postgres: PostgresEventStore
) -> None:
    async def note(documents: Documents, recorded: Recorded) -> None:
        await documents.put("notes", recorded.envelope.id, {"position": recorded.position})

    await postgres.append(append(write("a", 0, 3)))
    await Projector(pool, postgres, COUNTING).catch_up()
    both = Projector(pool, postgres, [*COUNTING, Projection("noting", frozenset({"notes"}), note)])

    assert await both.catch_up() == 3
    assert len(await PoolReads(pool).find("notes")) == 3
    assert await PoolReads(pool).get("counts", "access-a") == {"count": 3}
    cursors = await pool.fetch("SELECT name, position FROM views.projection ORDER BY name")
    assert [tuple(row) for row in cursors] == [("counting", 3), ("noting", 3), ("own", 3)]


async def test_what_a_release_without_names_projected_is_not_projected_again(
    pool: Pool, postgres: PostgresEventStore
) -> None:
    await postgres.append(append(write("a", 0, 3)))
    await Projector(pool, postgres, COUNTING).catch_up()
    await pool.execute("DELETE FROM views.projection WHERE name = 'counting'")

    assert await Projector(pool, postgres, COUNTING).catch_up() == 0
    assert await PoolReads(pool).get("counts", "access-a") == {"count": 3}


async def test_no_projection_touches_the_views_of_another(pool: Pool, postgres: PostgresEventStore) -> None:
    await postgres.append(append(write("a", 0)))
    with pytest.raises(ViewOfAnother, match="odd does not build the view counts"):
        await Projector(pool, postgres, [Projection("odd", frozenset({"other"}), count)]).catch_up()
