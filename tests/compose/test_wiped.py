"""A backup of the composed stack, and the machine after its database, or everything but its secrets, is gone."""

from pathlib import Path

import pytest

from deploy.composed.engine import asked
from tests.compose.conftest import PROJECT, Composed
from tests.journeys.callers import Load

SERVICE = "registration"


@pytest.fixture(scope="module")
def backup(composed: Composed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that was taken while people went on; more has happened since."""
    folder = tmp_path_factory.mktemp("kept") / "backup"
    with Load(composed.urls[SERVICE], "before-the-wipe") as load:
        load.more()
        done = composed.nianlun("backup", str(folder))
        assert done.returncode == 0, done.stderr
        load.more()
    assert load.wrong == []
    return folder


def test_a_lost_database_comes_back_with_what_was_sent_since(composed: Composed, backup: Path) -> None:
    composed.until(composed.all_ready)
    before = composed.positions()
    _wipe(composed, "postgres")
    done = composed.nianlun("restore", str(backup))
    assert done.returncode == 0, done.stdout + done.stderr
    _up(composed)
    assert {name: at >= before[name] for name, at in composed.positions().items()} == dict.fromkeys(before, True)
    compared = composed.nianlun("reconcile")
    assert compared.returncode == 0, compared.stdout + compared.stderr


def test_a_wiped_machine_comes_back_as_it_was_backed_up(composed: Composed, backup: Path) -> None:
    _wipe(composed, "postgres", "kafka", *(f"files-{service}" for service in composed.urls))
    done = composed.nianlun("restore", str(backup))
    assert done.returncode == 0, done.stdout + done.stderr
    _up(composed)
    files = composed.compose(
        "exec", "-T", "application", "sh", "-c", "find /opt/nianlun/var/files -type f | wc -l"
    ).stdout
    kept = sum(path.is_file() for path in (backup / "files" / "application").rglob("*"))
    assert int(files) >= kept > 0


def _wipe(composed: Composed, *volumes: str) -> None:
    assert composed.compose("down").returncode == 0
    composed.home.run.unlink()
    asked("volume", "rm", *(f"{PROJECT}_{volume}" for volume in volumes))


def _up(composed: Composed) -> None:
    done = composed.up()
    assert done.returncode == 0, done.stderr
    composed.until(composed.all_ready)
    verified = composed.nianlun("audit", "verify")
    assert (verified.returncode, "PROVEN" in verified.stdout) == (0, True), verified.stdout
