"""The previous release's data come through this one's migrations, and back, with every byte of their log."""

import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from audit.verify import Proven
from audit.verify.archive import examine
from deploy.local.migrations import folders, migrate
from deploy.recovery.lost import bring_back
from deploy.recovery.sent import sent
from shared.contracts.topics import SERVICES
from shared.eventstore.postgres import PostgresEventStore
from shared.testing.postgres import Database, Server, created
from tests.audit.test_old_logs import LOGS
from tests.deploy.recovery.logs import command
from tests.deploy.recovery.release import back, dbmate, release

LOG = "SELECT string_agg(encode(sha256(body), 'hex'), ' ' ORDER BY position) FROM log.events"
KEPT = "INSERT INTO vault.secrets (commitment, subject, kind, salt, value) VALUES ($1, 'somebody', 'name', $2, $3)"
PLAIN = "SELECT value FROM vault.secrets"
APPLIED = "SELECT array_agg(version::text ORDER BY version) FROM public.schema_migrations"


@pytest.fixture
def empty(postgres_server: Server, postgres_template: str) -> Iterator[Database]:
    """A database that nothing was ever applied to."""
    with created(postgres_server, postgres_template) as fresh:
        yield replace(fresh, owner=f"{fresh.owner}?sslmode=disable")


def versions(*places: Path) -> list[str]:
    return sorted(path.name.partition("_")[0] for place in places for path in place.glob("*.sql"))


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("packed", LOGS, ids=lambda path: path.name)
async def test_an_old_log_stays_as_it_was_up_and_back(
    packed: Path, service: str, empty: Database, tmp_path: Path
) -> None:
    with tarfile.open(packed) as archive:
        archive.extractall(tmp_path, filter="data")
    verdict, files = examine(tmp_path / packed.name.removesuffix(".tar.xz"))
    assert isinstance(verdict, Proven)
    laid = release(packed, service, tmp_path)
    dbmate(empty.owner, laid.had, "migrate")
    connection = await asyncpg.connect(empty.superuser)
    try:
        assert await connection.fetchval(APPLIED) == versions(laid.had)
        found = await bring_back(connection, service, sent(files, service))
        assert found.missing == verdict.heads[f"nianlun/{service}"].position
        await connection.execute(KEPT, "a" * 64, b"s" * 16, b"name")
        before = await connection.fetchval(LOG)
        for up in (True, False, True):
            if up:
                await migrate(service, empty.owner)
            else:
                back(empty.owner, laid)
            assert await connection.fetchval(APPLIED) == versions(*(folders(service) if up else [laid.had]))
            assert await connection.fetchval(LOG) == before
            assert await connection.fetchval(PLAIN) == b"name"
    finally:
        await connection.close()
    async with asyncpg.create_pool(empty.runtime) as pool:
        store = PostgresEventStore(pool, "review", rehearsal=True)
        assert (await store.append(command("after"))).position == found.missing + 1
        await store.queue.drain()
