"""The round of the demo while its processes are killed one after another: the very same round comes of it."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.journeys.lived import NIANLUN, nianlun

KILL_EVERY_SECONDS = 8.0
KILLS_MIN = 6
SECONDS_MAX = 900
LIVED = "$ nianlun audit verify"
COMMANDS = "2910 commands, "
"""Of sixty organizations, whether anybody is killed or not."""
VICTIMS = ("review", "kafka", "application", "postgres", "registration", "publication", "statistics", "reporting")


def kill(home: Path, name: str) -> bool:
    """Kill one of the processes of that name; False when none is running."""
    processes = json.loads((home / "status.json").read_text())["processes"]
    pids = [one["pid"] for one in processes if one["name"].startswith(name) and one["pid"]]
    if not pids:
        return False
    try:
        os.kill(pids[0], signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.timeout(SECONDS_MAX)
def test_the_round_comes_out_the_same_while_every_kind_of_process_is_killed(tmp_path: Path) -> None:
    home, said = tmp_path / "home", tmp_path / "said"
    command = [NIANLUN, "demo", "--replicas", "2", "--organizations", "60", "--home", str(home)]
    killed: list[str] = []
    with said.open("wb") as output:
        demo = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        while demo.poll() is None and "stack up after" not in said.read_text():
            time.sleep(0.1)
        for name in VICTIMS:
            time.sleep(KILL_EVERY_SECONDS)
            if demo.poll() is not None or LIVED in said.read_text():
                break
            killed += [name] if kill(home, name) else []
        demo.wait()
    finally:
        demo.kill()
        nianlun("down", home=home)
    text = said.read_text()
    assert demo.returncode == 0, text
    assert "PROVEN" in text
    assert COMMANDS in " ".join(text.split())
    assert len(killed) >= KILLS_MIN
