"""A database and two roles for each service on a PostgreSQL server, one role for the statistics, and the migrations."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import asyncpg

from deploy.local.administrator import ADMIN
from deploy.local.home import Home, StackError
from deploy.local.migrations import migrate
from deploy.local.provision import STATISTICS
from shared.contracts.topics import SERVICES
from shared.runtime.database import PASSWORD

SUPERUSER, SUPERUSER_PASSWORD = "postgres", "postgres_password"  # pragma: allowlist secret
REPORTING, READER = "reporting", "statistics_reader"
"""Whose database the statistics look into, and as whom."""
CONNECT_SECONDS_MAX, STATEMENT_SECONDS_MAX = 5.0, 30.0
RESTORED, REPLACED = "_restored", "_replaced"
"""What the name of a database ends with until it takes its place, and once another has taken it."""
_READS = (
    f"GRANT CONNECT ON DATABASE {REPORTING} TO {READER}",
    f"GRANT USAGE ON SCHEMA views TO {READER}",
    f"GRANT SELECT ON views.counts TO {READER}",
)
_ALTER = "SELECT format('ALTER ROLE %I PASSWORD %L', $1::text, $2::text)"


@dataclass(frozen=True, slots=True)
class Databases:
    """The databases on one server, whose passwords are a home's secrets."""

    home: Home
    host: str
    port: int

    def dsn(self, database: str, role: str, password: str) -> str:
        """A connection string."""
        return f"postgresql://{role}:{password}@{self.host}:{self.port}/{database}?sslmode=disable"

    async def connect(
        self, database: str = "postgres", seconds_max: float | None = STATEMENT_SECONDS_MAX
    ) -> "asyncpg.Connection[asyncpg.Record]":
        """A connection of the superuser's, who has the password of the file afterwards.

        Where its replacement was interrupted the server still knows the one before, and is told the file's.
        """
        password = self.home.secret(ADMIN, SUPERUSER_PASSWORD)
        before = self.home.previous_secret(ADMIN, SUPERUSER_PASSWORD)
        try:
            return await self._superuser(database, password, seconds_max)
        except asyncpg.InvalidPasswordError:
            if before is None:
                raise
        connection = await self._superuser(database, before, seconds_max)
        await set_password(connection, SUPERUSER, password)
        return connection

    @asynccontextmanager
    async def connected(
        self, database: str = "postgres", seconds_max: float | None = STATEMENT_SECONDS_MAX
    ) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
        """The same for as long as the context lasts."""
        connection = await self.connect(database, seconds_max)
        try:
            yield connection
        finally:
            await connection.close()

    async def _superuser(
        self, database: str, password: str, seconds_max: float | None
    ) -> "asyncpg.Connection[asyncpg.Record]":
        return await asyncpg.connect(
            self.dsn(database, SUPERUSER, password), timeout=CONNECT_SECONDS_MAX, command_timeout=seconds_max
        )

    async def provision(self) -> None:
        """Databases, roles, migrations and rights of everybody, and nothing of a restore that was killed.

        Running it again changes nothing, but gives a role again the password that its file says.
        """
        async with self.connected() as admin:
            await admin.execute("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC")
            for service in SERVICES:
                await self._database(admin, service)
            await _role(admin, READER, statistics_password(self.home))
        await self.sweep()
        await asyncio.gather(*(self.migrate(service, service) for service in SERVICES))
        await self._let_read()

    async def sweep(self) -> None:
        """Drop what a restore made and did not put in its place, and what it replaced, with the vaults of then."""
        async with self.connected() as admin:
            for service in SERVICES:
                for end in (RESTORED, REPLACED):
                    await admin.execute(f"DROP DATABASE IF EXISTS {service}{end} WITH (FORCE)")

    async def migrate(self, service: str, database: str) -> None:
        """Bring a database of a service to today's migrations, as its owner."""
        owner = f"{service}_owner"
        await migrate(service, self.dsn(database, owner, self.home.secret(ADMIN, f"{owner}_password")))

    async def _database(self, admin: "asyncpg.Connection[asyncpg.Record]", service: str) -> None:
        owner, runtime = f"{service}_owner", role_of(service)
        await _role(admin, owner, self.home.made_secret(ADMIN, f"{owner}_password"))
        await _role(admin, runtime, self.home.made_secret(service, PASSWORD))
        if not await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", service):
            await admin.execute(f"CREATE DATABASE {service} OWNER {owner}")
        await admin.execute(f"REVOKE ALL ON DATABASE {service} FROM PUBLIC")
        await admin.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {service} TO {runtime}")

    async def _let_read(self) -> None:
        """Give the statistics their rights, in what a restore has just put there, too."""
        async with self.connected(REPORTING) as connection:
            for right in _READS:
                await connection.execute(right)


def role_of(principal: str) -> str:
    """As whom the processes of a service, or the statistics, come to the database."""
    return READER if principal == STATISTICS else f"{principal}_runtime"


def statistics_password(home: Home) -> str:
    """The statistics' own, made once; where an earlier release left reporting's it is made, too."""
    password = home.made_secret(STATISTICS, PASSWORD)
    if password == home.made_secret(REPORTING, PASSWORD):
        return home.fresh_secret(STATISTICS, PASSWORD)
    return password


async def _role(admin: "asyncpg.Connection[asyncpg.Record]", role: str, password: str) -> None:
    if not await admin.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role):
        await admin.execute(f"CREATE ROLE {role} LOGIN")
    await set_password(admin, role, password)


async def set_password(admin: "asyncpg.Connection[asyncpg.Record]", role: str, password: str) -> None:
    """Give a role this password; sessions that are open stay."""
    await admin.execute(await admin.fetchval(_ALTER, role, password))


@contextmanager
def in_one_line(home: Home) -> Iterator[None]:
    """Whatever the server refuses, or loses a connection over, as a `StackError`."""
    try:
        yield
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise StackError(f"the database refused: {(str(error) or type(error).__name__).splitlines()[0]}") from error
    except (ConnectionError, TimeoutError) as error:
        reason = error.strerror or type(error).__name__
        raise StackError(
            f"the database of {home.root} does not answer ({reason}); `nianlun status` shows what is up"
        ) from error
