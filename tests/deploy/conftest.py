"""One provisioned database and broker for all tests of the local stack."""

from collections.abc import AsyncIterator

import pytest_asyncio

from deploy.local.embedded import Embedded, embedded


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pair() -> AsyncIterator[Embedded]:
    async with embedded() as running:
        yield running
