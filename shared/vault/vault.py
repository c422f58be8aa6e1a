"""The vault: salt and value behind each commitment, with PostgreSQL and memory behind one port."""

import secrets
from dataclasses import dataclass
from typing import Protocol

from shared.eventstore.connections import Pool
from shared.vault.commitment import SALT_BYTES, commitment

ERASED = "已删除"
"""What reads and documents show in place of an erased value."""
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
_KEPT = "SELECT commitment, value FROM vault.secrets WHERE subject = $1 AND kind = $2"
_KEEP = "INSERT INTO vault.secrets (commitment, subject, kind, salt, value) VALUES ($1, $2, $3, $4, $5)"


@dataclass(frozen=True, slots=True)
class Kept:
    """A value as the vault holds it."""

    subject: str
    kind: str
    salt: bytes
    value: str


class Vault(Protocol):
    """Keeps personal values outside the log."""

    async def keep(self, subject: str, kind: str, value: str) -> str:
        """Keep `value` of `subject` under a fresh salt; durable once this returns the commitment.

        A repeated value of the same subject and kind gives the commitment it had.
        """
        ...

    async def reveal(self, commitment_to: str) -> str | None:
        """The value behind a commitment, or None when the vault does not hold it."""
        ...


class MemoryVault:
    """A vault in a dictionary."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}

    async def keep(self, subject: str, kind: str, value: str) -> str:
        """See `Vault.keep`."""
        for known, kept in self._kept.items():
            if (kept.subject, kept.kind, kept.value) == (subject, kind, value):
                return known
        salt = secrets.token_bytes(SALT_BYTES)
        made = commitment(value, salt)
        self._kept[made] = Kept(subject, kind, salt, value)
        return made

    async def reveal(self, commitment_to: str) -> str | None:
        """See `Vault.reveal`."""
        kept = self._kept.get(commitment_to)
        return None if kept is None else kept.value


class PostgresVault:
    """A vault in the service's own database."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def keep(self, subject: str, kind: str, value: str) -> str:
        """See `Vault.keep`."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_ONE_AT_A_TIME, f"{subject}/{kind}")
            rows = await connection.fetch(_KEPT, subject, kind)
            for row in rows:
                if bytes(row["value"]).decode() == value:
                    return str(row["commitment"])
            salt = secrets.token_bytes(SALT_BYTES)
            made = commitment(value, salt)
            await connection.execute(_KEEP, made, subject, kind, salt, value.encode())
        return made

    async def reveal(self, commitment_to: str) -> str | None:
        """See `Vault.reveal`."""
        value = await self._pool.fetchval("SELECT value FROM vault.secrets WHERE commitment = $1", commitment_to)
        return None if value is None else bytes(value).decode()


async def shown(vault: Vault, commitment_to: str) -> str:
    """The value as people read it; `ERASED` when the vault does not hold it any more."""
    value = await vault.reveal(commitment_to)
    return ERASED if value is None else value
