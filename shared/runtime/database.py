"""One connection to a service's database, also while its password is being replaced, or was left half replaced."""

from typing import Any

import asyncpg

from shared.runtime.settings import ServiceSettings

PASSWORD, NEXT_PASSWORD = "database_password", "database_password.next"  # pragma: allowlist secret
"""Secret files: the password, and the one that is there before the role has it and until the first names it."""


async def connect(
    settings: ServiceSettings, dsn: str | None = None, **options: Any
) -> "asyncpg.Connection[asyncpg.Record]":
    """As `asyncpg.connect` with what the settings say; raise `InvalidPasswordError` when neither password is right."""
    options |= {
        "host": settings.database_host,
        "port": settings.database_port,
        "database": settings.database_name,
        "user": settings.database_user,
    }
    connection: asyncpg.Connection[asyncpg.Record]
    try:
        connection = await asyncpg.connect(dsn, **options, password=settings.secret(PASSWORD))
    except asyncpg.InvalidPasswordError:
        if not (settings.secrets_dir / NEXT_PASSWORD).exists():
            raise
        connection = await asyncpg.connect(dsn, **options, password=settings.secret(NEXT_PASSWORD))
    return connection
