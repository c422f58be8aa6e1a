"""New secrets in a running stack: the server learns the new one, then the file, then whoever uses it."""

import asyncio
import os
import secrets
import signal
import time
from collections.abc import Callable, Iterator, Sequence

import asyncpg

from deploy.composed import status as composed
from deploy.composed.engine import restart
from deploy.composed.place import is_composed
from deploy.local import status as local
from deploy.local.home import Home, StackError, write
from deploy.local.integrators import broker_administrator
from deploy.local.provision import STATISTICS, set_users
from deploy.local.status import Row
from deploy.recovery.reach import databases_of
from shared.contracts.topics import SERVICES

SECRET_BYTES = 24
READY_SECONDS_MAX, PAUSE_SECONDS = 120.0, 0.3
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{}'"
Tell = Callable[[str], None]


def database_passwords(home: Home, services: Sequence[str], *, leaked: bool) -> None:
    """Give the roles that these services run as new passwords; with `leaked`, cut what the old ones opened, too.

    A service reads the file whenever it connects, so nothing is restarted; whoever is cut is told 503 and asks again.
    """
    for service in services:
        role, password = f"{service}_runtime", _new()
        asyncio.run(_statement(home, f"ALTER ROLE {role} PASSWORD '{password}'"))
        _keep(home, service, "database_password", password)
        if service == "reporting":
            _keep(home, STATISTICS, "database_password", password)
        if leaked:
            asyncio.run(_statement(home, CUT.format(role)))


def broker_passwords(home: Home, principals: Sequence[str], tell: Tell) -> None:
    """Give these principals new SCRAM passwords; their processes are started again one after the other."""
    admin, _ = broker_administrator(home)
    for principal in principals:
        password = _new()
        set_users(admin, {principal: password})
        _keep(home, principal, "kafka_password", password)
        for name in _processes(home, principal):
            _restart(home, name)
            tell(f"{name} uses the new password")


def _new() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


def _keep(home: Home, principal: str, name: str, text: str) -> None:
    write(home.secrets_of(principal) / name, text, 0o600)


async def _statement(home: Home, statement: str) -> None:
    """Have the superuser say it."""
    async with databases_of(home) as databases:
        connection = await databases.connect()
        try:
            await connection.execute(statement)
        except asyncpg.PostgresError as error:
            raise StackError(f"the database refused a new password: {error}") from error
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


def known(home: Home, names: Sequence[str]) -> list[str]:
    """The services that are meant; raise `StackError` for a name there is none of, or when the stack is not up."""
    if not home.run.exists():
        raise StackError(f"the stack of {home.root} is not up; `nianlun up` starts it")
    if unknown := set(names) - {*SERVICES, STATISTICS}:
        raise StackError(f"there is no service {', '.join(sorted(unknown))}")
    return list(names)
