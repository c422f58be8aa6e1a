"""The broker's Java takes what a training run kept; `-XX:AOTMode=on` ends it where it cannot."""

import subprocess
from pathlib import Path

import pytest

from deploy.local.java import ahead_of_time, java

ASKED_SECONDS_MAX = 60


def runs() -> bool:
    command = [*java("-XX:AOTMode=on"), "kafka.tools.StorageTool", "random-uuid"]
    return subprocess.run(command, capture_output=True, check=False, timeout=ASKED_SECONDS_MAX).returncode == 0


def test_what_the_setup_kept_is_taken() -> None:
    assert ahead_of_time().exists()
    assert runs()


def test_what_is_cut_off_would_be_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = tmp_path / "cut.aot"
    cut.write_bytes(ahead_of_time().read_bytes()[:-4096])
    monkeypatch.setattr("deploy.local.java.ahead_of_time", lambda: cut)
    assert not runs()
