"""The previous release's data, restored under this one: its log, its views, its round; and back to its migrations."""

import asyncio
import json
import shutil
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from audit.verify import Proven
from audit.verify.archive import examine
from deploy.local import clock, vault_keys
from deploy.local.databases import Databases
from deploy.local.embedded import Embedded, embedded
from deploy.local.home import Home, write_json
from deploy.local.postgres import binary
from deploy.local.state import discard
from deploy.recovery import backup
from deploy.recovery.backup import Backup
from deploy.recovery.bare import bare
from deploy.recovery.dumps import Dumped, connect
from deploy.recovery.lost import bring_back
from deploy.recovery.sent import sent
from nianlun.restore import SOMETHING_IS_MISSING
from shared.contracts.topics import SERVICES
from shared.kernel.instants import from_datetime
from tests.audit.test_old_logs import LOGS
from tests.deploy.recovery.release import back, dbmate, release
from tests.nianlun.commands import Stack, ending

pytestmark = pytest.mark.timeout(1200)
OLD = next(path for path in LOGS if path.name == "2017-walking-skeleton.tar.xz")
LATER = "2019-01-01T09:00:00+08:00"
HEAD = "SELECT position, hash, clock_timestamp() AS taken_at FROM log.log_head"
BYTES = "SELECT string_agg(encode(sha256(body), 'hex'), ' ' ORDER BY position) FROM log.events WHERE position <= $1"
SECONDS_MAX = 240.0


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log as the earlier release exported it."""
    folder = tmp_path_factory.mktemp("old")
    with tarfile.open(OLD) as packed:
        packed.extractall(folder, filter="data")
    return folder / OLD.name.removesuffix(".tar.xz")


@pytest.fixture(scope="module")
def taken(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Path]]:
    """A backup as that release would have left it, and the home with the secrets that are kept apart."""
    folder = tmp_path_factory.mktemp("taken")
    home, draft = Home(folder / "home"), folder / "backup"
    home.root.mkdir()
    home.made_secret("registration", "administrator_password")
    for service in SERVICES:
        vault_keys.make(home, service)
    write_json(home.state, {"mode": "rehearsal", "replicas": 1, "ports": {}})
    clock.start(home, LATER)
    (draft / backup.DATABASES).mkdir(parents=True)
    shutil.copytree(archive, draft / backup.LOG)
    dumps = asyncio.run(_dumped(home, archive, draft))
    backup.seal(draft, home, dumps)
    yield home, draft
    discard(home)


async def _dumped(home: Home, archive: Path, draft: Path) -> dict[str, Dumped]:
    async with embedded(home.root, kafka=False) as old:
        return {service: await _filled(old, service, archive, backup.dump_file(draft, service)) for service in SERVICES}


async def _filled(old: Embedded, service: str, archive: Path, file: Path) -> Dumped:
    await _as_it_was(old, service, archive.parent)
    verdict, files = examine(archive)
    assert isinstance(verdict, Proven)
    databases = Databases(old.home, "127.0.0.1", old.cluster.port)
    connection = await connect(databases, service)
    try:
        await bring_back(connection, service, sent(files, service))
        head = await connection.fetchrow(HEAD)
        assert head is not None
    finally:
        await connection.close()
    url = databases.dsn(service, "postgres", old.home.secret("admin", "postgres_password"))
    dump = [binary("pg_dump"), "--format=custom", f"--file={file}", url]
    await asyncio.to_thread(subprocess.run, dump, check=True, capture_output=True)
    return Dumped(from_datetime(head["taken_at"]), head["position"], head["hash"], ())


async def _as_it_was(old: Embedded, service: str, folder: Path) -> None:
    """Make a service's database anew, by that release's migrations alone."""
    admin = await old.cluster.databases.connect()
    await admin.execute(f"DROP DATABASE {service} WITH (FORCE)")
    await admin.execute(f"CREATE DATABASE {service} OWNER {service}_owner")
    await admin.close()
    await asyncio.to_thread(dbmate, old.owner_dsn(service), release(OLD, service, folder).had, "migrate")


@pytest.fixture(scope="module")
def stack(taken: tuple[Home, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """This release on the other's backup, up."""
    home = Home(tmp_path_factory.mktemp("new") / "home")
    home.root.mkdir()
    shutil.copytree(taken[0].root / "secrets", home.root / "secrets")
    running = Stack(home)
    restored = running.command("restore", str(taken[1]))
    assert restored.code == SOMETHING_IS_MISSING, "that release's backup has no files"
    running.up(*SERVICES)
    with ending(running):
        yield running


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while not true():
        assert time.monotonic() < deadline
        time.sleep(1.0)


def heard(stack: Stack) -> bool:
    """Whether nothing is on its way any more."""
    rows = json.loads(stack.command("status", "--json").out)["processes"]
    return all(row["state"] == "ready" and not row["relay_lag"] and not row["inbox_lag"] for row in rows)


def test_its_log_is_whole_and_its_round_comes_out_as_it_did(stack: Stack, archive: Path, tmp_path: Path) -> None:
    until(lambda: heard(stack))
    proven = stack.command("audit", "verify", "--json")
    assert proven.code == 0, proven
    verdict, _ = examine(archive)
    assert isinstance(verdict, Proven)
    heads = json.loads(proven.out)["heads"]
    assert all(heads[name]["position"] >= head.position for name, head in verdict.heads.items())
    listed = tmp_path / "list.json"
    replayed = stack.command("audit", "replay", "--round", "2017", "--list")
    assert replayed.code == 0, replayed
    listed.write_text(replayed.out)
    assert (
        json.loads(listed.read_text())["rows"]
        == json.loads(OLD.with_name("2017-walking-skeleton.json").read_text())["rows"]
    )
    assert stack.command("parked", "list").out == "nothing is parked\n"


@pytest.mark.parametrize("service", SERVICES)
def test_its_views_are_those_of_this_release(stack: Stack, service: str) -> None:
    until(lambda: heard(stack))
    rebuilt = stack.command("rebuild", service, "--dry-run")
    assert rebuilt.code == 0, rebuilt
    assert "every document is what the log says; " in rebuilt.out


def test_back_again_not_a_byte_of_the_log_is_another_and_up_once_more(
    stack: Stack, taken: tuple[Home, Path], tmp_path: Path
) -> None:
    until(lambda: heard(stack))
    assert stack.command("down").code == 0
    assert stack.wait() == 0
    asyncio.run(_back(stack.home, backup.opened(taken[1]), tmp_path))
    stack.up(*SERVICES)
    until(lambda: heard(stack))
    assert stack.command("audit", "verify").code == 0


async def _back(home: Home, before: Backup, folder: Path) -> None:
    """To that release's migrations, by the way that each of this one's names."""
    async with bare(home, lambda _notice: None) as ground:
        for service in SERVICES:
            connection = await connect(ground.databases, service)
            position = await connection.fetchval("SELECT position FROM log.log_head")
            log = await connection.fetchval(BYTES, position)
            owner = home.secret("admin", f"{service}_owner_password")
            url = ground.databases.dsn(service, f"{service}_owner", owner)
            await asyncio.to_thread(back, url, release(OLD, service, folder))
            assert await connection.fetchval(BYTES, position) == log
            await connection.close()
            assert await asyncio.to_thread(schema, url) == await asyncio.to_thread(schema, str(before.dump(service)))


def schema(source: str) -> list[str]:
    """What a database, or a dump, defines, whoever may read it."""
    tool = ["pg_restore", "--file=-"] if Path(source).exists() else ["pg_dump"]
    command = [binary(tool[0]), *tool[1:], "--schema-only", "--no-privileges", "--no-owner", source]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [line for line in done.stdout.splitlines() if line and not line.startswith(("--", "\\", "SET "))]
