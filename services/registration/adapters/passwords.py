"""Argon2id by pwdlib, in threads, a few at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from services.registration.usecases.ports import TooManySignIns

TIME_COST, MEMORY_COST_KIBIBYTES, PARALLELISM = 2, 19_456, 1
"""Argon2id at the parameters that OWASP's password storage sheet names first: 19 MiB, two passes, one lane."""
AT_ONCE_MAX = 2
WAITING_MAX = 200


class Argon2Passwords:
    """The `Passwords` port; each record costs 19 MiB for some tens of milliseconds."""

    def __init__(self) -> None:
        self._argon2 = PasswordHash((Argon2Hasher(TIME_COST, MEMORY_COST_KIBIBYTES, PARALLELISM),))
        self._room = asyncio.Semaphore(AT_ONCE_MAX)
        self._waiting = 0
        self._nobody: str | None = None

    async def record(self, password: str) -> str:
        """See `Passwords.record`."""
        async with self._turn():
            return await asyncio.to_thread(self._argon2.hash, password)

    async def matches(self, password: str, record: str | None) -> bool:
        """See `Passwords.matches`."""
        if record is None:
            self._nobody = self._nobody or await self.record("nobody's password")
        async with self._turn():
            right = await asyncio.to_thread(self._argon2.verify, password, record or self._nobody or "")
        return right and record is not None

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._waiting >= WAITING_MAX:
            raise TooManySignIns
        self._waiting += 1
        try:
            async with self._room:
                yield
        finally:
            self._waiting -= 1
