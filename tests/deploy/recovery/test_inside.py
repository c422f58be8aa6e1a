"""The commands of a bad day inside a container, as the compose file's `recovery` runs them: there is no engine."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from deploy.composed import inside, place, stack
from deploy.local.embedded import Embedded, embedded
from deploy.local.home import Home
from deploy.local.ports import free_ports
from deploy.local.services import ready
from deploy.local.state import discard
from tests.nianlun.commands import NIANLUN, Answer

pytestmark = [pytest.mark.timeout(600), pytest.mark.asyncio(loop_scope="module")]
SERVICE = "registration"
FILE = Path("files/sha256/ab/abc")
UP = "`docker compose up --detach --wait postgres kafka`"
NOBODY = "tcp://127.0.0.1:9"
"""Where an engine would be asked in vain."""


@dataclass(frozen=True, slots=True)
class Inside:
    """Database and broker of a composed home, and what the container is told."""

    pair: Embedded
    volumes: Path
    backups: Path

    @property
    def home(self) -> Home:
        return self.pair.home

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DOCKER_HOST": NOBODY,
            "NIANLUN_HOME": str(self.home.root),
            "NIANLUN_VOLUMES": str(self.volumes),
            "NIANLUN_DATABASE_HOST": "127.0.0.1",
            "NIANLUN_DATABASE_PORT": str(self.pair.cluster.port),
            "NIANLUN_KAFKA_BOOTSTRAP": self.pair.broker.bootstrap,
        }

    async def nianlun(self, *arguments: str, **told: str) -> Answer:
        done = await asyncio.to_thread(
            subprocess.run,
            [NIANLUN, *arguments],
            env={**os.environ, **self.environment, **told},
            capture_output=True,
            text=True,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """The service, as its own container runs it."""
        (port,) = free_ports(1)
        told = {**self.environment, "NIANLUN_HTTP_PORT": str(port)}
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.environment.items():
                patch.setenv(name, value)
            told |= inside.environment(self.home, SERVICE)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            f"services.{SERVICE}.main",
            env={**os.environ, **told},
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            await ready(f"http://127.0.0.1:{port}")
            yield
        finally:
            process.terminate()
            await process.wait()

    async def events(self) -> int:
        connection = await asyncpg.connect(self.pair.dsn(SERVICE))
        try:
            return int(await connection.fetchval("SELECT position FROM log.log_head"))
        finally:
            await connection.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def container(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Inside]:
    folder = tmp_path_factory.mktemp("inside")
    home = Home(folder / "home")
    place.prepare(home, place.Wish(first_port=28_000), stack.IMAGE)
    stack.connect(home)
    kept = folder / "volumes" / SERVICE / FILE
    kept.parent.mkdir(parents=True)
    kept.write_text("a file that an event names")
    async with embedded(home.root) as pair:
        yield Inside(pair, folder / "volumes", folder / "home-backups")
    discard(home)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def backup(container: Inside) -> Path:
    """One that was taken while the service went on."""
    folder = container.backups / "one"
    async with container.serving():
        taken = await container.nianlun("backup", str(folder))
        assert (taken.code, f"{container.home.root / 'secrets'} apart" in taken.out) == (0, True), taken
        early = await container.nianlun("restore", str(folder))
    said = f"nianlun: registration runs still; first give `docker compose down`, then {UP}\n"
    assert (early.code, early.err) == (1, said)
    return folder


async def test_a_lost_database_and_its_files_come_back(container: Inside, backup: Path) -> None:
    before = await container.events()
    admin = await container.pair.cluster.databases.connect()
    await admin.execute(f"DROP DATABASE {SERVICE} WITH (FORCE)")
    await admin.close()
    (container.volumes / SERVICE / FILE).unlink()
    done = await container.nianlun("restore", str(backup))
    assert (done.code, "`docker compose up --detach --wait` goes on from here" in done.out) == (0, True), done
    assert await container.events() == before > 0
    assert (container.volumes / SERVICE / FILE).read_text() == "a file that an event names"
    compared = await container.nianlun("reconcile")
    assert compared.code == 0, compared
    async with container.serving():
        proven = await container.nianlun("audit", "verify")
        assert (proven.code, "PROVEN" in proven.out) == (0, True), proven


async def test_views_are_compared_and_built_by_a_process_with_the_service_s_rights(
    container: Inside, backup: Path
) -> None:
    assert backup
    done = await container.nianlun("rebuild", SERVICE, "--dry-run")
    assert (done.code, "every document is what the log says" in done.out) == (0, True), done


async def test_passwords_are_replaced_and_who_starts_again_is_named(container: Inside) -> None:
    before = container.pair.dsn("review")
    done = await container.nianlun("secrets", "rotate", "database", "--service", "review")
    assert done.code == 0, done
    await (await asyncpg.connect(container.pair.dsn("review"))).close()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(before)
    done = await container.nianlun("secrets", "rotate", "kafka", "--service", "review", "--service", "reporting")
    assert (done.code, "`docker compose restart review reporting` now" in done.out) == (0, True), done


async def test_what_operators_hold_is_replaced_and_the_broker_s_restart_is_named(container: Inside) -> None:
    pair = container.pair
    before = pair.cluster.dsn("postgres", "postgres", pair.home.secret("admin", "postgres_password"))
    done = await container.nianlun("secrets", "rotate", "operators")
    assert (done.code, "give `docker compose restart kafka` now" in done.out) == (0, True), done
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(before)
    compared = await container.nianlun("reconcile")
    assert compared.code == 0, compared


@pytest.mark.parametrize(
    "command",
    [
        ("backup", "{}/new"),
        ("reconcile",),
        ("secrets", "rotate", "database"),
        ("secrets", "rotate", "operators"),
    ],
)
async def test_what_does_not_answer_is_named_with_the_command_that_starts_it(
    container: Inside, command: tuple[str, ...], tmp_path: Path
) -> None:
    (closed,) = free_ports(1)
    words = [word.format(tmp_path) for word in command]
    done = await container.nianlun(*words, NIANLUN_DATABASE_PORT=str(closed))
    assert (done.code, done.err) == (1, f"nianlun: the database does not answer; first give {UP}\n")


async def test_without_a_broker_nothing_is_put_back(container: Inside, backup: Path) -> None:
    (closed,) = free_ports(1)
    done = await container.nianlun("restore", str(backup), NIANLUN_KAFKA_BOOTSTRAP=f"127.0.0.1:{closed}")
    assert (done.code, done.err) == (1, f"nianlun: the broker does not answer; first give {UP}\n")
