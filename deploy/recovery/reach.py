"""The databases of a stack that is up, wherever they run."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from deploy.composed.place import is_composed
from deploy.composed.tunnel import tunnel
from deploy.local import state
from deploy.local.databases import Databases, in_one_line
from deploy.local.home import Home
from deploy.local.services import POSTGRES

LOOPBACK = "127.0.0.1"


@asynccontextmanager
async def databases_of(home: Home) -> AsyncIterator[Databases]:
    """Where they are reached as long as the context lasts; on containers through the database's own.

    Raise `StackError` where the server does not answer, or refuses.
    """
    with in_one_line(home):
        if is_composed(home):
            async with tunnel(home) as port:
                yield Databases(home, LOOPBACK, port)
        else:
            yield Databases(home, LOOPBACK, state.load(home).ports.get(POSTGRES, 0))
