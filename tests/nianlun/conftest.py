"""One stack for all tests of the console command."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.home import Home
from deploy.local.state import discard
from tests.nianlun.commands import Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    home = Home(Path(tmp_path_factory.mktemp("stack")) / "home")
    running = Stack(home)
    running.up()
    yield running
    running.command("down")
    running.wait()
    discard(home)
