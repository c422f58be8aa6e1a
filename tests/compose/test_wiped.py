"""A backup of the composed stack, and the machine after its database, or everything but its secrets, is gone."""

import json
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from deploy.composed import stack
from deploy.composed.engine import asked
from deploy.composed.place import KAFKA_PORT, Wish, variables
from nianlun.restore import SOMETHING_IS_MISSING
from tests.compose.conftest import ADDED, PROJECT, Composed
from tests.journeys.callers import Load

SERVICE = "registration"
FILE = "a file that came with a command"
KEPT = "/opt/nianlun/var/files/sha256/{0:.2}/{0}".format(sha256(FILE.encode()).hexdigest())
"""Where a service keeps it."""


@pytest.fixture(scope="module")
def backup(composed: Composed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that was taken while people went on; more has happened since."""
    folder = tmp_path_factory.mktemp("kept") / "backup"
    _in_service(composed, f"mkdir -p {KEPT.rpartition('/')[0]} && printf '{FILE}' > {KEPT}")
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
    assert done.returncode == SOMETHING_IS_MISSING, done.stdout + done.stderr
    assert "AccountOpened.v1" in done.stdout
    _up(composed)
    assert {name: at >= before[name] for name, at in composed.positions().items()} == dict.fromkeys(before, True)
    compared = composed.nianlun("reconcile")
    assert compared.returncode == 0, compared.stdout + compared.stderr


def test_a_machine_that_lost_all_but_its_secrets_comes_back_as_it_was_backed_up(
    composed: Composed, backup: Path
) -> None:
    stood = composed.nianlun("clock", "show").stdout
    _wipe(composed, "postgres", "kafka", *(f"files-{service}" for service in composed.urls))
    _prepare_anew(composed)
    tried = composed.nianlun("restore", str(backup), "--dry-run")
    assert (tried.returncode, "there is no data in" in tried.stderr) == (1, True), tried.stderr
    done = composed.nianlun("restore", str(backup))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "has no data yet and becomes a rehearsal stack" in done.stderr
    assert composed.nianlun("clock", "show").stdout == stood
    _up(composed)
    assert _in_service(composed, f"cat {KEPT}") == FILE


def test_a_wiped_machine_comes_back_by_containers_alone(composed: Composed) -> None:
    composed.until(composed.all_ready)
    _recovers(composed, "backup", "/backups/alone")
    folder = Path(variables(composed.home)["NIANLUN_BACKUPS"]) / "alone"
    kept = {name: one["events"] for name, one in json.loads((folder / "manifest.json").read_text())["services"].items()}
    early = composed.compose("run", "--rm", "-T", "recovery", "restore", "/backups/alone")
    assert (early.returncode, "runs still; first give `docker compose down`" in early.stderr) == (1, True), early
    _wipe(composed, "postgres", "kafka", *(f"files-{service}" for service in composed.urls))
    early = composed.compose("run", "--rm", "-T", "recovery", "restore", "/backups/alone")
    assert (early.returncode, "the database does not answer; first give" in early.stderr) == (1, True), early
    assert composed.compose("up", "--detach", "--wait", "postgres", "kafka").returncode == 0
    _recovers(composed, "restore", "/backups/alone")
    _up(composed)
    positions = composed.positions()
    assert {name: positions[name] >= events > 0 for name, events in kept.items() if name == SERVICE} == {SERVICE: True}
    _recovers(composed, "reconcile")
    _recovers(composed, "rebuild", SERVICE)
    _recovers(composed, "secrets", "rotate", "database", "--leaked")
    _recovers(composed, "secrets", "rotate", "kafka", "--service", SERVICE)
    assert composed.compose("restart", SERVICE).returncode == 0
    composed.until(composed.all_ready)
    _recovers(composed, "secrets", "rotate", "operators", "--leaked")
    assert composed.compose("restart", "kafka").returncode == 0
    composed.until(composed.all_ready)
    assert composed.compose("down").returncode == 0
    _up(composed)


def _in_service(composed: Composed, script: str) -> str:
    done = composed.compose("exec", "-T", SERVICE, "sh", "-c", script)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _recovers(composed: Composed, *command: str) -> None:
    done = composed.compose("run", "--rm", "-T", "recovery", *command)
    assert done.returncode == 0, done.stdout + done.stderr


def _wipe(composed: Composed, *volumes: str) -> None:
    assert composed.compose("down").returncode == 0
    asked("volume", "rm", *(f"{PROJECT}_{volume}" for volume in volumes))


def _prepare_anew(composed: Composed) -> None:
    """Lose the home but its secrets, and prepare another, of the other mode, as on a new machine."""
    home, first = composed.home, int(variables(composed.home)[KAFKA_PORT])
    for path in home.root.iterdir():
        if path.is_dir() and path.name != "secrets":
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()
    stack.make_ready(home, Wish(production=True, first_port=first, project=PROJECT, profiles=ADDED))


def _up(composed: Composed) -> None:
    done = composed.up()
    assert done.returncode == 0, done.stderr
    composed.until(composed.all_ready)
    verified = composed.nianlun("audit", "verify")
    assert (verified.returncode, "PROVEN" in verified.stdout) == (0, True), verified.stdout
