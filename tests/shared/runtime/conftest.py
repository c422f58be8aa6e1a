"""One database and one broker for the processes of this folder; each test goes on where the last one ended."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.local.embedded import Embedded, embedded
from tests.shared.runtime.started import NOON, Ground


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pair() -> AsyncIterator[Embedded]:
    """Provisioned like the stack's."""
    async with embedded() as pair:
        yield pair


@pytest.fixture
def ground(pair: Embedded, tmp_path: Path) -> Ground:
    """A rehearsal at noon."""
    ground = Ground(pair, tmp_path)
    ground.set_clock(NOON)
    return ground
