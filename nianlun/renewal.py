"""New secrets in a running stack: wherever it is interrupted the stack goes on, and doing it again finishes it."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager

import asyncpg
from confluent_kafka.admin import AdminClient

from deploy.composed import inside
from deploy.composed import status as composed
from deploy.composed.engine import restart, restart_together
from deploy.composed.place import is_composed
from deploy.local import status as local
from deploy.local.administrator import KAFKA_PASSWORD, administrator_of
from deploy.local.databases import role_of, set_password
from deploy.local.home import Home, StackError
from deploy.local.integrators import broker_administrator
from deploy.local.lease import holder
from deploy.local.provision import set_users
from deploy.local.status import Row
from deploy.recovery.reach import databases_of
from shared.runtime.database import PASSWORD

READY_SECONDS_MAX, PAUSE_SECONDS = 120.0, 0.3
CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE usename = $1 AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
Tell = Callable[[str], None]


def database_passwords(home: Home, principals: Sequence[str], tell: Tell, *, leaked: bool) -> None:
    """Give the roles of these principals new passwords; with `leaked`, cut what the old ones opened, too.

    A process reads the file whenever it connects, and takes the password before while its role has that, so nothing
    is restarted; whoever is cut is told 503 and asks again.
    """
    asyncio.run(_in_the_database(home, principals, tell, leaked=leaked))


async def _in_the_database(home: Home, principals: Sequence[str], tell: Tell, *, leaked: bool) -> None:
    async with superuser(home) as admin:
        for principal in principals:
            role = role_of(principal)
            await set_password(admin, role, home.secret(principal, PASSWORD))
            await set_password(admin, role, home.renewed_secret(principal, PASSWORD))
            if leaked:
                await admin.execute(CUT, role)
            tell(f"{role} has a new password")


def broker_passwords(home: Home, principals: Sequence[str], tell: Tell) -> None:
    """Give these principals new SCRAM passwords; their processes are started again one after the other.

    A service asks for it with each new client, and takes the one before while the broker has that; the statistics keep
    what they started with until then.
    """
    admin = broker_administrator_of(home)
    require_supervisor(home)
    for principal in principals:
        set_users(admin, {principal: home.secret(principal, KAFKA_PASSWORD)})
        set_users(admin, {principal: home.renewed_secret(principal, KAFKA_PASSWORD)})
        for name in () if inside.here() else _processes(home, principal):
            _restart(home, name)
            tell(f"{name} uses the new password")
        home.forget_previous(principal, KAFKA_PASSWORD)
    if inside.here():
        tell(f"who starts again has the new password; give `docker compose restart {' '.join(principals)}` now")


def require_supervisor(home: Home) -> None:
    """Raise `StackError` where nobody starts a process again that has ended."""
    if not inside.here() and not is_composed(home) and holder(home) is None:
        raise StackError(f"the supervisor of {home.root} was killed; first give `{home.begin}`, which takes over")


def broker_administrator_of(home: Home) -> AdminClient:
    """The broker's administrator, wherever this runs."""
    if inside.here():
        return administrator_of(home, inside.settings(home).kafka_bootstrap)
    return broker_administrator(home)[0]


@asynccontextmanager
async def superuser(home: Home) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    """A connection of the superuser's as long as the context lasts."""
    async with databases_of(home) as databases, databases.connected() as connection:
        yield connection


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
    else:
        _end(before)
    _until_again(home, before)


def restart_brokers(home: Home, names: Sequence[str]) -> None:
    """Let these start again at once: each lets only those in at its controller who have its own password."""
    before = [_row(home, name) for name in names]
    if is_composed(home):
        restart_together(home, names)
    else:
        for one in before:
            _end(one)
    for one in before:
        _until_again(home, one)


def _end(row: Row) -> None:
    if row.pid:
        os.kill(row.pid, signal.SIGTERM)


def _until_again(home: Home, before: Row) -> None:
    """Wait until another process of its name is ready."""
    deadline = time.monotonic() + READY_SECONDS_MAX
    while (now := _row(home, before.name)).state != "ready" or now.pid == before.pid:
        if time.monotonic() > deadline:
            raise StackError(f"{now.name} is {now.state} after it was given a new password; its log says why")
        time.sleep(PAUSE_SECONDS)


def _row(home: Home, name: str) -> Row:
    for row in _rows(home):
        if row.name == name:
            return row
    raise StackError(f"{name} is no process of the stack in {home.root} any more; `nianlun status` shows those it has")


def known(names: Sequence[str], among: Sequence[str]) -> list[str]:
    """The services that are meant; raise `StackError` for a name there is none of."""
    if unknown := set(names) - set(among):
        raise StackError(f"there is no service {', '.join(sorted(unknown))}; there are {', '.join(among)}")
    return list(names)
