"""One connection to a service's database, also while its password is being replaced, or was left half replaced."""

from contextlib import suppress
from typing import Any

import asyncpg

from shared.runtime.secret_files import PREVIOUS
from shared.runtime.settings import ServiceSettings

PASSWORD = "database_password"  # noqa: S105 - its file's name  # pragma: allowlist secret
"""The secret file with the password that the role has, or is just being given."""


async def connect(
    settings: ServiceSettings, dsn: str | None = None, **options: Any
) -> "asyncpg.Connection[asyncpg.Record]":
    """As `asyncpg.connect` with what the settings say; raise `InvalidPasswordError` when no password is right.

    The last attempt reads the file again: it may have been replaced, and the role, too, since the first.
    """
    options |= {
        "host": settings.database_host,
        "port": settings.database_port,
        "database": settings.database_name,
        "user": settings.database_user,
    }
    connection: asyncpg.Connection[asyncpg.Record]
    for name in (PASSWORD, f"{PASSWORD}{PREVIOUS}"):
        with suppress(asyncpg.InvalidPasswordError, FileNotFoundError):
            connection = await asyncpg.connect(dsn, **options, password=settings.secret(name))
            return connection
    connection = await asyncpg.connect(dsn, **options, password=settings.secret(PASSWORD))
    return connection
