"""A database or broker whose initialisation was killed in the middle is made again."""

import asyncio
import shutil
from pathlib import Path

import asyncpg
import pytest

from deploy.local.administrator import ADMIN
from deploy.local.databases import SUPERUSER_PASSWORD
from deploy.local.embedded import embedded
from deploy.local.home import Home, StackError
from deploy.local.kafka import Broker
from deploy.local.ports import free_ports
from deploy.local.postgres import Cluster
from deploy.local.state import discard
from deploy.local.unprivileged import identity, needed


async def test_half_made_data_is_made_again_and_data_stays(tmp_path: Path) -> None:
    home = Home(tmp_path)
    draft = Cluster(home, 0).data.with_name(f"{Cluster(home, 0).data.name}.draft")
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    for _ in range(2):
        async with embedded(home.root, kafka=False) as pair:
            connection = await asyncpg.connect(pair.owner_dsn("review"))
            await connection.execute("CREATE TABLE IF NOT EXISTS public.kept AS SELECT 1")
            await connection.close()
    assert not draft.exists()
    shutil.rmtree(home.root / "secrets")
    home.made_secret(ADMIN, SUPERUSER_PASSWORD)
    moved = Cluster(home, *free_ports(1))
    with pytest.raises(StackError, match="two different stacks"):
        await _ready(moved)
    discard(home)


@pytest.mark.skipif(not needed(), reason="only root's data may be outside its home")
async def test_a_home_that_is_moved_or_linked_keeps_its_data(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    home, moved, linked = (Home(closed / name) for name in ("home", "moved", "linked"))
    async with embedded(home.root, kafka=False) as pair:
        found = pair.cluster.data
    assert not found.is_relative_to(tmp_path)
    home.root.rename(moved.root)
    linked.root.symlink_to(moved.root)
    assert (Cluster(moved, 0).data, Cluster(linked, 0).data) == (found, found)
    async with embedded(moved.root, kafka=False) as pair:
        assert pair.cluster.data == found
    discard(moved)
    assert not found.exists()


async def _ready(moved: Cluster) -> None:
    """Start the server beside the secrets of another stack."""
    process = await asyncio.create_subprocess_exec(
        *moved.command(), cwd="/", stderr=asyncio.subprocess.DEVNULL, **identity()
    )
    try:
        await moved.ready()
    finally:
        process.terminate()
        await process.wait()


def test_a_half_formatted_log_is_formatted_again(tmp_path: Path) -> None:
    broker = Broker(Home(tmp_path), *free_ports(2))
    draft = tmp_path / "kafka" / "data.draft"
    draft.mkdir(parents=True)
    (draft / "meta.properties").write_text("half")
    broker.initialise()
    assert (tmp_path / "kafka" / "data" / "meta.properties").read_text().count("cluster.id=") == 1
    assert not draft.exists()
    assert (tmp_path / "kafka" / "server.properties").stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "kafka" / "format.arguments").exists()
