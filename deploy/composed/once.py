"""What runs once before the services, in a container of its own, and again without an effect: databases or broker."""

import asyncio
import os
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import asyncpg
from confluent_kafka import KafkaException

from deploy.local.administrator import administrator_of
from deploy.local.databases import Databases
from deploy.local.home import Home, StackError
from deploy.local.provision import Unanswered, provision

AWAY = (ConnectionError, TimeoutError, socket.gaierror, asyncpg.CannotConnectNowError, KafkaException, Unanswered)
"""Of a server that is not there, not yet, or busy: `docker compose restart` starts all at once."""
AWAY_SECONDS_MAX, PAUSE_SECONDS = 60.0, 1.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the servers are, and the folder whose `secrets` it reads."""

    home: Home
    database_host: str
    database_port: int
    kafka_bootstrap: str
    kafka_replicas: int


def settings() -> Settings:
    """Read the environment."""
    return Settings(
        home=Home(Path(os.environ["NIANLUN_HOME"])),
        database_host=os.environ.get("NIANLUN_DATABASE_HOST", "postgres"),
        database_port=int(os.environ.get("NIANLUN_DATABASE_PORT", "5432")),
        kafka_bootstrap=os.environ.get("NIANLUN_KAFKA_BOOTSTRAP", "kafka:9092"),
        kafka_replicas=int(os.environ.get("KAFKA_REPLICAS", "1")),
    )


async def databases(told: Settings) -> None:
    """Databases, roles and migrations of every service."""
    await Databases(told.home, told.database_host, told.database_port).provision()


async def broker(told: Settings) -> None:
    """Topics, users and what each of them may do."""
    admin = await asyncio.to_thread(administrator_of, told.home, told.kafka_bootstrap)
    await provision(admin, told.home, told.kafka_replicas)


WHAT: dict[str, Callable[[Settings], Awaitable[None]]] = {"databases": databases, "broker": broker}


def main() -> None:
    """Do what the argument names; what went wrong is one line and exit code 1."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=WHAT)
    what = parser.parse_args().what
    try:
        asyncio.run(_done(what))
    except (StackError, OSError, asyncpg.PostgresError, KafkaException) as error:
        sys.exit(f"{what}: {error}")
    sys.stdout.write(f"{what}: everything is there\n")


async def _done(what: str) -> None:
    """Do it, and wait for its server for a while."""
    deadline = monotonic() + AWAY_SECONDS_MAX
    while True:
        try:
            await WHAT[what](settings())
        except AWAY:
            if monotonic() > deadline:
                raise
        else:
            return
        await asyncio.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
