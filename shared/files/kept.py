"""The `Files` port on objects, and where they lie.

`sha256/ab/<hash>` is a file. What nobody names is moved to `condemned/<hash>/<instant>` first and deleted later,
so that an upload that comes in between finds a place of its own, and a file that was named meanwhile its old one.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import BinaryIO

from shared.files.objects import Entry, Objects
from shared.files.refusals import FileNotKept

KEPT, CONDEMNED = "sha256", "condemned"
SMALL_BYTES_MAX = 256 * 1024
"""Handed over at once; a larger file is read in parts."""


def place(sha256: str) -> str:
    """The name of a file's object; 256 folders keep each short."""
    return f"{KEPT}/{sha256[:2]}/{sha256}"


@dataclass(frozen=True, slots=True)
class ObjectFiles:
    """See `Files`."""

    objects: Objects

    async def put(self, sha256: str, content: BinaryIO) -> None:
        """See `Files.put`."""
        content.seek(0)
        small = content.read(SMALL_BYTES_MAX + 1)
        content.seek(0)
        await self.objects.put(place(sha256), content if len(small) > SMALL_BYTES_MAX else small)

    async def stat(self, sha256: str) -> int | None:
        """See `Files.stat`."""
        found = await self._found(sha256)
        return None if found is None else found.size

    async def read(self, sha256: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """See `Files.read`; a file that is moved while it is opened is looked for once more."""
        for last in (False, True):
            found = await self._found(sha256)
            if found is None:
                raise FileNotKept
            told = False
            try:
                async for part in self.objects.read(found.name, start, found.size if end is None else end):
                    told = True
                    yield part
            except FileNotFoundError:
                if told or last:
                    raise
            else:
                return

    async def _found(self, sha256: str) -> Entry | None:
        if (kept := await self.objects.stat(place(sha256))) is not None:
            return kept
        async for page in self.objects.entries(f"{CONDEMNED}/{sha256}"):
            if page:
                return page[0]
        return await self.objects.stat(place(sha256))
