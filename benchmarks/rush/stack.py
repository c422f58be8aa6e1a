"""A production stack of its own: on the real clock, in a scratch folder, watched for its memory."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import psutil

from deploy.local import lease
from deploy.local.home import Home, read_json

START_SECONDS_MAX = 120.0
STOP_SECONDS_MAX = 90.0
LOOK_SECONDS = 1.0
MEBIBYTE = 1024 * 1024


class NotUp(Exception):
    """The stack did not start."""


@dataclass(slots=True)
class Memory:
    """The most that each process held, its share of shared memory counted (PSS), in MiB, before the rush and in it."""

    home: Home
    before: dict[str, int] = field(default_factory=dict)
    peak: dict[str, int] = field(default_factory=dict)
    _end: Event = field(default_factory=Event)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look once a second."""
        self.before = self._look()
        thread = Thread(target=self._watch, name="memory")
        thread.start()
        try:
            yield
        finally:
            self._end.set()
            thread.join()

    def _watch(self) -> None:
        while not self._end.wait(LOOK_SECONDS):
            for name, size in self._look().items():
                self.peak[name] = max(size, self.peak.get(name, 0))

    def _look(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for process in json.loads(self.home.status.read_text())["processes"]:
            try:
                root = psutil.Process(process["pid"])
                sizes = [one.memory_full_info().pss for one in [root, *root.children(recursive=True)]]
            except (psutil.NoSuchProcess, psutil.AccessDenied, TypeError):
                continue
            found[process["name"]] = sum(sizes) // MEBIBYTE
        return found


@contextmanager
def production(folder: Path) -> Iterator[Home]:
    """A stack that lives by the real clock; raise `NotUp`."""
    home = Home(folder)
    command = [str(Path(sys.executable).with_name("nianlun")), "up", "--production", "--home", str(folder)]
    with (folder.with_name("up.log")).open("wb") as log:
        stack = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + START_SECONDS_MAX
        while not home.run.exists():
            if stack.poll() is not None or time.monotonic() > deadline:
                raise NotUp(folder.with_name("up.log").read_text()[-500:])
            time.sleep(0.1)
        yield home
    finally:
        lease.end(home, STOP_SECONDS_MAX)
        stack.wait(STOP_SECONDS_MAX)


def urls(home: Home) -> dict[str, str]:
    """Where each service listens."""
    services = read_json(home.run)["services"]
    assert isinstance(services, dict), "the run file names the services"
    return {name: str(service["url"]) for name, service in services.items()}
