"""Runs a command as a page shows it: word for word, but for the places in capitals that a reader fills in."""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.docs.pages import ROOT

BIN = Path(sys.executable).parent
COMMAND_SECONDS_MAX = 120.0


def words(command: str, places: Mapping[str, str]) -> list[str]:
    return [places.get(word, word) for word in shlex.split(command)]


def surroundings(home: Path) -> dict[str, str]:
    """The shell of somebody who works in the repository, with the console command at hand and a home elsewhere."""
    return {
        **os.environ,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "NIANLUN_HOME": str(home),
        "COLUMNS": "200",
        "NO_COLOR": "1",
    }


def run(command: str, home: Path, places: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        words(command, places or {}),
        cwd=ROOT,
        env=surroundings(home),
        capture_output=True,
        text=True,
        check=False,
        timeout=COMMAND_SECONDS_MAX,
    )


class InBackground:
    """A command that goes on until it is asked to stop."""

    def __init__(self, command: str, home: Path) -> None:
        self.log = home.parent / "up.log"
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                words(command, {}), cwd=ROOT, env=surroundings(home), stdout=output, stderr=subprocess.STDOUT
            )

    def alive(self) -> bool:
        return self._process.poll() is None

    def wait(self) -> int:
        return self._process.wait(COMMAND_SECONDS_MAX)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
