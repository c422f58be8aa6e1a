"""Resumable uploads: parts are objects, so that an offset outlives every process and any replica takes the next one.

`uploads/<owner>/<digest>/about` says what comes, `…/parts/<offset>` are the bytes; a part is created, never written
over, so that of two senders at one offset one succeeds; `…/done` says what became of it.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from shared.auditlog.canonical import hash_of
from shared.files.intake import UPLOAD_SECONDS_MAX, Accept, Intake, TakenIn, Wanted, anything, check_wanted
from shared.files.objects import Entry, ObjectExists, Objects
from shared.files.refusals import (
    ContentIsOfAnotherType,
    DigestDiffers,
    FileInfected,
    LengthDiffers,
    OffsetDiffers,
    PartsTooSmall,
    TooManyUploads,
    UploadTooSlow,
    UploadUnknown,
)

UPLOADS = "uploads"
PART_BYTES = 1024 * 1024
PARTS_MAX = 1000
UPLOADS_OF_ONE_OWNER_MAX = 20
IDLE_MAX = timedelta(days=7)
"""After so long without a new part an upload is abandoned."""


@dataclass(frozen=True, slots=True)
class About:
    """What is going to be uploaded, for whom, and what for."""

    owner: str
    name: str
    media_type: str
    size: int
    sha256: str
    purpose: Mapping[str, str]
    """What the owner's service needs to know in the end."""

    @property
    def upload(self) -> str:
        """The upload's id: the same for the same file and purpose, so that who lost it begins again and goes on."""
        return f"{self.owner}.{hash_of(msgspec.to_builtins(self))[:24]}"


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload as it stands."""

    about: About
    offset: int
    """Bytes that came without a gap."""
    parts: Sequence[Entry]
    done: TakenIn | None

    @property
    def complete(self) -> bool:
        """Whether every byte came."""
        return self.offset == self.about.size


@dataclass(frozen=True, slots=True)
class Uploads:
    """Uploads under way; nothing of them is in memory between two requests."""

    objects: Objects
    intake: Intake
    seconds_max: float = UPLOAD_SECONDS_MAX

    async def begin(self, about: About, wanted: Wanted) -> Upload:
        """Begin, or go on with the same; raise what the announced type and size refuse, or `TooManyUploads`."""
        check_wanted(wanted)
        try:
            return await self.find(about.upload)
        except UploadUnknown:
            await self._discard(about.upload)
        if await self._under_way(about.owner) >= UPLOADS_OF_ONE_OWNER_MAX:
            raise TooManyUploads
        await self.objects.put(f"{_folder(about.upload)}/about", msgspec.json.encode(about))
        return await self.find(about.upload)

    async def find(self, upload: str) -> Upload:
        """The upload as it stands; raise `UploadUnknown`."""
        folder = _folder(upload)
        entries = [entry async for page in self.objects.entries(folder) for entry in page]
        about = await self.objects.get(f"{folder}/about")
        if about is None or await self.objects.now() - max(entry.modified for entry in entries) > IDLE_MAX:
            raise UploadUnknown
        known = msgspec.json.decode(about, type=About)
        done = await self.objects.get(f"{folder}/done")
        if done is not None:
            return Upload(known, known.size, (), msgspec.json.decode(done, type=TakenIn))
        parts = _contiguous(sorted((entry for entry in entries if "/parts/" in entry.name), key=lambda one: one.name))
        return Upload(known, sum(part.size for part in parts), parts, None)

    async def append(self, upload: Upload, offset: int, content: AsyncIterator[bytes]) -> Upload:
        """Take the bytes from `offset` on; what came stays when the sender goes away.

        Raise `OffsetDiffers` when it is not the upload's or somebody else sends too, `LengthDiffers` beyond its size.
        """
        if offset != upload.offset:
            raise OffsetDiffers(f"{upload.offset} is reached, {offset} was sent")
        if len(upload.parts) >= PARTS_MAX:
            raise PartsTooSmall(f"{PARTS_MAX} parts came")
        writing = _Writing(self.objects, upload)
        try:
            async with asyncio.timeout(self.seconds_max):
                async for part in content:
                    await writing.write(part)
        except TimeoutError:
            raise UploadTooSlow(f"a part is given {self.seconds_max:g} seconds") from None
        finally:
            await writing.flush()
        return await self.find(upload.about.upload)

    async def finish(self, upload: Upload, wanted: Wanted, accept: Accept = anything) -> TakenIn:
        """Take a complete upload in; one that is refused for what it is, is thrown away."""
        if upload.done is not None:
            return upload.done
        try:
            taken = await self.intake.take(self._content(upload), wanted, accept)
        except (ContentIsOfAnotherType, DigestDiffers, FileInfected):
            await self._discard(upload.about.upload)
            raise
        await self.objects.put(f"{_folder(upload.about.upload)}/done", msgspec.json.encode(taken))
        for part in upload.parts:
            await self.objects.delete(part.name)
        return taken

    async def _content(self, upload: Upload) -> AsyncIterator[bytes]:
        for part in upload.parts:
            async for piece in self.objects.read(part.name, 0, part.size):
                yield piece

    async def _under_way(self, owner: str) -> int:
        """How many of an owner are neither done nor abandoned."""
        oldest = await self.objects.now() - IDLE_MAX
        fresh, done = set[str](), set[str]()
        async for page in self.objects.entries(f"{UPLOADS}/{owner}"):
            for entry in page:
                digest = entry.name.split("/")[2]
                if entry.modified >= oldest:
                    fresh.add(digest)
                if entry.name.endswith("/done"):
                    done.add(digest)
        return len(fresh - done)

    async def _discard(self, upload: str) -> None:
        async for page in self.objects.entries(_folder(upload)):
            for entry in page:
                await self.objects.delete(entry.name)


class _Writing:
    """Bytes to parts of bounded size, each at the offset that the one before reached."""

    def __init__(self, objects: Objects, upload: Upload) -> None:
        self._objects, self._upload = objects, upload
        self._at, self._held = upload.offset, bytearray()

    async def write(self, part: bytes) -> None:
        """Hold it back until a part is full; raise `LengthDiffers` when there are more bytes than were announced."""
        size = self._upload.about.size
        if self._at + len(self._held) + len(part) > size:
            raise LengthDiffers(f"{size} bytes were announced, more came")
        self._held += part
        if len(self._held) >= PART_BYTES:
            await self.flush()

    async def flush(self) -> None:
        """Write what is held; raise `OffsetDiffers` when another sender was first."""
        if not self._held:
            return
        part, self._held = bytes(self._held), bytearray()
        try:
            await self._objects.create(f"{_folder(self._upload.about.upload)}/parts/{self._at:012d}", part)
        except ObjectExists:
            raise OffsetDiffers(f"somebody else sent the part at {self._at}") from None
        self._at += len(part)


def _folder(upload: str) -> str:
    owner, _, digest = upload.rpartition(".")
    if not owner.replace("-", "").isalnum() or not digest.isalnum():
        raise UploadUnknown
    return f"{UPLOADS}/{owner}/{digest}"


def _contiguous(parts: Sequence[Entry]) -> Sequence[Entry]:
    found, offset = list[Entry](), 0
    for part in parts:
        if int(part.name.rpartition("/")[2]) != offset:
            break
        found.append(part)
        offset += part.size
    return found
