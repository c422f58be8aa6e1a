"""Database and broker of a composed stack without its services: nobody appends while they are put right."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from deploy.composed.engine import ONCE, compose, containers
from deploy.composed.owner import require_own
from deploy.composed.place import Wish, brokers, variables
from deploy.composed.tunnel import tunnel
from deploy.local.home import Home, StackError


@asynccontextmanager
async def bare(home: Home) -> AsyncIterator[int]:
    """Both as long as the context lasts, provisioned; a loopback port of the database. Raise `StackError`."""
    require_own(home, Wish())
    if running := [one.name for one in containers(home) if one.pid]:
        raise StackError(f"{running[0]} runs still; `make compose-down` takes the stack down, its data stay")
    try:
        await asyncio.to_thread(compose, home, "up", "--detach", "--wait", "postgres", *brokers(variables(home)))
        for once in ONCE:
            await asyncio.to_thread(compose, home, "run", "--rm", "--no-deps", once)
        async with tunnel(home) as port:
            yield port
    finally:
        await asyncio.to_thread(compose, home, "down")
