"""Inside the container `recovery`: database and broker have names, files are folders, no engine is to be asked."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from deploy.composed import once
from deploy.composed.place import brokers, variables
from deploy.local.databases import CONNECT_SECONDS_MAX, Databases, role_of
from deploy.local.home import Home, StackError
from deploy.local.ports import answers
from deploy.local.provision import STATISTICS
from shared.contracts.topics import SERVICES

VOLUMES = "NIANLUN_VOLUMES"
"""The folder with the services' volumes; whoever has it is inside."""
FILES = "files"
_SERVING = "SELECT min(usename) FROM pg_stat_activity WHERE usename = ANY($1)"
_BEGUN = "SELECT count(*) > 0 FROM pg_database WHERE datname = ANY($1)"


def here() -> bool:
    """Whether this process is inside."""
    return VOLUMES in os.environ


def files_of(service: str) -> Path:
    """The folder with a service's files; it may be absent."""
    return Path(os.environ[VOLUMES]) / service / FILES


def settings(home: Home) -> once.Settings:
    """Where database and broker are."""
    return replace(once.settings(), home=home)


@asynccontextmanager
async def databases(home: Home) -> AsyncIterator[Databases]:
    """The databases; raise `StackError` with what is to be started first where they do not answer."""
    told = settings(home)
    if not await answers(told.database_host, told.database_port, CONNECT_SECONDS_MAX):
        raise StackError(f"the database does not answer; first give `{_start(home)}`")
    yield Databases(home, told.database_host, told.database_port)


@asynccontextmanager
async def bare(home: Home) -> AsyncIterator[Databases]:
    """The databases, provisioned as the broker is, while no service runs; raise `StackError` where one does."""
    async with databases(home) as found:
        if running := await serving(home):
            raise StackError(f"{running} runs still; first give `docker compose down`, then `{_start(home)}`")
        told = settings(home)
        places = (one.rpartition(":") for one in told.kafka_bootstrap.split(","))
        if not any([await answers(host, int(port), CONNECT_SECONDS_MAX) for host, _, port in places]):
            raise StackError(f"the broker does not answer; first give `{_start(home)}`")
        await once.databases(told)
        await once.broker(told)
        yield found


async def serving(home: Home) -> str | None:
    """Who holds a session of a service's database: it reads and appends, or keeps what it reads from being replaced."""
    names = {role_of(principal): principal for principal in (*SERVICES, STATISTICS)}
    role = await _asked(home, _SERVING, list(names))
    return names[str(role)] if role else None


async def has_data(home: Home) -> bool:
    """Whether a service's database was ever made."""
    return bool(await _asked(home, _BEGUN, list(SERVICES)))


def environment(home: Home, service: str) -> dict[str, str]:
    """What one more process of a service is told here; it has the service's own rights and no others."""
    told, stack = settings(home), variables(home)
    return {
        "NIANLUN_DATABASE_HOST": told.database_host,
        "NIANLUN_DATABASE_PORT": str(told.database_port),
        "NIANLUN_DATABASE_NAME": service,
        "NIANLUN_DATABASE_USER": role_of(service),
        "NIANLUN_KAFKA_BOOTSTRAP": told.kafka_bootstrap,
        "NIANLUN_KAFKA_USERNAME": service,
        "NIANLUN_SECRETS_DIR": str(home.secrets_of(service)),
        "NIANLUN_CLOCK": stack["NIANLUN_CLOCK"],
        "NIANLUN_CLOCK_FILE": str(home.clock),
        "NIANLUN_FILES_URL": files_of(service).as_uri(),
    }


async def _asked(home: Home, question: str, names: list[str]) -> object:
    async with databases(home) as found, found.connected() as admin:
        answer: object = await admin.fetchval(question, names)
        return answer


def _start(home: Home) -> str:
    return " ".join(("docker compose up --detach --wait postgres", *brokers(variables(home))))
