"""A restore that is killed while databases take their places: all of them did or none, and it can be done again."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

import asyncpg
import pytest
import pytest_asyncio

from deploy.local.databases import RESTORED, Databases, in_one_line
from deploy.local.embedded import Embedded, embedded
from deploy.local.home import StackError
from deploy.recovery.dumps import connect, taking_their_place
from shared.contracts.topics import SERVICES

pytestmark = pytest.mark.asyncio(loop_scope="module")
CHOSEN = ("registration", "review")
STATEMENTS = 2 * len(CHOSEN)
"""Each database is renamed away, and another takes its place."""
NAMES = "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'"


class Killed(Exception):
    """At the planted statement."""


class Dying:
    """A connection that is cut after so many statements."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]", statements: int) -> None:
        self._connection, self._left = connection, statements

    def transaction(self) -> Any:
        return self._connection.transaction()

    async def execute(self, statement: str) -> None:
        if not self._left:
            self._connection.terminate()
            raise Killed
        self._left -= 1
        await self._connection.execute(statement)

    async def close(self) -> None:
        await self._connection.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Until(Databases):
    """Databases whose superuser is cut after so many statements."""

    statements: int

    async def connect(
        self, database: str = "postgres", seconds_max: float | None = None
    ) -> "asyncpg.Connection[asyncpg.Record]":
        admin = await Databases(self.home, self.host, self.port).connect(database, seconds_max)
        return cast("asyncpg.Connection[asyncpg.Record]", Dying(admin, self.statements))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair() -> AsyncIterator[Embedded]:
    async with embedded(kafka=False) as running:
        yield running


async def asked(databases: Databases, *statements: str) -> list[str]:
    """The answer to the last."""
    admin = await databases.connect()
    try:
        for statement in statements:
            rows = await admin.fetch(statement)
    finally:
        await admin.close()
    return [row[0] for row in rows]


async def restored(databases: Databases) -> None:
    """What a restore has made beside when it begins to exchange."""
    for service in CHOSEN:
        await asked(databases, f"CREATE DATABASE {service}{RESTORED} OWNER {service}_owner TEMPLATE {service}")
        connection = await connect(databases, f"{service}{RESTORED}")
        await connection.execute("CREATE TABLE IF NOT EXISTS public.put_back (times integer)")
        await connection.execute("INSERT INTO public.put_back VALUES (1)")
        await connection.close()


async def exchange(databases: Databases) -> None:
    async with taking_their_place(databases, CHOSEN):
        pass


async def times(databases: Databases, service: str) -> int:
    """How often it was put back."""
    connection = await connect(databases, service)
    try:
        with suppress(asyncpg.UndefinedTableError):
            return int(await connection.fetchval("SELECT count(*) FROM public.put_back"))
        return 0
    finally:
        await connection.close()


@pytest.mark.parametrize("statements", range(STATEMENTS + 1))
async def test_wherever_it_is_killed_a_start_sweeps_and_it_is_done_again(pair: Embedded, statements: int) -> None:
    databases = pair.cluster.databases
    before = await times(databases, "review")
    await restored(databases)
    dying = Until(databases.home, databases.host, databases.port, statements=statements)
    with suppress(Killed, asyncpg.InterfaceError):
        await exchange(dying)
    await pair.cluster.provision()
    assert sorted(await asked(databases, NAMES)) == sorted(SERVICES)
    done = before + (statements == STATEMENTS)
    assert [await times(databases, service) for service in CHOSEN] == [done, done]
    await restored(databases)
    await exchange(databases)
    await databases.sweep()
    assert sorted(await asked(databases, NAMES)) == sorted(SERVICES)
    assert [await times(databases, service) for service in CHOSEN] == [done + 1, done + 1]


async def test_while_somebody_has_one_open_the_block_does_not_begin(pair: Embedded) -> None:
    databases, begun = pair.cluster.databases, False
    before = await times(databases, "review")
    await restored(databases)
    session = await asyncpg.connect(pair.dsn("review"))
    with pytest.raises(StackError, match=r"somebody has the database review open: .*; nothing was changed"):
        async with taking_their_place(databases, CHOSEN):
            begun = True
    await session.close()
    await databases.sweep()
    assert not begun
    assert await times(databases, "review") == before


async def test_what_fails_meanwhile_leaves_the_databases_as_they_were(pair: Embedded) -> None:
    databases = pair.cluster.databases
    before = await times(databases, "review")
    await restored(databases)
    with pytest.raises(StackError, match="no space"):
        async with taking_their_place(databases, CHOSEN):
            raise StackError("no space")
    await databases.sweep()
    assert sorted(await asked(databases, NAMES)) == sorted(SERVICES)
    assert await times(databases, "review") == before


async def test_what_the_server_refuses_is_one_line(pair: Embedded) -> None:
    databases = pair.cluster.databases
    refused = pytest.raises(StackError, match=r'^the database refused: database "review" already exists$')
    with refused, in_one_line(pair.home):
        await asked(databases, "CREATE DATABASE review")
    away = Databases(pair.home, "127.0.0.1", 1)
    lost = pytest.raises(StackError, match=r"does not answer \(.*\); `nianlun status` shows what is up$")
    with lost, in_one_line(pair.home):
        await away.connect()
