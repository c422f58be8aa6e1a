"""A database and two roles for each service on a PostgreSQL server, and the migrations of each."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import asyncpg

from deploy.local.home import Home, StackError
from deploy.local.migrations import migrate
from shared.contracts.topics import SERVICES

SUPERUSER = "postgres"
CONNECT_SECONDS_MAX, STATEMENT_SECONDS_MAX = 5.0, 30.0
RESTORED, REPLACED = "_restored", "_replaced"
"""What the name of a database ends with until it takes its place, and once another has taken it."""
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

    async def connect(self) -> "asyncpg.Connection[asyncpg.Record]":
        """A connection of the superuser's."""
        return await asyncpg.connect(
            self.dsn("postgres", SUPERUSER, self.home.secret("admin", "postgres_password")),
            timeout=CONNECT_SECONDS_MAX,
            command_timeout=STATEMENT_SECONDS_MAX,
        )

    async def provision(self) -> None:
        """Databases, roles and migrations for every service, and nothing of a restore that was killed.

        Running it again changes nothing, but gives a role again the password that its file says.
        """
        admin = await self.connect()
        try:
            await admin.execute("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC")
            for service in SERVICES:
                await self._database(admin, service)
        finally:
            await admin.close()
        await self.sweep()
        await asyncio.gather(*(self._migrate(service) for service in SERVICES))

    async def sweep(self) -> None:
        """Drop what a restore made and did not put in its place, and what it replaced, with the vaults of then."""
        admin = await self.connect()
        try:
            for service in SERVICES:
                for end in (RESTORED, REPLACED):
                    await admin.execute(f"DROP DATABASE IF EXISTS {service}{end} WITH (FORCE)")
        finally:
            await admin.close()

    async def _database(self, admin: "asyncpg.Connection[asyncpg.Record]", service: str) -> None:
        owner, runtime = f"{service}_owner", f"{service}_runtime"
        passwords = {
            owner: self.home.made_secret("admin", f"{owner}_password"),
            runtime: self.home.made_secret(service, "database_password"),
        }
        for role, password in passwords.items():
            if not await admin.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role):
                await admin.execute(f"CREATE ROLE {role} LOGIN")
            await set_password(admin, role, password)
        if not await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", service):
            await admin.execute(f"CREATE DATABASE {service} OWNER {owner}")
        await admin.execute(f"REVOKE ALL ON DATABASE {service} FROM PUBLIC")
        await admin.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {service} TO {runtime}")

    async def _migrate(self, service: str) -> None:
        owner = f"{service}_owner"
        await migrate(service, self.dsn(service, owner, self.home.secret("admin", f"{owner}_password")))


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
