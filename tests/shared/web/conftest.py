"""The door of a house in memory, opened anew for each test."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from tests.shared.web.house import House


@pytest_asyncio.fixture
async def house() -> House:
    """A house that nobody has entered yet."""
    return House()


@pytest_asyncio.fixture
async def client(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody in front of it."""
    async with house.client() as client:
        yield client
