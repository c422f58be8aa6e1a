"""Secrets that were put back by an editor, an `echo` or a password safe, which end a file with a newline."""

from collections.abc import Iterator

import asyncpg
import pytest

from deploy.local.administrator import ADMIN
from deploy.local.databases import role_of
from deploy.local.embedded import Embedded
from deploy.local.provision import provision
from shared.contracts.topics import SERVICES, consumed_by
from shared.runtime.settings import FileSettings, ServiceSettings
from tests.deploy.readers import Client

PRINCIPALS = (ADMIN, *SERVICES)


@pytest.fixture(params=["\n", "\r\n"])
def by_hand(request: pytest.FixtureRequest, pair: Embedded) -> Iterator[Embedded]:
    """The pair, every password of which has a newline that its server was never told."""
    kept = {path: path.read_bytes() for name in PRINCIPALS for path in pair.home.secrets_of(name).glob("*_password")}
    for path, text in kept.items():
        path.write_bytes(text + request.param.encode())
    yield pair
    for path, text in kept.items():
        path.write_bytes(text)


def settings(pair: Embedded, service: str) -> ServiceSettings:
    return ServiceSettings(
        database_name=service,
        database_user=role_of(service),
        kafka_bootstrap=pair.broker.bootstrap,
        kafka_username=service,
        secrets_dir=pair.home.secrets_of(service),
        files=FileSettings(url="file:///tmp"),
    )


async def test_a_start_gives_servers_the_secrets_that_services_read(by_hand: Embedded) -> None:
    assert (by_hand.cluster.data / "PG_VERSION").exists()
    await by_hand.cluster.databases.provision()
    await provision(by_hand.broker.admin(), by_hand.home)
    for service in SERVICES:
        told = settings(by_hand, service)
        dsn = by_hand.cluster.dsn(service, told.database_user, told.secret("database_password"))
        await (await asyncpg.connect(dsn)).close()
    client = Client(by_hand.broker.bootstrap, "review", settings(by_hand, "review").secret("kafka_password"))
    assert client.read(*consumed_by("review")) == "read"
