"""Taking a file in: spooled while it is hashed, checked, scanned, and only then kept (C4)."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from shared.eventstore.port import StoreBusy
from shared.files.content import HEAD_BYTES, check_content, check_declared
from shared.files.port import Files
from shared.files.refusals import DigestDiffers, FileEmpty, FileTooLarge, LengthDiffers, UploadTooSlow
from shared.files.scanner import Scanner

MEMORY_BYTES_MAX = 256 * 1024
"""Of one file; a larger one is spooled to the disk."""
AT_ONCE_MAX = 256
"""Files that are taken in at a time; with `MEMORY_BYTES_MAX` this bounds the memory."""
UPLOAD_SECONDS_MAX = 600.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a file has to be; `sha256` and `size` where the sender announced them."""

    media_type: str
    """As declared."""
    allowed: tuple[str, ...]
    size_max: int
    name: str
    sha256: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A file that is kept."""

    sha256: str
    size: int
    media_type: str
    scan: str


Accept = Callable[[TakenIn], None]
"""The last word of who wants the file, before it is kept: it raises its own refusals."""


def anything(_taken: TakenIn) -> None:
    """Accept it."""


@dataclass(slots=True)
class Intake:
    """Takes files in, a bounded number at a time and each in bounded memory."""

    files: Files
    scanner: Scanner
    at_once_max: int = AT_ONCE_MAX
    seconds_max: float = UPLOAD_SECONDS_MAX
    _under_way: int = field(default=0, init=False)

    async def take(self, parts: AsyncIterator[bytes], wanted: Wanted, accept: Accept = anything) -> TakenIn:
        """Keep what comes when it is what was wanted and `accept` does not raise.

        Raise a refusal, `ScannerAway`, or `StoreBusy` when too many come at once; then nothing is kept. No byte
        is read of a file that its announced size or type refuses, and none beyond the largest size.
        """
        media_type = check_wanted(wanted)
        async with self._turn():
            with SpooledTemporaryFile(MEMORY_BYTES_MAX) as spool:
                content = cast("BinaryIO", spool)
                sha256, size, head = await self._received(content, parts, wanted.size_max)
                _check_received(wanted, sha256, size)
                check_content(head, media_type, wanted.name)
                taken = TakenIn(sha256, size, media_type, await self.scanner.scan(content))
                accept(taken)
                await self.files.put(sha256, content)
        return taken

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._under_way >= self.at_once_max:
            raise StoreBusy
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    async def _received(self, content: BinaryIO, parts: AsyncIterator[bytes], size_max: int) -> tuple[str, int, bytes]:
        try:
            async with asyncio.timeout(self.seconds_max):
                return await _spool(content, parts, size_max)
        except TimeoutError:
            raise UploadTooSlow(f"it is given {self.seconds_max:g} seconds") from None


async def _spool(content: BinaryIO, parts: AsyncIterator[bytes], size_max: int) -> tuple[str, int, bytes]:
    digest, size, head = hashlib.sha256(), 0, b""
    async for part in parts:
        size += len(part)
        if size > size_max:
            raise too_large(size_max)
        digest.update(part)
        if len(head) < HEAD_BYTES:
            head += part[: HEAD_BYTES - len(head)]
        if size > MEMORY_BYTES_MAX:
            await asyncio.to_thread(content.write, part)
        else:
            content.write(part)
    return digest.hexdigest(), size, head


def check_wanted(wanted: Wanted) -> str:
    """The declared type; raise what is refused before a byte is read."""
    if wanted.size is not None:
        check_size(wanted.size, wanted.size_max)
    return check_declared(wanted.media_type, wanted.allowed)


def check_size(size: int, size_max: int) -> None:
    """Raise `FileTooLarge` or `FileEmpty`."""
    if size > size_max:
        raise too_large(size_max)
    if size == 0:
        raise FileEmpty


def too_large(size_max: int) -> FileTooLarge:
    """The refusal of more than `size_max` bytes."""
    return FileTooLarge(f"{size_max} bytes are allowed")


def _check_received(wanted: Wanted, sha256: str, size: int) -> None:
    check_size(size, wanted.size_max)
    if wanted.size not in (None, size):
        raise LengthDiffers(f"{wanted.size} bytes were announced, {size} came")
    if wanted.sha256 not in (None, sha256):
        raise DigestDiffers(f"{wanted.sha256} was announced, {sha256} came")
