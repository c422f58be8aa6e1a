"""The previous release's data come through this one's migrations, and back, with every byte of their log."""

import tarfile
from pathlib import Path

import asyncpg
import pytest

from audit.verify import Proven
from audit.verify.archive import examine
from deploy.recovery.lost import bring_back
from deploy.recovery.sent import sent
from shared.contracts.topics import SERVICES
from shared.eventstore.postgres import PostgresEventStore
from shared.testing.postgres import Database, dbmate
from tests.audit.test_old_logs import LOGS
from tests.deploy.recovery.logs import command

NEWEST = "2002"
"""What the previous release did not have: sealed values in the vault."""
LOG = "SELECT string_agg(encode(sha256(body), 'hex'), ' ' ORDER BY position) FROM log.events"
KEPT = "INSERT INTO vault.secrets (commitment, subject, kind, salt, value) VALUES ($1, 'somebody', 'name', $2, $3)"
PLAIN = "SELECT value FROM vault.secrets"
APPLIED = "SELECT max(version) FROM public.schema_migrations"


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("packed", LOGS, ids=lambda path: path.name)
async def test_an_old_log_stays_as_it_was_up_and_back(
    packed: Path, service: str, database: Database, tmp_path: Path
) -> None:
    with tarfile.open(packed) as archive:
        archive.extractall(tmp_path, filter="data")
    verdict, files = examine(tmp_path / packed.name.removesuffix(".tar.xz"))
    assert isinstance(verdict, Proven)
    dbmate(database.owner, "rollback")
    connection = await asyncpg.connect(database.superuser)
    try:
        assert await connection.fetchval(APPLIED) < NEWEST
        found = await bring_back(connection, service, sent(files, service))
        assert found.missing == verdict.heads[f"nianlun/{service}"].position
        await connection.execute(KEPT, "a" * 64, b"s" * 16, b"name")
        before = await connection.fetchval(LOG)
        for step in ("migrate", "rollback", "migrate"):
            dbmate(database.owner, step)
            assert await connection.fetchval(LOG) == before
            assert await connection.fetchval(PLAIN) == b"name"
        assert await connection.fetchval(APPLIED) >= NEWEST
    finally:
        await connection.close()
    async with asyncpg.create_pool(database.runtime) as pool:
        store = PostgresEventStore(pool, "review", rehearsal=True)
        assert (await store.append(command("after"))).position == found.missing + 1
        await store.queue.drain()
