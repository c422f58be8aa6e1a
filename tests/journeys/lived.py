"""The demo, lived through once a session for every test that looks at it afterwards."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.composed import stack
from deploy.composed.place import Wish, free_first_port
from deploy.local.home import Home
from shared.testing.containers import CONTAINERS, STACK_VARIABLE

NIANLUN = str(Path(sys.executable).with_name("nianlun"))
DEMO = ("demo", "--keep")
SECONDS_MAX = 900
"""For a test, with the demo when it is the first that asks for it."""


def nianlun(*arguments: str, home: Path) -> "subprocess.CompletedProcess[str]":
    command = [NIANLUN, *arguments, "--home", str(home)]
    environment = {name: text for name, text in os.environ.items() if name != "COLUMNS"}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600, env=environment)


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The home of a stack that lived through the round and is up, and what the demo showed."""
    home = tmp_path_factory.mktemp("journey") / "年轮 home"
    contained = os.environ.get(STACK_VARIABLE) == CONTAINERS
    try:
        if contained:
            stack.up(Home(home), Wish(first_port=free_first_port(), project="nianlun-journey"), print)
        done = nianlun(*DEMO, home=home)
        assert done.returncode == 0, done.stdout + done.stderr
        yield home, done.stdout
    finally:
        if contained:
            stack.destroy(Home(home))
        else:
            nianlun("down", home=home)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests on that stack come last: it stays up to the end, and would slow down whatever came after."""

    def looks_at_it(item: pytest.Item) -> bool:
        return "lived" in getattr(item, "fixturenames", ())

    for item in filter(looks_at_it, items):
        item.add_marker(pytest.mark.timeout(SECONDS_MAX))
    items.sort(key=looks_at_it)
