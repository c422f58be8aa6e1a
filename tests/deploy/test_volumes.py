"""What a container says while files are read out of a volume is told only when it failed."""

from pathlib import Path

import pytest

from deploy.composed import engine, volumes
from deploy.composed.place import Wish, prepare
from deploy.local.home import Home, StackError

DOCKER = """#!/bin/sh
echo "tar: files/sha256/ab/abcd: file changed as we read it" >&2
tar -c -C {volume} files
exit {code}
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.root.mkdir()
    prepare(home, Wish(), "nianlun:0.1.0")
    kept = tmp_path / "volume" / "files" / "sha256" / "ab"
    kept.mkdir(parents=True)
    (kept / "abcd").write_text("kept")
    return home


def read(home: Home, monkeypatch: pytest.MonkeyPatch, code: int) -> Path:
    """The folder into which the files were read, by a container that ends with a code."""
    docker = home.root.parent / "docker"
    docker.write_text(DOCKER.format(volume=home.root.parent / "volume", code=code))
    docker.chmod(0o755)
    monkeypatch.setattr(engine, "OWN", docker)
    volumes.copy_out(home, "review", home.root.parent / "copied")
    return home.root.parent / "copied"


def test_of_what_changes_meanwhile_nothing_is_said(
    home: Home, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    copied = read(home, monkeypatch, volumes.GONE_MEANWHILE)
    assert (copied / "sha256" / "ab" / "abcd").read_text() == "kept"
    assert capfd.readouterr().err == ""


def test_why_it_could_not_be_read_is_one_line(
    home: Home, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(StackError, match="from its volume: tar: files/sha256/ab/abcd: file changed"):
        read(home, monkeypatch, 2)
    assert capfd.readouterr().err == ""
