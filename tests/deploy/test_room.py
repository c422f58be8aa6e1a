"""No broker is started on a full disk, where it would take its log for damaged: in containers, by the supervisor."""

import asyncio
import shutil
import subprocess
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import supervisor as supervising
from deploy.local.part import State
from deploy.local.supervisor import Supervisor
from tests.deploy.little import Ground

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "deploy" / "kafka" / "room.sh"
SECONDS_MAX = 20.0
DF = """#!/bin/sh
echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'
echo "disk 9999999 1 $(head -n 1 {kib}) 1% $2"
sed -i '2,$!d' {kib}
"""
Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - what shutil gives


def test_the_script_waits_for_room_and_says_so(tmp_path: Path) -> None:
    kib, df = tmp_path / "kib", tmp_path / "df"
    kib.write_text("0\n0\n204800\n204800\n262144\n")
    df.write_text(DF.format(kib=kib))
    df.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "PAUSE_SECONDS": "0"}
    asked = ["bash", str(SCRIPT), "/data", "256"]
    done = subprocess.run(asked, env=environment, capture_output=True, text=True, check=True, timeout=SECONDS_MAX)
    said = "the disk of /data has {} MiB left; the broker starts when it has 256\n"
    assert done.stderr == said.format(0) + said.format(200)


def test_a_disk_with_room_is_not_spoken_of(tmp_path: Path) -> None:
    asked = ["bash", str(SCRIPT), str(tmp_path), "1"]
    done = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=SECONDS_MAX)
    assert done.stderr == ""


def test_every_broker_asks_before_it_starts() -> None:
    start = (SCRIPT.with_name("start.sh")).read_text()
    assert start.index("/etc/nianlun/room.sh") < start.index("kafka-storage.sh")


async def test_the_supervisor_waits_for_room_and_says_so_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rooms: Iterator[int] = iter([0, 0, 1])
    monkeypatch.setattr(supervising, "ROOM_SECONDS", 0.01)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1, 1, next(rooms) * supervising.ROOM_BYTES_MIN))
    ground = Ground(tmp_path)
    kept = Supervisor([ground.part("broker", writes_to=tmp_path)], ground.logs, ground.told.append, lambda: None)
    stop, up = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(kept.run(stop, up.set))
    async with asyncio.timeout(SECONDS_MAX):
        await up.wait()
    assert kept.kept["broker"].state is State.READY
    stop.set()
    await running
    assert ground.texts().count("it is started when there is room") == 1
    assert next(rooms, None) is None
