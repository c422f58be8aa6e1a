"""Where a demo is lived: a stack of its own, brought up for it and taken down after it."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path
from typing import Protocol

import httpx
import psutil
from rich.console import Console

from deploy.composed import COMPOSED, stack, status
from deploy.composed.place import Wish, is_composed
from deploy.local import lease, orphans, run_file
from deploy.local.home import Home, StackError, write_json
from deploy.local.state import discard
from deploy.local.status import processes
from rehearsal.company import ROUND

MARK = "demo.json"
START_SECONDS_MAX = 180.0
STOP_SECONDS_MAX = 90.0
ANSWER_SECONDS_MAX = 10.0
PAUSE_SECONDS = 0.1
MEBIBYTE = 1024 * 1024
FRESH_POSITION_MAX = 5
"""Of registration's log when nobody has registered: the administrator, and a key of each replica."""


class Stage(Protocol):
    """What the demo asks of a stack."""

    def begin(self, replicas: int, *, keep: bool) -> None:
        """Bring up a stack in which nothing happened yet; raise `StackError`."""

    def end(self) -> None:
        """Stop it, if `begin` started it."""

    def resident_mib(self) -> int:
        """What all of it holds in memory; a page that processes share counts once where the kernel tells."""


def stage_of(place: Home, console: Console) -> Stage:
    """The stage of a home: on a container engine if it is a composed stack's."""
    composed = is_composed(place) or place.root == Home(COMPOSED).root
    return Composed(place, console) if composed else Local(place, console)


class Local:
    """The stack without containers."""

    def __init__(self, place: Home, console: Console) -> None:
        self._place, self._console, self._ours = place, console, False

    def begin(self, replicas: int, *, keep: bool) -> None:
        """See `Stage.begin`; an earlier demo's stack is discarded, nobody else's is."""
        self._fresh()
        self._wait(self._start(replicas, keep=keep))

    def end(self) -> None:
        """See `Stage.end`."""
        if self._ours:
            lease.end(self._place, STOP_SECONDS_MAX)

    def resident_mib(self) -> int:
        """See `Stage.resident_mib`."""
        total = 0
        for pid in (one.pid for one in processes(self._place) if one.pid):
            try:
                root = psutil.Process(pid)
                total += sum(one.memory_full_info().pss for one in [root, *root.children(recursive=True)])
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return int(total / MEBIBYTE)

    def _fresh(self) -> None:
        place, mark = self._place, self._place.root / MARK
        if lease.holder(place):
            raise StackError(f"a stack is up in {place.root}; `nianlun down` first")
        if place.state.exists() and not mark.exists():
            raise StackError(f"{place.root} holds a stack that no demo made; give another folder with --home")
        if mark.exists():
            _discarded(self._console, place)
        orphans.sweep(place)
        discard(place)
        place.root.mkdir(parents=True)
        write_json(mark, {"round": ROUND})

    def _start(self, replicas: int, *, keep: bool) -> "subprocess.Popen[bytes]":
        command = [str(Path(sys.executable).with_name("nianlun")), "up", "--home", str(self._place.root)]
        output = (self._place.root / "up.log").open("wb")
        self._ours = True
        return subprocess.Popen(
            [*command, "--replicas", str(replicas)], stdout=output, stderr=output, start_new_session=keep
        )

    def _wait(self, started: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + START_SECONDS_MAX
        while not self._place.run.exists():
            if started.poll() is not None or time.monotonic() > deadline:
                said = (self._place.root / "up.log").read_text().strip().splitlines()[-1:]
                raise StackError(f"the stack did not come up: {''.join(said)}")
            time.sleep(PAUSE_SECONDS)


class Composed:
    """The stack on a container engine; one that is up and in which nothing happened is taken as it is."""

    def __init__(self, place: Home, console: Console) -> None:
        self._place, self._console, self._ours = place, console, False

    def begin(self, replicas: int, *, keep: bool) -> None:  # noqa: ARG002 - containers stay in any case
        """See `Stage.begin`; an earlier demo's stack is destroyed, nobody else's is."""
        mark = self._place.root / MARK
        if mark.exists():
            _discarded(self._console, self._place)
            stack.destroy(self._place)
        if not self._place.run.exists():
            mine = not is_composed(self._place)
            stack.up(self._place, Wish(replicas=replicas), self._console.print)
            self._ours = True
            if mine:
                write_json(mark, {"round": ROUND})
        if self._position("application") or self._position("registration") > FRESH_POSITION_MAX:
            raise StackError(f"{self._place.root} holds a round already; `make compose-destroy` removes all its data")

    def end(self) -> None:
        """See `Stage.end`."""
        if self._ours:
            stack.down(self._place)

    def resident_mib(self) -> int:
        """See `Stage.resident_mib`."""
        return sum(row.resident_mib or 0 for row in asyncio.run(status.rows(self._place)))

    def _position(self, service: str) -> int:
        url = run_file.urls(self._place, service)[service]
        try:
            told = httpx.get(f"{url}/health/ready", timeout=ANSWER_SECONDS_MAX, trust_env=False).json()
        except (httpx.HTTPError, ValueError) as error:
            raise StackError(f"{service} does not answer at {url}: {error}") from error
        return int(told["position"])


def _discarded(console: Console, place: Home) -> None:
    console.print(f"the earlier demo in {place.root} is discarded, with the integrators that were added to it")
