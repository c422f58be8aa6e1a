"""A ground for the drills of a session."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.faults.machines import Ground, ground


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def calm_ground() -> AsyncIterator[Ground]:
    """A database server and a broker that nobody kills."""
    async with ground() as made:
        yield made
