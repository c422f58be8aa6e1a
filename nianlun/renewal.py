"""New secrets in a running stack: wherever it is interrupted the stack goes on, and doing it again finishes it."""

import asyncio
import os
import secrets
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager

import asyncpg

from deploy.composed import inside
from deploy.composed import status as composed
from deploy.composed.engine import restart
from deploy.composed.place import is_composed
from deploy.local import status as local
from deploy.local.administrator import ADMIN, administrator
from deploy.local.databases import set_password
from deploy.local.home import Home, StackError, write
from deploy.local.integrators import broker_administrator
from deploy.local.provision import STATISTICS, set_users
from deploy.local.status import Row
from deploy.recovery.reach import databases_of
from shared.runtime.database import NEXT_PASSWORD, PASSWORD

SECRET_BYTES = 24
READY_SECONDS_MAX, PAUSE_SECONDS = 120.0, 0.3
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1"
Tell = Callable[[str], None]


def database_passwords(home: Home, services: Sequence[str], *, leaked: bool) -> None:
    """Give the roles that these services run as new passwords; with `leaked`, cut what the old ones opened, too.

    A service reads the file whenever it connects, and while the new password lies beside it that one too, so nothing
    is restarted; whoever is cut is told 503 and asks again. Every start gives the roles what the files say.
    """
    for service in services:
        password = _new()
        users = [home.secrets_of(name) for name in (service, *((STATISTICS,) if service == "reporting" else ()))]
        for folder in users:
            write(folder / NEXT_PASSWORD, password, 0o600)
        asyncio.run(_replaced(home, f"{service}_runtime", password))
        for folder in users:
            (folder / NEXT_PASSWORD).replace(folder / PASSWORD)
        if leaked:
            asyncio.run(_cut(home, f"{service}_runtime"))


def broker_passwords(home: Home, principals: Sequence[str], tell: Tell) -> None:
    """Give these principals new SCRAM passwords; their processes are started again one after the other.

    The file is first: a process keeps the password that it started with, and every start of the stack gives the
    broker what the files say.
    """
    if inside.here():
        admin = administrator(inside.settings(home).kafka_bootstrap, home.secret(ADMIN, "kafka_password"))
    else:
        admin, _ = broker_administrator(home)
    for principal in principals:
        password = _new()
        write(home.secrets_of(principal) / "kafka_password", password, 0o600)
        set_users(admin, {principal: password})
        for name in () if inside.here() else _processes(home, principal):
            _restart(home, name)
            tell(f"{name} uses the new password")
    if inside.here():
        tell(f"who starts again has the new password; give `docker compose restart {' '.join(principals)}` now")


def _new() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


async def _replaced(home: Home, role: str, password: str) -> None:
    async with _superuser(home) as admin:
        await set_password(admin, role, password)


async def _cut(home: Home, role: str) -> None:
    async with _superuser(home) as admin:
        await admin.execute(CUT, role)


@asynccontextmanager
async def _superuser(home: Home) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    async with databases_of(home) as databases:
        connection = await databases.connect()
        try:
            yield connection
        finally:
            await connection.close()


def _rows(home: Home) -> list[Row]:
    return asyncio.run(composed.rows(home) if is_composed(home) else local.rows(home))


def _processes(home: Home, principal: str) -> Iterator[str]:
    for row in _rows(home):
        if row.name.rpartition("-")[0] == principal or row.name == principal:
            yield row.name


def _restart(home: Home, name: str) -> None:
    """Let one process end its work and start again, and wait until it is ready."""
    before = _row(home, name)
    if is_composed(home):
        restart(home, name)
    elif before.pid:
        os.kill(before.pid, signal.SIGTERM)
    deadline = time.monotonic() + READY_SECONDS_MAX
    while (now := _row(home, name)).state != "ready" or now.pid == before.pid:
        if time.monotonic() > deadline:
            raise StackError(f"{name} is {now.state} after it was given a new password; its log says why")
        time.sleep(PAUSE_SECONDS)


def _row(home: Home, name: str) -> Row:
    return next(row for row in _rows(home) if row.name == name)


def known(names: Sequence[str], among: Sequence[str]) -> list[str]:
    """The services that are meant; raise `StackError` for a name there is none of."""
    if unknown := set(names) - set(among):
        raise StackError(f"there is no service {', '.join(sorted(unknown))}; there are {', '.join(among)}")
    return list(names)
