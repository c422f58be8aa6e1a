"""Connections to a service's database, and how to tell a lost one from a refused statement."""

import asyncio
from typing import TypeAlias

import asyncpg

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

CHANNEL = "nianlun_log"
"""Notified once a batch; a wake-up, never a fact."""

DISCONNECTED = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.AdminShutdownError,
    asyncpg.exceptions.CrashShutdownError,
    asyncpg.exceptions.CannotConnectNowError,
    asyncpg.exceptions.InvalidPasswordError,
    asyncpg.exceptions.IdleInTransactionSessionTimeoutError,
    asyncpg.exceptions.InsufficientResourcesError,
)
"""Whatever a dropped connection, a full disk or a password that is just being replaced raises: the outcome is unknown,
and only the event ids can tell."""

ROW_REFUSED_CLASSES = ("22", "23")
"""SQLSTATE classes of data and integrity errors: something in the batch is at fault, not the server."""


def disconnected(error: BaseException) -> bool:
    """Whether `error` leaves the outcome open; asyncpg's own complaint about an argument does not."""
    return isinstance(error, DISCONNECTED) and not isinstance(error, ValueError)


def row_refused(error: BaseException) -> bool:
    """Whether `error` blames a row, so that the batch's other rows may still be written."""
    if isinstance(error, asyncpg.PostgresError):
        return (error.sqlstate or "").startswith(ROW_REFUSED_CLASSES)
    return isinstance(error, ValueError)


def end_if_cancelled() -> None:
    """Raise `CancelledError` where giving back a dead connection hid it: a loop that retries would never end."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
