"""Argon2id by pwdlib, in threads, a few at a time."""

import asyncio

from pwdlib import PasswordHash

from services.registration.usecases.ports import TooManySignIns

AT_ONCE_MAX = 2
WAITING_MAX = 200


class Argon2Passwords:
    """The `Passwords` port; each record costs 64 MiB for some tens of milliseconds."""

    def __init__(self) -> None:
        self._argon2 = PasswordHash.recommended()
        self._room = asyncio.Semaphore(AT_ONCE_MAX)
        self._waiting = 0
        self._nobody: str | None = None

    async def record(self, password: str) -> str:
        """See `Passwords.record`."""
        async with _Turn(self):
            return await asyncio.to_thread(self._argon2.hash, password)

    async def matches(self, password: str, record: str | None) -> bool:
        """See `Passwords.matches`."""
        if record is None:
            self._nobody = self._nobody or await self.record("nobody's password")
        async with _Turn(self):
            right = await asyncio.to_thread(self._argon2.verify, password, record or self._nobody or "")
        return right and record is not None


class _Turn:
    def __init__(self, passwords: Argon2Passwords) -> None:
        self._passwords = passwords

    async def __aenter__(self) -> None:
        if self._passwords._waiting >= WAITING_MAX:
            raise TooManySignIns
        self._passwords._waiting += 1
        try:
            await self._passwords._room.acquire()
        finally:
            self._passwords._waiting -= 1

    async def __aexit__(self, *_error: object) -> None:
        self._passwords._room.release()
