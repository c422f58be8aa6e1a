"""The secrets scan bites."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def scan(file: Path) -> int:
    command = [str(Path(sys.executable).with_name("detect-secrets-hook")), "--baseline", ".secrets.baseline", str(file)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode


def test_a_planted_key_is_caught(tmp_path: Path) -> None:
    planted = tmp_path / "settings.py"
    planted.write_text("AWS = 'AKIA" + "IOSFODNN7EXAMPLE'\n")
    assert scan(planted) == 1


def test_a_file_without_a_secret_passes(tmp_path: Path) -> None:
    plain = tmp_path / "settings.py"
    plain.write_text("REGION = 'shanghai'\n")
    assert scan(plain) == 0
