"""One moment of all databases: while it is taken nobody appends, so each holds all that another had heard of it.

A value is in its vault before the event that commits to it, so no vault of that moment lacks one.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import asyncpg

from deploy.local.databases import Databases
from deploy.local.home import StackError
from deploy.recovery.dumps import Dumped, connected
from shared.contracts.topics import SERVICES
from shared.kernel.instants import from_datetime

WAIT_SECONDS_MAX = 5
"""How long an append under way is waited for, and so how long others may wait for the moment."""
STILL_SECONDS_MAX = 10
"""How long databases stand still for a backup that does not go on, as one that was stopped."""
_WAIT = f"SET LOCAL lock_timeout = '{WAIT_SECONDS_MAX}s'"
_GO_ON = f"SET LOCAL idle_in_transaction_session_timeout = '{STILL_SECONDS_MAX}s'"
_NOBODY_APPENDS = "LOCK TABLE log.log_head IN SHARE MODE"
_EXPORT = "SELECT pg_export_snapshot()"
_HEAD = "SELECT position, hash, clock_timestamp() AS taken_at FROM log.log_head"
_MASTERS = "SELECT DISTINCT master FROM vault.keys ORDER BY master"


@dataclass(frozen=True, slots=True)
class Moment:
    """One database at that moment."""

    snapshot: str
    """By which `pg_dump` sees it, as long as the context lasts."""
    dumped: Dumped
    """What `pg_dump` writes of it."""
    connection: "asyncpg.Connection[asyncpg.Record]"
    """By which the same is read, as long as the context lasts."""


@asynccontextmanager
async def one_moment(databases: Databases) -> AsyncIterator[Mapping[str, Moment]]:
    """Every service's database, as long as the context lasts; raise `StackError` when it cannot be taken in time."""
    async with AsyncExitStack() as seen:
        try:
            async with AsyncExitStack() as still:
                for service in SERVICES:
                    await _nobody_appends(still, databases, service)
                found = {service: await _look(seen, databases, service) for service in SERVICES}
        except (asyncpg.InterfaceError, asyncpg.PostgresConnectionError, asyncpg.InvalidTransactionStateError) as error:
            raise StackError("the databases went on before all had been looked at; try again") from error
        yield found


async def _nobody_appends(still: AsyncExitStack, databases: Databases, service: str) -> None:
    connection = await still.enter_async_context(connected(databases, service))
    await still.enter_async_context(connection.transaction())
    await connection.execute(f"{_WAIT}; {_GO_ON}")
    try:
        await connection.execute(_NOBODY_APPENDS)
    except asyncpg.LockNotAvailableError as error:
        raise StackError(
            f"{service} has been appending for {WAIT_SECONDS_MAX} s without an end; try again when it is well"
        ) from error


async def _look(seen: AsyncExitStack, databases: Databases, service: str) -> Moment:
    connection = await seen.enter_async_context(connected(databases, service))
    await seen.enter_async_context(connection.transaction(isolation="repeatable_read", readonly=True))
    snapshot = await connection.fetchval(_EXPORT)
    head, masters = await connection.fetchrow(_HEAD), await connection.fetch(_MASTERS)
    assert head is not None, "the migrations put one row there"
    taken_at = from_datetime(head["taken_at"])
    known = tuple(row["master"] for row in masters)
    return Moment(snapshot, Dumped(taken_at, head["position"], head["hash"], known), connection)
