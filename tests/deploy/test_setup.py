"""`make setup` where there is no Python to run on."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_no_python_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "deploy/local").mkdir(parents=True)
    local = (f"deploy/local/{name}" for name in ("setup.sh", "java.py", "train.py"))
    for name in (*local, "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    done = subprocess.run(
        [tmp_path / "deploy/local/setup.sh"],
        env={"PATH": "/usr/bin:/bin", "PYTHON": "/no/such/python"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("setup: there is no Python 3.11, 3.12 or 3.13 here")
    assert done.stderr.count("\n") == 1


def test_what_make_can_do_is_listed() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("setup", "demo", "test", "faults", "bench", "lint", "fmt", "types", "catalogue", "lock"):
        assert f"make {target} " in shown
