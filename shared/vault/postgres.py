"""The vault in a service's own database: values sealed under their subject's key, that one under a master key."""

from asyncpg import Record

from shared.eventstore.connections import Connection, Pool
from shared.vault.commitment import SALT_BYTES
from shared.vault.master import MasterKeys
from shared.vault.sealing import fresh_key, seal, unseal
from shared.vault.vault import Prepared, prepare

AT_ONCE_MAX = 200
"""Subjects that one look finds when all of them are gone through."""
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
_KEY = "SELECT master, wrapped FROM vault.keys WHERE subject = $1"
_NEW_KEY = "INSERT INTO vault.keys (subject, master, wrapped) VALUES ($1, $2, $3)"
_KEPT = "SELECT commitment, kind, salt, value, sealed FROM vault.secrets WHERE subject = $1 AND kind = $2"
_KEEP = """
INSERT INTO vault.secrets (commitment, subject, kind, sealed) VALUES ($1, $2, $3, $4)
ON CONFLICT (commitment) DO NOTHING
"""
_REVEAL = """
SELECT s.commitment, s.subject, s.kind, s.salt, s.value, s.sealed, k.master, k.wrapped
FROM vault.secrets s LEFT JOIN vault.keys k ON k.subject = s.subject WHERE s.commitment = $1
"""
_IN_PLAIN = "SELECT DISTINCT subject FROM vault.secrets WHERE sealed IS NULL LIMIT $1"
_PLAIN_OF = "SELECT commitment, kind, salt, value FROM vault.secrets WHERE subject = $1 AND sealed IS NULL"
_OLD_KEYS = """
SELECT subject, master, wrapped FROM vault.keys WHERE master <> $1 AND subject > $2 ORDER BY subject LIMIT $3
"""
_MASTERS = "SELECT DISTINCT master FROM vault.keys ORDER BY master"


class PostgresVault:
    """The `Vault` on PostgreSQL; neither a subject's key nor a master key outlives the call that needs it."""

    def __init__(self, pool: Pool, masters: MasterKeys) -> None:
        self._pool, self._masters = pool, masters

    async def known(self, subject: str, kind: str, value: str) -> str | None:
        """See `Vault.known`."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_ALONE, subject)
            return await self._known(connection, subject, kind, value)

    async def keep_prepared(self, prepared: Prepared) -> None:
        """See `Vault.keep_prepared`."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_ALONE, prepared.subject)
            await self._keep(connection, prepared)

    async def keep(self, subject: str, kind: str, value: str) -> str:
        """See `Vault.keep`."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_ALONE, subject)
            known = await self._known(connection, subject, kind, value)
            if known is not None:
                return known
            prepared = prepare(subject, kind, value)
            await self._keep(connection, prepared)
            return prepared.commitment

    async def reveal(self, commitment_to: str) -> str | None:
        """See `Vault.reveal`."""
        row = await self._pool.fetchrow(_REVEAL, commitment_to)
        if row is None or (row["sealed"] is not None and row["wrapped"] is None):
            return None
        key = b"" if row["sealed"] is None else self._unwrapped(row["subject"], row)
        return _opened(key, row, row["subject"])

    async def held(self, subject: str) -> int:
        """See `Vault.held`."""
        return int(await self._pool.fetchval("SELECT count(*) FROM vault.secrets WHERE subject = $1", subject))

    async def erase(self, erasure: str, subject: str) -> int:
        """See `Vault.erase`."""
        return int(await self._pool.fetchval("SELECT vault.erase($1, $2)", erasure, subject))

    async def keep_sealed(self) -> None:
        """Bring what is kept to the newest master key; when this returns nothing lies there in plain."""
        await self.seal_what_is_plain()
        await self.rewrap()

    async def seal_what_is_plain(self) -> int:
        """Seal what was kept before values were sealed; returns how many there were, and may run in two processes."""
        done = 0
        while subjects := await self._pool.fetch(_IN_PLAIN, AT_ONCE_MAX):
            for row in subjects:
                done += await self._seal(row["subject"])
        return done

    async def rewrap(self) -> int:
        """Wrap every subject's key with the newest master key; returns how many were wrapped with another."""
        newest, done, after = self._masters.newest(), 0, ""
        while rows := await self._pool.fetch(_OLD_KEYS, newest.id, after, AT_ONCE_MAX):
            for row in rows:
                after = str(row["subject"])
                wrapped = seal(newest.key, self._unwrapped(after, row), after)
                statement = "SELECT vault.rewrap($1, $2, $3, $4)"
                done += await self._pool.fetchval(statement, after, row["wrapped"], newest.id, wrapped)
        return done

    async def masters_in_use(self) -> list[str]:
        """The ids of the master keys that wrap something."""
        return [str(row["master"]) for row in await self._pool.fetch(_MASTERS)]

    async def _seal(self, subject: str) -> int:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_ALONE, subject)
            rows = await connection.fetch(_PLAIN_OF, subject)
            key = await self._key(connection, subject) if rows else b""
            for row in rows:
                sealed = seal(key, row["salt"] + row["value"], _about(row["commitment"], subject, row["kind"]))
                await connection.execute("SELECT vault.seal($1, $2)", row["commitment"], sealed)
        return len(rows)

    async def _known(self, connection: Connection, subject: str, kind: str, value: str) -> str | None:
        row = await connection.fetchrow(_KEY, subject)
        key = b"" if row is None else self._unwrapped(subject, row)
        for kept in await connection.fetch(_KEPT, subject, kind):
            if _opened(key, kept, subject) == value:
                return str(kept["commitment"])
        return None

    async def _keep(self, connection: Connection, prepared: Prepared) -> None:
        made, subject, kind = prepared.commitment, prepared.subject, prepared.kind
        key = await self._key(connection, subject)
        sealed = seal(key, prepared.salt + prepared.value.encode(), _about(made, subject, kind))
        await connection.execute(_KEEP, made, subject, kind, sealed)

    async def _key(self, connection: Connection, subject: str) -> bytes:
        """The subject's key, made when there is none; the caller's transaction is alone with the subject."""
        row = await connection.fetchrow(_KEY, subject)
        if row is not None:
            return self._unwrapped(subject, row)
        key, newest = fresh_key(), self._masters.newest()
        await connection.execute(_NEW_KEY, subject, newest.id, seal(newest.key, key, subject))
        return key

    def _unwrapped(self, subject: str, row: Record) -> bytes:
        return unseal(self._masters.named(row["master"]).key, row["wrapped"], subject)


def _about(made: str, subject: str, kind: str) -> str:
    return f"{made}/{subject}/{kind}"


def _opened(key: bytes, row: Record, subject: str) -> str:
    if row["sealed"] is None:
        return bytes(row["value"]).decode()
    return unseal(key, row["sealed"], _about(row["commitment"], subject, row["kind"]))[SALT_BYTES:].decode()
