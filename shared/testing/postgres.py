"""PostgreSQL for tests: an external server, a container or an embedded one; a fresh database per test."""

import asyncio
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from urllib.parse import quote, urlsplit

import asyncpg
import pytest

from deploy.local import unprivileged
from deploy.local.databases import SUPERUSER
from deploy.local.home import Home
from deploy.local.migrations import ROOT, SHARED
from deploy.local.ports import free_ports
from deploy.local.postgres import Cluster
from shared.testing import containers
from shared.testing.containers import CONTAINERS, STACK_VARIABLE

URL_VARIABLE = "NIANLUN_TEST_DATABASE_URL"
"""A superuser's `postgresql://` URL of an external server; its databases `nianlun_test_*` are ours."""
STEP_SECONDS_MAX = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and its superuser."""

    url: str
    """`postgresql://user:password@host:port`, without a database."""

    def run(self, *statements: str, database: str = "postgres") -> None:
        """Run statements one by one as the superuser, each in a transaction of its own."""
        asyncio.run(self._run(statements, database))

    def as_role(self, role: str, database: str) -> str:
        """The URL of `database` for one of the two roles of tests; its password is its name."""
        parts = urlsplit(self.url)
        return f"postgresql://{role}:{role}@{parts.hostname}:{parts.port}/{database}"

    async def _run(self, statements: tuple[str, ...], database: str) -> None:
        connection = await asyncpg.connect(f"{self.url}/{database}")
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


@dataclass(frozen=True, slots=True)
class Database:
    """An empty database of one test."""

    owner: str
    """URL of the role that owns the schema."""
    runtime: str
    """URL of the role that a service runs as."""
    superuser: str


@contextmanager
def embedded() -> Iterator[Server]:
    """Start the local stack's PostgreSQL on a free port of the loopback interface; it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="nianlun-test-"))
    folder.chmod(0o755)
    home = Home(folder)
    cluster = Cluster(home, free_ports(1)[0])
    data = cluster.data
    try:
        cluster.initialise()
        options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/", **unprivileged.identity()}
        process = subprocess.Popen(cluster.command(), start_new_session=True, **options)  # type: ignore[call-overload]
        try:
            asyncio.run(cluster.ready())
            password = home.secret("admin", "postgres_password")
            yield Server(f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{cluster.port}")
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait()
    finally:
        rmtree(data, ignore_errors=True)
        rmtree(folder)


def dbmate(url: str, *arguments: str) -> None:
    """Run dbmate with the migrations that every service has."""
    folders = (ROOT / part / "migrations" for part in SHARED)
    directories = [option for folder in folders for option in ("--migrations-dir", str(folder))]
    command = [str(Path(sys.executable).parent / "dbmate"), "--no-dump-schema", *directories, *arguments]
    environment = {**os.environ, "DATABASE_URL": f"{url}?sslmode=disable"}
    subprocess.run(command, check=True, capture_output=True, env=environment, timeout=STEP_SECONDS_MAX)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """The server of the whole session."""
    external = os.environ.get(URL_VARIABLE)
    if external:
        parts = urlsplit(external)
        login = f"{quote(parts.username or 'postgres')}:{quote(parts.password or '')}"
        yield Server(f"postgresql://{login}@{parts.hostname}:{parts.port or 5432}")
        return
    if os.environ.get(STACK_VARIABLE) == CONTAINERS:
        with containers.postgres() as url:
            yield Server(url)
        return
    with embedded() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Server) -> Iterator[str]:
    """The name of a migrated database that others are copied from."""
    name = f"nianlun_test_{secrets.token_hex(4)}"
    postgres_server.run(
        f"CREATE ROLE {name}_owner LOGIN PASSWORD '{name}_owner'",
        f"CREATE ROLE {name}_runtime LOGIN PASSWORD '{name}_runtime'",
        f"CREATE DATABASE {name} OWNER {name}_owner",
    )
    dbmate(postgres_server.as_role(f"{name}_owner", name), "migrate")
    yield name
    postgres_server.run(f"DROP DATABASE {name}", f"DROP ROLE {name}_owner", f"DROP ROLE {name}_runtime")


@pytest.fixture
def database(postgres_server: Server, postgres_template: str) -> Iterator[Database]:
    """A fresh, migrated, empty database."""
    with created(postgres_server, postgres_template, f"TEMPLATE {postgres_template}") as fresh:
        yield fresh


@contextmanager
def created(server: Server, template: str, options: str = "") -> Iterator[Database]:
    """A database of the template's roles, as long as the context lasts; without options nothing was applied to it."""
    name = f"{template}_{secrets.token_hex(4)}"
    owner, runtime = f"{template}_owner", f"{template}_runtime"
    server.run(f"CREATE DATABASE {name} OWNER {owner} {options}")
    yield Database(server.as_role(owner, name), server.as_role(runtime, name), f"{server.url}/{name}")
    server.run(f"DROP DATABASE {name} WITH (FORCE)")
