"""Deposits: files that somebody brought for a command that is to name them, under their hash and their depositor.

`deposits/<sha256>/<owner>` says what was declared of the bytes that lie in `kept`. A file belongs to everybody who
brought it, and to nobody who only knows its hash.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

import msgspec

from shared.files.intake import MEMORY_BYTES_MAX, TakenIn
from shared.files.kept import place
from shared.files.objects import Objects
from shared.files.port import Files

DEPOSITS = "deposits"
FRESH = timedelta(hours=12)
"""A file that is younger is in no collection's way: no grace is shorter than a day, and its event is seconds away."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be deposited, where no round says otherwise."""

    media_types: tuple[str, ...] = ("application/pdf", "image/jpeg", "image/png")
    size_max: int = 20 * 1024 * 1024
    """Bytes of one file."""
    files_max: int = 20
    """Files that one command may name."""


@dataclass(frozen=True, slots=True)
class Deposit:
    """A file as its depositor declared it and as it was found."""

    sha256: str
    owner: str
    name: str
    media_type: str
    size: int
    scan: str


@dataclass(frozen=True, slots=True)
class Deposits:
    """Who brought what; nothing of it is in memory between two requests."""

    objects: Objects
    files: Files

    async def keep(self, taken: TakenIn, owner: str, name: str) -> Deposit:
        """Keep that `owner` brought a file that was taken in; durable once this returns."""
        deposit = Deposit(taken.sha256, owner, name, taken.media_type, taken.size, taken.scan)
        await self.objects.put(_place(taken.sha256, owner), msgspec.json.encode(deposit))
        return deposit

    async def of(self, sha256: str) -> Sequence[Deposit]:
        """Everybody's deposits of a file."""
        names = [entry.name async for page in self.objects.entries(f"{DEPOSITS}/{sha256}") for entry in page]
        found = [await self.objects.get(name) for name in names]
        return [msgspec.json.decode(one, type=Deposit) for one in found if one is not None]

    async def held(self, sha256: str, owner: str) -> Deposit | None:
        """What `owner` brought, as long as its bytes are here."""
        told = await self.objects.get(_place(sha256, owner))
        if told is None or await self.files.stat(sha256) is None:
            return None
        return msgspec.json.decode(told, type=Deposit)

    async def renew(self, sha256: str) -> None:
        """Make a file young, so that no collection takes it before the event is in the log that is to name it."""
        kept = await self.objects.stat(place(sha256))
        if kept is not None and await self.objects.now() - kept.modified < FRESH:
            return
        with SpooledTemporaryFile(MEMORY_BYTES_MAX) as spool:
            async for part in self.files.read(sha256):
                spool.write(part)
            await self.files.put(sha256, cast("BinaryIO", spool))


def deposited(name: str) -> str:
    """The hash of a deposit's file, from its object's name."""
    return name.split("/")[1]


def _place(sha256: str, owner: str) -> str:
    return f"{DEPOSITS}/{sha256}/{owner}"
