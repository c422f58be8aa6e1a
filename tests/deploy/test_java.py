"""The broker's Java takes what a training run kept; `-XX:AOTMode=on` ends it where it cannot."""

import subprocess
from pathlib import Path

import pytest

from deploy.local.java import ahead_of_time, forget_damaged, java, keep

ASKED_SECONDS_MAX = 60


def runs() -> bool:
    command = [*java("-XX:AOTMode=on"), "kafka.tools.StorageTool", "random-uuid"]
    return subprocess.run(command, capture_output=True, check=False, timeout=ASKED_SECONDS_MAX).returncode == 0


def test_what_the_setup_kept_is_taken() -> None:
    assert ahead_of_time().exists()
    assert runs()


def test_what_is_overwritten_is_used_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, cache = tmp_path / "kept.aot", tmp_path / "java.aot"
    made.write_bytes(bytes(range(256)) * 4096)
    monkeypatch.setattr("deploy.local.java.ahead_of_time", lambda: cache)
    keep(made)
    forget_damaged()
    assert cache.exists()
    with cache.open("r+b") as file:
        file.seek(4096)
        file.write(bytes(4096))
    forget_damaged()
    assert not cache.exists()


def test_what_is_cut_off_would_be_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = tmp_path / "cut.aot"
    cut.write_bytes(ahead_of_time().read_bytes()[:-4096])
    monkeypatch.setattr("deploy.local.java.ahead_of_time", lambda: cut)
    assert not runs()
