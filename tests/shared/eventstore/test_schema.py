"""What the database itself refuses, whoever asks; and that an append is atomic in anybody's transaction."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from shared.auditlog.chain import Head, follow
from shared.eventstore.connections import Connection, Pool
from shared.eventstore.port import Append, Appended, StreamConflict
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.sealing import prepare
from shared.eventstore.writer import append_under_lock
from shared.testing.postgres import Database, dbmate
from tests.shared.eventstore.examples import append, breaking, key, write

pytestmark = pytest.mark.asyncio

CHANGES = ("UPDATE {} SET position = 7", "DELETE FROM {}", "TRUNCATE {}")
NEW_EVENT = (
    "INSERT INTO log.events (position, event_id, stream, version, type, recorded_at, body) "
    "VALUES ({}, gen_random_uuid(), 'access-z', {}, 't', now(), 'x')"
)


async def append_in(connection: Connection, request: Append) -> Appended:
    """Append within a transaction, as who reacts to facts of other services does."""
    prepared = prepare(request, "review", rehearsal=True)
    (result,) = (await append_under_lock(connection, [prepared], look_for_written=True)).results
    if isinstance(result, Exception):
        raise result
    return result


@pytest_asyncio.fixture
async def owner(database: Database) -> AsyncIterator[Connection]:
    """A connection of the role that owns the schema."""
    connection = await asyncpg.connect(database.owner)
    yield connection
    await connection.close()


@pytest.mark.parametrize("table", ["log.events", "log.commands"])
@pytest.mark.parametrize("change", CHANGES)
async def test_the_runtime_role_has_no_right_to_change_the_log(
    postgres: PostgresEventStore, pool: Pool, table: str, change: str
) -> None:
    await postgres.append(append(write("a", 0), key=key("k")))

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(change.format(table))

    assert len(await postgres.read(0, 10)) == 1


@pytest.mark.parametrize("table", ["log.events", "log.commands"])
@pytest.mark.parametrize("change", CHANGES)
async def test_triggers_refuse_even_the_owner(
    postgres: PostgresEventStore, owner: Connection, table: str, change: str
) -> None:
    await postgres.append(append(write("a", 0), key=key("k")))

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await owner.execute(change.format(table))

    assert len(await postgres.read(0, 10)) == 1


@pytest.mark.parametrize("change", ["DELETE FROM log.log_head", "TRUNCATE log.log_head"])
async def test_the_head_cannot_be_taken_away(owner: Connection, change: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await owner.execute(change)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE log.log_head SET position = 1",
        "UPDATE log.log_head SET position = 2",
        "UPDATE log.log_head SET position = 3",
        "UPDATE log.log_head SET hash = repeat('a', 64)",
    ],
)
async def test_the_head_moves_only_to_the_last_of_the_events_that_follow(
    postgres: PostgresEventStore, pool: Pool, change: str
) -> None:
    await postgres.append(append(write("a", 0, 2)))

    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute(change)

    assert (await postgres.head()).position == 2


async def test_the_head_does_not_move_to_an_event_with_another_hash(postgres: PostgresEventStore, pool: Pool) -> None:
    await postgres.append(append(write("a", 0)))
    await pool.execute(NEW_EVENT.format(2, 1))

    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute("UPDATE log.log_head SET position = 2, hash = repeat('a', 64)")


@pytest.mark.parametrize(("position", "version"), [(1, 9), (9, 1)])
async def test_a_position_and_a_version_exist_once(
    postgres: PostgresEventStore, pool: Pool, position: int, version: int
) -> None:
    await postgres.append(append(write("z", 0)))

    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute(NEW_EVENT.format(position, version))


@pytest.mark.parametrize(
    "refused",
    [
        append(write("b", 0), write("a", 0), key=key("k")),
        append(write("b", 0), *breaking("a").writes, key=key("k")),
    ],
    ids=["a stale version", "a row that PostgreSQL refuses"],
)
async def test_an_append_that_fails_halfway_leaves_nothing(
    postgres: PostgresEventStore, pool: Pool, refused: Append
) -> None:
    await postgres.append(append(write("a", 0)))

    with pytest.raises((StreamConflict, asyncpg.CharacterNotInRepertoireError)):
        await postgres.append(refused)

    assert await pool.fetchval("SELECT count(*) FROM log.events") == 1
    assert await pool.fetchval("SELECT count(*) FROM log.commands") == 0
    assert (await postgres.head()).position == 1


async def test_an_append_lives_and_dies_with_the_callers_transaction(postgres: PostgresEventStore, pool: Pool) -> None:
    await postgres.append(append(write("a", 0)))
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        done = await append_in(connection, append(write("a", 1), key=key("k")))
        await transaction.rollback()
        assert done.position == 2
        assert (await postgres.head()).position == 1
        assert await postgres.recall("k") is None

        async with connection.transaction():
            await append_in(connection, append(write("b", 0)))
            await append_in(connection, append(write("b", 1)))

    await postgres.append(append(write("a", 1)))
    log = await postgres.read(0, 10)
    assert [one.envelope.stream for one in log] == ["access-a", "access-b", "access-b", "access-a"]
    assert follow(Head(), [one.body for one in log]) == await postgres.head()


async def test_an_append_in_a_transaction_sees_conflicts_and_what_is_written(
    postgres: PostgresEventStore, pool: Pool
) -> None:
    command = append(write("a", 0), command_id="3f0c6c0e-0000-5000-8000-000000000004")
    first = await postgres.append(command)

    async with pool.acquire() as connection, connection.transaction():
        with pytest.raises(StreamConflict):
            await append_in(connection, append(write("a", 0)))
        assert await append_in(connection, command) == first


async def test_the_log_says_when_it_grows(postgres: PostgresEventStore, database: Database) -> None:
    heard: list[str] = []
    connection = await asyncpg.connect(database.runtime)
    await connection.add_listener("nianlun_log", lambda *arguments: heard.append(str(arguments[2])))

    await postgres.append(append(write("a", 0, 5)))
    await connection.fetchval("SELECT 1")
    await connection.close()

    assert heard == ["nianlun_log"]


async def test_migrations_can_be_taken_back_and_run_again(database: Database, owner: Connection) -> None:
    done = await owner.fetchval("SELECT count(*) FROM schema_migrations")
    for _ in range(done):
        dbmate(database.owner, "rollback")
    assert await owner.fetchval("SELECT count(*) FROM pg_namespace WHERE nspname IN ('log', 'views', 'vault')") == 0

    dbmate(database.owner, "migrate")
    assert await owner.fetchval("SELECT position FROM log.log_head") == 0
