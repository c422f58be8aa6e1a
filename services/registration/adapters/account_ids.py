"""Account ids as keyed hashes: without the database's pepper a user name cannot be tried against them."""

import hashlib
import hmac
from uuid import UUID

from shared.eventstore.postgres import Pool


class PepperedAccountIds:
    """The `AccountIds` port with a pepper that migrations made once for this database."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._pepper: bytes | None = None

    async def of(self, username: str) -> str:
        """See `AccountIds.of`."""
        if self._pepper is None:
            self._pepper = bytes(await self._pool.fetchval("SELECT value FROM vault.pepper"))
        digest = hmac.new(self._pepper, username.encode(), hashlib.sha256).digest()
        return str(UUID(bytes=digest[:16], version=5))
