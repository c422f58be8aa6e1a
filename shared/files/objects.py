"""Objects in a folder, in memory or in an S3-compatible store: the few operations that files stand on."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import parse_qsl, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, MemoryStore, ObjectStore, S3Store

PART_BYTES = 5 * 1024 * 1024
"""Of a large object, sent at a time; the least that S3 takes."""
PARTS_AT_ONCE = 2
READ_BYTES = 256 * 1024
PAGE_OBJECTS = 1000
CLOCK = "clock"


class ObjectExists(Exception):
    """There is an object of this name; nothing was written."""


class FilesMisconfigured(ValueError):
    """The address of the file store is not one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One object as it is listed."""

    name: str
    size: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class Objects:
    """Names to bytes; a name that is being written shows its old content or all of the new."""

    store: ObjectStore
    folder: Path | None = None
    """Where the objects lie in the file system, which is asked to make them durable; None for a store that does so."""

    async def put(self, name: str, content: bytes | BinaryIO) -> None:
        """Write, over what was there; durable once this returns."""
        await obstore.put_async(self.store, name, content, chunk_size=PART_BYTES, max_concurrency=PARTS_AT_ONCE)
        await self._endure(name)

    async def create(self, name: str, content: bytes) -> None:
        """Write what was not there before, or raise `ObjectExists`; of two at once one succeeds."""
        try:
            await obstore.put_async(self.store, name, content, mode="create")
        except AlreadyExistsError:
            raise ObjectExists(name) from None
        await self._endure(name)

    async def stat(self, name: str) -> Entry | None:
        """Size and age, or None when there is none."""
        try:
            meta = await obstore.head_async(self.store, name)
        except FileNotFoundError:
            return None
        return Entry(meta["path"], meta["size"], meta["last_modified"])

    async def get(self, name: str) -> bytes | None:
        """All of a small object, or None when there is none."""
        try:
            return bytes(await (await obstore.get_async(self.store, name)).bytes_async())
        except FileNotFoundError:
            return None

    async def read(self, name: str, start: int, end: int) -> AsyncIterator[bytes]:
        """Bytes from `start` to before `end`; raise `FileNotFoundError` before the first of them."""
        if start == end:
            return
        found = await obstore.get_async(self.store, name, options={"range": (start, end)})
        async for part in found.stream(min_chunk_size=READ_BYTES):
            for at in range(0, len(part), READ_BYTES):
                yield bytes(part[at : at + READ_BYTES])

    async def entries(self, prefix: str) -> AsyncIterator[Sequence[Entry]]:
        """Everything below a prefix, page by page."""
        async for page in obstore.list(self.store, prefix, chunk_size=PAGE_OBJECTS):
            yield [Entry(meta["path"], meta["size"], meta["last_modified"]) for meta in page]

    async def move(self, name: str, to: str) -> None:
        """Rename; at every instant the content is under one name or under both."""
        await obstore.rename_async(self.store, name, to)
        await self._endure(to)

    async def copy(self, name: str, to: str) -> None:
        """Have the same content under a second name too."""
        await obstore.copy_async(self.store, name, to)
        await self._endure(to)

    async def delete(self, name: str) -> None:
        """Take away; nothing when it was gone."""
        try:
            await obstore.delete_async(self.store, name)
        except FileNotFoundError:
            return

    async def now(self) -> datetime:
        """The store's own time, by which its objects are as old as they say."""
        await obstore.put_async(self.store, CLOCK, b"")
        return (await obstore.head_async(self.store, CLOCK))["last_modified"]

    async def _endure(self, name: str) -> None:
        if self.folder is not None:
            path = self.folder / name
            await asyncio.gather(asyncio.to_thread(sync, path), asyncio.to_thread(sync, path.parent))


def objects_at(url: str, secret_key: str | None = None) -> Objects:
    """The objects at `file:///folder`, `memory:` or `s3://bucket/prefix?endpoint=…&region=…&access_key_id=…`.

    Raise `FilesMisconfigured` for any other address.
    """
    parts = urlsplit(url)
    match parts.scheme:
        case "file" if parts.path.startswith("/"):
            folder = Path(parts.path)
            return Objects(LocalStore(folder, mkdir=True), folder)
        case "memory":
            return Objects(MemoryStore())
        case "s3" if parts.netloc:
            return Objects(_s3(parts.netloc, parts.path.strip("/"), dict(parse_qsl(parts.query)), secret_key))
        case _:
            raise FilesMisconfigured(f"{url!r} is no file:///folder and no s3://bucket")


def _s3(bucket: str, prefix: str, options: dict[str, str], secret_key: str | None) -> ObjectStore:
    endpoint = options.get("endpoint")
    return S3Store(
        bucket,
        prefix=prefix or None,
        client_options={"allow_http": endpoint is not None and endpoint.startswith("http:")},
        endpoint=endpoint,
        region=options.get("region", "us-east-1"),
        access_key_id=options.get("access_key_id"),
        secret_access_key=secret_key,
    )


def sync(path: Path) -> None:
    """Have a file or a folder on its disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
