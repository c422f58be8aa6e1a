"""Databases, broker and files of a stack that is up, wherever they run."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from audit import sources
from audit.sources import Broker, SourceUnreachable
from deploy.composed import inside
from deploy.composed.engine import is_here
from deploy.composed.place import is_composed, variables
from deploy.composed.tunnel import tunnel
from deploy.local import state
from deploy.local.databases import Databases, in_one_line
from deploy.local.home import Home
from deploy.local.services import POSTGRES
from deploy.recovery.brokers_log import auditor

LOOPBACK = "127.0.0.1"


@asynccontextmanager
async def databases_of(home: Home) -> AsyncIterator[Databases]:
    """Where they are reached as long as the context lasts; on containers through the database's own.

    Raise `StackError` where the server does not answer, or refuses.
    """
    with in_one_line(home):
        if inside.here():
            async with inside.databases(home) as found:
                yield found
        elif is_composed(home):
            async with tunnel(home) as port:
                yield Databases(home, LOOPBACK, port)
        else:
            yield Databases(home, LOOPBACK, state.load(home).ports.get(POSTGRES, 0))


def broker_of(home: Home) -> Broker:
    """The broker as the auditor reads it; raise `SourceUnreachable`."""
    if inside.here():
        return auditor(home, inside.settings(home).kafka_bootstrap)
    if is_composed(home) and not home.run.exists():
        raise SourceUnreachable(f"the stack of {seen(home)} is not up; `{begin(home)}` starts it (or give --archive)")
    return sources.broker_of(home.run)


def files_of(home: Home, service: str) -> Path | None:
    """The folder with a service's files, which may be absent; None where only a container reaches its volume."""
    if inside.here():
        return inside.files_of(service)
    return None if is_composed(home) else home.files_of(service)


def begin(home: Home) -> str:
    """The command that brings a stack up again."""
    in_a_container = inside.here() or (is_composed(home) and not is_here())
    return "docker compose up --detach --wait" if in_a_container else home.begin


def end(home: Home) -> str:
    """The command that stops it; its data stays."""
    if inside.here():
        return "docker compose down"
    return "make compose-down" if is_composed(home) else "nianlun down"


def seen(home: Home) -> Path:
    """Where the machine has the home, which a container sees elsewhere."""
    return Path(variables(home)["NIANLUN_COMPOSED"]) if is_composed(home) else home.root
