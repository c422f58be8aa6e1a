"""Runs the console command as a person would."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.home import Home, read_json
from deploy.local.state import discard

NIANLUN = str(Path(sys.executable).with_name("nianlun"))
COMMAND_SECONDS_MAX = 180.0
UP_SECONDS_MAX = 90.0


@dataclass(frozen=True, slots=True)
class Answer:
    code: int
    out: str
    err: str


def nianlun(*arguments: str) -> Answer:
    done = subprocess.run(
        [NIANLUN, *arguments], capture_output=True, text=True, check=False, timeout=COMMAND_SECONDS_MAX
    )
    return Answer(done.returncode, done.stdout, done.stderr)


class Stack:
    """`nianlun up` in the background; one service is enough to see the whole of it."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._process: subprocess.Popen[bytes] | None = None

    def up(self, *services: str) -> None:
        self.home.run.unlink(missing_ok=True)
        with (self.home.root.parent / "up.log").open("ab") as output:
            self._process = subprocess.Popen(
                [NIANLUN, "up", "--home", str(self.home.root), *_wanted(services or ("registration",))],
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.until(self.home.run.exists)

    def command(self, *arguments: str) -> Answer:
        return nianlun(*arguments, "--home", str(self.home.root))

    def wait(self) -> int:
        assert self._process is not None
        return self._process.wait(COMMAND_SECONDS_MAX)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def said(self) -> str:
        return (self.home.root.parent / "up.log").read_text()

    def row(self, name: str) -> dict[str, Any]:
        rows: Any = read_json(self.home.status)["processes"]
        return next(row for row in rows if row["name"] == name)

    def until(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + UP_SECONDS_MAX
        while not true():
            assert self._process is None or self._process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)


@contextmanager
def ending(running: Stack) -> Iterator[Stack]:
    """The stack, which is stopped and gone when the context ends."""
    yield running
    running.command("down")
    running.wait()
    discard(running.home)


def _wanted(services: Sequence[str]) -> list[str]:
    return [word for service in services for word in ("--service", service)]
