"""What a backup is worth is told when it is taken: what its log lacks, and which database no restore takes."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import TypeAlias

import asyncpg
import pytest
import pytest_asyncio

from deploy.local.embedded import Embedded
from deploy.local.home import StackError
from deploy.recovery import worth
from deploy.recovery.dumps import Dumped, connected
from deploy.recovery.lost import bring_back, compare
from deploy.recovery.moment import Moment
from deploy.recovery.sent import sent
from deploy.recovery.worth import Worth, relays_have_sent, worth_of
from shared.testing.postgres import Database
from tests.deploy.recovery.logs import SERVICE, Kept, log_of

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
CURSOR = "UPDATE delivery.relay SET position = $1"
SOON_SECONDS = 1.0


@pytest_asyncio.fixture
async def connection(database: Database) -> AsyncIterator[Connection]:
    made = await asyncpg.connect(database.superuser)
    yield made
    await made.close()


@pytest_asyncio.fixture
async def before(pair: Embedded) -> AsyncIterator[Connection]:
    """Where the relay's place is, which is put back."""
    async with connected(pair.cluster.databases, SERVICE) as now:
        stood = await now.fetchval("SELECT position FROM delivery.relay")
        yield now
        await now.execute(CURSOR, stood)


def moment(connection: Connection, events: int) -> Mapping[str, Moment]:
    return {SERVICE: Moment("", Dumped("", events, "", ()), connection)}


async def test_a_log_that_has_everything_is_worth_it(connection: Connection) -> None:
    bodies = await log_of("a", "b", "c")
    await bring_back(connection, SERVICE, sent([Kept(bodies)], SERVICE))
    assert await worth_of(moment(connection, 3), [Kept([*bodies, *bodies])]) == Worth({}, [])


async def test_what_the_log_lacks_is_counted(connection: Connection) -> None:
    bodies = await log_of("a", "b", "c")
    await bring_back(connection, SERVICE, sent([Kept(bodies)], SERVICE))
    assert await worth_of(moment(connection, 3), [Kept(bodies[:1])]) == Worth({SERVICE: 2}, [])


@pytest.mark.parametrize("harm", [(b"2017", b"2018"), (b'{"', b"{!")])
async def test_a_broken_database_is_told_as_a_restore_tells_it(
    connection: Connection, harm: tuple[bytes, bytes]
) -> None:
    bodies = await log_of("a", "b", "c")
    await bring_back(connection, SERVICE, sent([Kept(bodies)], SERVICE))
    await connection.execute("ALTER TABLE log.events DISABLE TRIGGER USER")
    await connection.execute("UPDATE log.events SET body = $1 WHERE position = 2", bodies[1].replace(*harm))
    with pytest.raises(StackError, match="the log in the database of review is broken at position") as refused:
        await compare(connection, SERVICE, sent([Kept(bodies)], SERVICE))
    assert await worth_of(moment(connection, 3), [Kept(bodies)]) == Worth({}, [str(refused.value)])


async def test_a_relay_is_waited_for(pair: Embedded, before: Connection) -> None:
    waiting = asyncio.create_task(relays_have_sent(pair.cluster.databases, moment(before, 3)))
    for place in (0, 2):
        await before.execute(CURSOR, place)
        await asyncio.sleep(SOON_SECONDS)
        assert not waiting.done()
    await before.execute(CURSOR, 3)
    await waiting


async def test_a_relay_that_stopped_is_not_waited_for_for_ever(
    pair: Embedded, before: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worth, "RELAYS_SECONDS_MAX", SOON_SECONDS)
    await before.execute(CURSOR, 2)
    await relays_have_sent(pair.cluster.databases, moment(before, 3))
