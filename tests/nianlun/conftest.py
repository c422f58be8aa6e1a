"""One stack for all tests of the console command."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.home import Home
from tests.nianlun.commands import Stack, ending


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    home = Home(Path(tmp_path_factory.mktemp("stack")) / "home")
    running = Stack(home)
    running.up()
    with ending(running):
        yield running
