"""The previous release's data, restored under this one: its log, its views, its round; and back to its migrations."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from audit.verify import Proven
from audit.verify.archive import examine
from deploy.local import clock, vault_keys
from deploy.local.databases import Databases
from deploy.local.embedded import Embedded, embedded
from deploy.local.home import Home, write_json
from deploy.local.migrations import folders
from deploy.local.postgres import binary
from deploy.local.state import discard
from deploy.recovery import backup
from deploy.recovery.bare import bare
from deploy.recovery.dumps import Dumped, connect
from deploy.recovery.lost import bring_back
from deploy.recovery.sent import sent
from nianlun.restore import SOMETHING_IS_MISSING
from shared.contracts.topics import SERVICES
from shared.kernel.instants import from_datetime
from tests.audit.test_old_logs import LOGS
from tests.nianlun.commands import Stack, ending

pytestmark = pytest.mark.timeout(1200)
OLD = next(path for path in LOGS if path.name == "2017-walking-skeleton.tar.xz")
SINCE = ("2002",)
"""The migrations that the release of this log did not have, the oldest first."""
LATER = "2019-01-01T09:00:00+08:00"
HEAD = "SELECT position, hash, clock_timestamp() AS taken_at FROM log.log_head"
BYTES = "SELECT string_agg(encode(sha256(body), 'hex'), ' ' ORDER BY position) FROM log.events WHERE position <= $1"
APPLIED = "SELECT version FROM public.schema_migrations ORDER BY version"
SECONDS_MAX = 240.0


def dbmate(url: str, service: str, *arguments: str) -> None:
    directories = [option for folder in folders(service) for option in ("--migrations-dir", str(folder))]
    command = [str(Path(sys.executable).with_name("dbmate")), *directories, "--no-dump-schema", *arguments]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "DATABASE_URL": url})


async def back(url: str, service: str) -> None:
    """To the migrations of the release before, whatever each service has besides."""
    connection = await asyncpg.connect(url)
    try:
        while SINCE[0] in (applied := [row["version"] for row in await connection.fetch(APPLIED)]):
            await asyncio.to_thread(dbmate, url, service, "rollback")
            assert len(await connection.fetch(APPLIED)) == len(applied) - 1
    finally:
        await connection.close()


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
    await back(old.owner_dsn(service), service)
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


def test_back_again_not_a_byte_of_the_log_is_another_and_up_once_more(stack: Stack) -> None:
    until(lambda: heard(stack))
    assert stack.command("down").code == 0
    assert stack.wait() == 0
    asyncio.run(_back_and_forth(stack.home))
    stack.up(*SERVICES)
    until(lambda: heard(stack))
    assert stack.command("audit", "verify").code == 0


async def _back_and_forth(home: Home) -> None:
    async with bare(home, lambda _notice: None) as ground:
        for service in SERVICES:
            connection = await connect(ground.databases, service)
            position = await connection.fetchval("SELECT position FROM log.log_head")
            before = await connection.fetchval(BYTES, position)
            await connection.close()
            owner = home.secret("admin", f"{service}_owner_password")
            await back(ground.databases.dsn(service, f"{service}_owner", owner), service)
            connection = await connect(ground.databases, service)
            assert await connection.fetchval(BYTES, position) == before
            assert SINCE[0] not in {row["version"] for row in await connection.fetch(APPLIED)}
            await connection.close()
