"""`nianlun` finds a composed stack that somebody else started or stopped, and takes no other for it."""

from pathlib import Path

import pytest

from deploy.composed import COMPOSED, engine
from deploy.composed.found import find
from deploy.composed.place import Wish, prepare
from deploy.composed.stack import IMAGE, connect
from deploy.local.home import Home, read_json
from nianlun.cli import main

DOCKER = """#!/bin/sh
case "$*" in *--quiet*) ;; *.project=nianlun*.oneoff=False*) cat "$(dirname "$0")/running" ;; *) exit 1 ;; esac
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A composed stack's, in the current folder, beside an engine that is played."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NIANLUN_HOME", raising=False)
    docker = tmp_path / "docker"
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    monkeypatch.setattr(engine, "OWN", docker)
    home = Home(tmp_path / COMPOSED)
    prepare(home, Wish(), IMAGE)
    runs(home)
    return home


def runs(home: Home, *services: str, whose: Path | None = None, state: str = "running") -> None:
    """Let the engine have these containers."""
    rows = [f"{state} {name} {(whose or home.root) if name == 'postgres' else ''}\n" for name in services]
    (home.root.parent / "running").write_text("".join(rows))


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[object, str]:
    """With which code a command ends, and its one line."""
    with pytest.raises(SystemExit) as ended:
        main([*words, "--stack", "compose"])
    return ended.value.code, capsys.readouterr().err


@pytest.mark.parametrize("folder", ["", "deploy"])
def test_a_stack_that_docker_compose_started_is_found(home: Home, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    runs(home, "door", "kafka", "postgres", "review")
    (home.root.parent / folder).mkdir(exist_ok=True)
    monkeypatch.chdir(home.root.parent / folder)
    with pytest.raises(SystemExit):
        main(["clock", "show", "--stack", "compose"])
    assert home.run.stat().st_mode & 0o777 == 0o600
    assert "127.0.0.1:18000" in str(read_json(home.run)["kafka"])


@pytest.mark.parametrize("state", ["exited", "created"])
def test_one_that_docker_compose_stopped_is_not_up(
    home: Home, state: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    connect(home)
    runs(home, "door", "postgres", state=state)
    line = f"the stack of {home.root} is not up; `make compose` starts it"
    assert said(capsys, "backup", str(tmp_path / "backup")) == (1, f"nianlun: {line}\n")
    assert not home.run.exists()
    assert said(capsys, "audit", "verify") == (2, f"nianlun: CANNOT DECIDE: {line} (or give --archive)\n")


def test_status_names_what_starts_it(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    runs(home)
    assert said(capsys, "status") == (1, f"no stack is up in {home.root}; `make compose` starts it\n")


def test_while_its_door_is_away_what_was_said_stands(home: Home) -> None:
    runs(home, "kafka", "postgres")
    find(home)
    assert not home.run.exists()
    connect(home)
    find(home)
    assert home.run.exists()


def test_another_home_s_stack_of_the_same_name_is_not_taken_for_it(home: Home, tmp_path: Path) -> None:
    runs(home, "door", "postgres", whose=tmp_path / "other")
    find(home)
    assert not home.run.exists()
    connect(home)
    find(home)
    assert not home.run.exists()


def test_where_the_engine_says_nothing_nothing_is_changed(home: Home) -> None:
    (home.root.parent / "running").unlink()
    find(home)
    assert not home.run.exists()
    connect(home)
    find(home)
    assert home.run.exists()
