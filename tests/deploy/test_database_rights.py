"""What the roles of the real database may not do."""

import asyncpg
import pytest

from deploy.local.databases import READER, REPORTING
from deploy.local.embedded import Embedded
from deploy.local.provision import STATISTICS
from deploy.local.unprivileged import identity
from services.reporting.entrypoints.stream import EXACT
from services.reporting.usecases.project import COUNTS
from shared.contracts.topics import SERVICES
from shared.eventstore.documents import PoolReads
from shared.runtime.database import PASSWORD


@pytest.mark.parametrize(
    "statement", ["UPDATE log.events SET version = 2", "DELETE FROM log.events", "TRUNCATE log.events"]
)
async def test_the_runtime_role_cannot_change_the_log(pair: Embedded, statement: str) -> None:
    connection = await asyncpg.connect(pair.dsn("review"))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.mark.parametrize("schema", ["log", "views", "delivery", "vault", "public"])
async def test_the_runtime_role_makes_no_table_but_one_that_goes_with_its_connection(
    pair: Embedded, schema: str
) -> None:
    connection = await asyncpg.connect(pair.dsn("review"))
    try:
        await connection.execute("CREATE TEMPORARY TABLE draft (view text)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(f"CREATE TABLE {schema}.draft (view text)")
    finally:
        await connection.close()


@pytest.mark.parametrize("database", ["registration", "postgres", "template1"])
async def test_a_service_cannot_reach_another_database(pair: Embedded, database: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(pair.dsn("review").replace("/review?", f"/{database}?"))


def statistics_dsn(pair: Embedded, database: str = REPORTING) -> str:
    return pair.cluster.dsn(database, READER, pair.home.secret(STATISTICS, PASSWORD))


async def test_the_statistics_read_one_collection(pair: Embedded) -> None:
    owner = await asyncpg.connect(pair.owner_dsn(REPORTING))
    try:
        for view in (COUNTS, "obligations"):
            await owner.execute("INSERT INTO views.documents VALUES ($1, 'a key', '{\"of\": 1}')", view)
        async with asyncpg.create_pool(statistics_dsn(pair), min_size=1, max_size=1) as pool:
            reads = PoolReads(pool, EXACT)
            assert (await reads.find(COUNTS), await reads.find("obligations")) == (({"of": 1},), ())
    finally:
        await owner.execute("DELETE FROM views.documents WHERE key = 'a key'")
        await owner.close()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO views.counts VALUES ('counts', 'a key', '{}')",
        "UPDATE views.counts SET doc = '{}'",
        "DELETE FROM views.counts",
        "SELECT doc FROM views.documents",
        "SELECT body FROM log.events",
        "SELECT * FROM vault.secrets",
        "CREATE TABLE views.draft (view text)",
        "CREATE TEMPORARY TABLE draft (view text)",
    ],
)
async def test_the_statistics_do_nothing_else(pair: Embedded, statement: str) -> None:
    connection = await asyncpg.connect(statistics_dsn(pair))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(statistics_dsn(pair, "review"))


async def test_a_home_whose_statistics_had_reporting_s_password_gets_one_for_them(pair: Embedded) -> None:
    shared = pair.home.secret(REPORTING, PASSWORD)
    (pair.home.secrets_of(STATISTICS) / PASSWORD).write_text(shared)
    await pair.cluster.provision()
    assert pair.home.secret(STATISTICS, PASSWORD) != shared == pair.home.secret(REPORTING, PASSWORD)
    for dsn in (statistics_dsn(pair), pair.dsn(REPORTING)):
        await (await asyncpg.connect(dsn)).close()


async def test_a_superuser_whose_password_was_half_replaced_is_let_in_and_has_the_new_one(pair: Embedded) -> None:
    before = pair.home.secret("admin", "postgres_password")
    password = pair.home.renewed_secret("admin", "postgres_password")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(pair.cluster.dsn("postgres", "postgres", password))
    await pair.cluster.provision()
    await (await asyncpg.connect(pair.cluster.dsn("postgres", "postgres", password))).close()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(pair.cluster.dsn("postgres", "postgres", before))


async def test_a_wrong_password_is_refused(pair: Embedded) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(pair.cluster.dsn("review", "review_runtime", "guessed"))


async def test_provisioning_again_changes_nothing(pair: Embedded) -> None:
    before = await _schema(pair)
    await pair.cluster.provision()
    assert await _schema(pair) == before


async def test_a_role_has_the_password_of_its_file_after_every_start(pair: Embedded) -> None:
    files = (("review", "database_password", pair.dsn), ("admin", "review_owner_password", pair.owner_dsn))
    for owner, name, dsn in files:
        (pair.home.secrets_of(owner) / name).write_text("put-by-somebody")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(dsn("review"))
        await pair.cluster.provision()
        await (await asyncpg.connect(dsn("review"))).close()


async def test_what_was_committed_is_durable(pair: Embedded) -> None:
    connection = await asyncpg.connect(pair.dsn("review"))
    try:
        assert [await connection.fetchval(f"SHOW {name}") for name in ("fsync", "synchronous_commit")] == ["on", "on"]
        assert await connection.fetchval("SHOW password_encryption") == "scram-sha-256"
    finally:
        await connection.close()


def test_the_server_does_not_run_as_root() -> None:
    assert identity().get("user", 1) != 0


async def _schema(pair: Embedded) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for service in SERVICES:
        connection = await asyncpg.connect(pair.owner_dsn(service))
        try:
            rows = await connection.fetch("SELECT version FROM schema_migrations ORDER BY version")
            rights = await connection.fetchval("SELECT datacl::text FROM pg_database WHERE datname = $1", service)
            found.append((service, rights, *(row["version"] for row in rows)))
        finally:
            await connection.close()
    return found
