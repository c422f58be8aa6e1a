"""A composed stack of its own for all tests here; `make test-compose` asks for them, nothing else does."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from deploy.composed import stack
from deploy.composed.engine import Container, asked, composing, containers, restart
from deploy.composed.place import Wish, door, free_first_port, is_composed, variables
from deploy.local.home import Home, StackError, read_json

PROJECT = "nianlun-test"
ADDED = {"edge": True, "observability": True}
WANTED = "NIANLUN_TEST_COMPOSE"
SECONDS_MAX = 120.0
POLL_SECONDS = 2.0
"""Asking costs a second of processor, which the stack needs to become what is waited for."""
NIANLUN = str(Path(sys.executable).with_name("nianlun"))


@dataclass(frozen=True, slots=True)
class Composed:
    """A running composed stack."""

    home: Home

    @property
    def urls(self) -> dict[str, str]:
        services: Any = read_json(self.home.run)["services"]
        return {name: str(one["url"]) for name, one in services.items()}

    def port(self, name: str) -> int:
        """The loopback port of an extra."""
        return int(variables(self.home)[door(name)])

    def nianlun(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [NIANLUN, *arguments, "--home", str(self.home.root)]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)

    def up(self) -> "subprocess.CompletedProcess[str]":
        """As a person starts it by hand; the next `nianlun` finds it."""
        return self.compose("up", "--detach", "--wait")

    def compose(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """`docker compose`, as a person would type it."""
        command = composing(self.home, *arguments)
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)

    def container(self, name: str) -> Container:
        return next(one for one in containers(self.home) if one.name == name)

    def kill(self, name: str) -> None:
        """Kill a container's process from outside, so that the engine takes it for a death."""
        pid = self.container(name).pid
        assert pid is not None
        os.kill(pid, 9)

    def restart(self, name: str) -> None:
        """As somebody would who renews one container after another."""
        restart(self.home, name)

    def rows(self) -> list[dict[str, Any]]:
        """What `nianlun status` says of everybody."""
        rows: list[dict[str, Any]] = json.loads(self.nianlun("status", "--json").stdout)["processes"]
        return rows

    def positions(self) -> dict[str, int]:
        """The last position of every log."""
        return {row["name"]: row["position"] for row in self.rows() if row["position"] is not None}

    def inspect(self, name: str, what: str) -> str:
        return asked("inspect", f"{PROJECT}-{name}-1", "--format", what).strip()

    def until(self, true: Callable[[], bool], seconds_max: float = SECONDS_MAX) -> None:
        deadline = time.monotonic() + seconds_max
        while not true():
            assert time.monotonic() < deadline, self.nianlun("status").stdout
            time.sleep(POLL_SECONDS)

    def all_ready(self) -> bool:
        return self.nianlun("status").returncode == 0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a stack that a few tests have for themselves come and go first: two at once are too many for two cores."""
    items.sort(key=lambda item: "composed" in getattr(item, "fixturenames", ()))


def wanted() -> None:
    """Skip what follows unless containers were asked for."""
    if os.environ.get(WANTED) != "1":
        pytest.skip("`make test-compose` runs these: they need a container engine, and minutes")


@contextmanager
def standing(folder: Path, wish: Wish) -> Iterator[Composed]:
    """A stack that is there for the tests of one block; it takes away what a run that was killed left of its name."""
    wanted()
    home = Home(folder / "home")
    _sweep(f"label=com.docker.compose.project={wish.project}")
    try:
        stack.up(home, replace(wish, first_port=free_first_port()), lambda _text: None)
        yield Composed(home)
    except StackError as error:
        pytest.fail(f"no composed stack: {error}")
    finally:
        if is_composed(home):
            stack.destroy(home)


def _sweep(its: str) -> None:
    """Remove a stack's containers, networks and volumes, unless one of it runs: it may be another's."""
    if asked("ps", "--quiet", "--filter", its):
        return
    for kind, *listing in (("container", "ls", "--all"), ("network", "ls"), ("volume", "ls")):
        if there := asked(kind, *listing, "--quiet", "--filter", its).split():
            asked(kind, "rm", *there)


@pytest.fixture(scope="session")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    with standing(tmp_path_factory.mktemp("composed"), Wish(project=PROJECT, profiles=ADDED)) as made:
        yield made
