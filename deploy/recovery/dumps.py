"""A service's database as a file and back, by PostgreSQL's own tools."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from deploy.local.administrator import ADMIN
from deploy.local.databases import REPLACED, RESTORED, SUPERUSER, SUPERUSER_PASSWORD, Databases, role_of
from deploy.local.home import StackError
from deploy.local.postgres import binary


@dataclass(frozen=True, slots=True)
class Dumped:
    """What a dump holds."""

    taken_at: str
    events: int
    hash: str
    """SHA-256 of the last event."""
    masters: tuple[str, ...]
    """The ids of the master keys that open its vault."""


async def connect(databases: Databases, database: str) -> "asyncpg.Connection[asyncpg.Record]":
    """A connection of the superuser's; statements may take as long as they need."""
    return await databases.connect(database, None)


def connected(databases: Databases, database: str) -> "AbstractAsyncContextManager[asyncpg.Connection[asyncpg.Record]]":
    """The same for as long as the context lasts."""
    return databases.connected(database, None)


async def dump(databases: Databases, service: str, snapshot: str, file: Path) -> None:
    """Write one file in pg_dump's own format, as a snapshot that lasts meanwhile sees it, while the service goes on."""
    await _run(databases, "pg_dump", service, "--format=custom", f"--snapshot={snapshot}", f"--file={file}")


async def restore_beside(databases: Databases, service: str, file: Path) -> str:
    """Make a database of the dump beside the present one, with today's migrations; returns its name."""
    name, owner, runtime = f"{service}{RESTORED}", f"{service}_owner", role_of(service)
    async with databases.connected() as admin:
        await admin.execute(f"CREATE DATABASE {name} OWNER {owner} TEMPLATE template0")
        await admin.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        await admin.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {runtime}")
    await _run(databases, "pg_restore", name, "--single-transaction", "--exit-on-error", str(file))
    await databases.migrate(service, name)
    return name


@asynccontextmanager
async def taking_their_place(databases: Databases, services: Sequence[str]) -> AsyncIterator[None]:
    """Give what was restored the services' names, all at once when the block ends well, and none otherwise.

    The block begins when nothing stands in the way any more: nobody comes to these databases until it ends. Raise
    `StackError` where somebody has one open. `Databases.sweep` drops what was there before.
    """
    async with databases.connected() as admin, admin.transaction():
        for service in services:
            await _rename(admin, service, f"{service}{REPLACED}")
            await _rename(admin, f"{service}{RESTORED}", service)
        yield


async def _rename(admin: "asyncpg.Connection[asyncpg.Record]", database: str, name: str) -> None:
    try:
        await admin.execute(f"ALTER DATABASE {database} RENAME TO {name}")
    except asyncpg.ObjectInUseError as error:
        raise StackError(
            f"somebody has the database {database} open: take down what was started meanwhile, end sessions of others, "
            "and restore again; nothing was changed"
        ) from error


async def _run(databases: Databases, tool: str, database: str, *options: str) -> None:
    """Run a tool; the password goes by the environment, since command lines can be read by anyone."""
    process = await asyncio.create_subprocess_exec(
        binary(tool),
        *options,
        "--no-password",
        f"--host={databases.host}",
        f"--port={databases.port}",
        f"--username={SUPERUSER}",
        f"--dbname={database}",
        env={**os.environ, "PGPASSWORD": databases.home.secret(ADMIN, SUPERUSER_PASSWORD), "PGSSLMODE": "disable"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode:
        lines = output.decode(errors="replace").strip().splitlines() or ["no output"]
        raise StackError(f"{tool} of {database} failed: {lines[0]}")
