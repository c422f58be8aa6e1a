"""The round on the composed stack, while every kind of container is killed: the same round as without containers."""

import subprocess
import time
from pathlib import Path

from deploy.composed.engine import logs
from tests.compose.conftest import NIANLUN, Composed
from tests.journeys.test_under_fire import COMMANDS, KILLS_MIN, LIVED

VICTIMS = ("review", "kafka", "application", "postgres", "registration", "publication", "statistics", "reporting")
KILL_EVERY_SECONDS = 8.0
LINE_CHARACTERS_MAX = 300


def test_the_round_comes_out_the_same_while_every_kind_of_container_is_killed(
    composed: Composed, tmp_path: Path
) -> None:
    said = tmp_path / "said"
    killed: list[str] = []
    with said.open("wb") as output:
        command = [NIANLUN, "demo", "--keep", "--organizations", "60", "--home", str(composed.home.root)]
        demo = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        while demo.poll() is None and "stack up after" not in said.read_text():
            time.sleep(0.1)
        for name in VICTIMS:
            time.sleep(KILL_EVERY_SECONDS)
            if demo.poll() is not None or LIVED in said.read_text():
                break
            composed.kill(name)
            killed.append(name)
        demo.wait()
    finally:
        demo.kill()
    text = said.read_text()
    assert demo.returncode == 0, f"{text}\n{_told(composed)}"
    assert text.count("PROVEN") == 2
    assert COMMANDS in " ".join(text.split())
    assert len(killed) >= KILLS_MIN
    composed.until(composed.all_ready)
    assert {row["name"] for row in composed.rows() if row["restarts"]} >= set(killed)


def _told(composed: Composed) -> str:
    """How everybody is, and what each said last that was no request."""
    said = [line for name in VICTIMS for line in logs(composed.home, name) if '"request"' not in line]
    return "\n".join([composed.nianlun("status").stdout, *(line[:LINE_CHARACTERS_MAX] for line in said)])


def test_it_goes_on_after_it_was_down(composed: Composed) -> None:
    before = composed.positions()
    assert composed.compose("down").returncode == 0
    assert composed.nianlun("status").returncode == 1
    assert composed.compose("up", "--detach", "--wait").returncode == 0
    composed.until(composed.all_ready)
    after = composed.positions()
    assert {name: after[name] >= position for name, position in before.items()} == dict.fromkeys(before, True)
    verified = composed.nianlun("audit", "verify")
    assert (verified.returncode, "PROVEN" in verified.stdout) == (0, True)
