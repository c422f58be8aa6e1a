"""File stores of every kind, empty for each test: in memory, a folder, and S3 by moto's server."""

import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from uuid import uuid4  # noqa: TID251 - names that no other test has

import httpx
import pytest
from moto.server import ThreadedMotoServer

from shared.files.depot import Depot, depot
from shared.files.objects import Objects, objects_at

PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"


def hash_of(content: bytes) -> str:
    return sha256(content).hexdigest()


def pdf_of(size: int) -> bytes:
    return PDF + bytes(index * 7 % 251 for index in range(size - len(PDF)))


async def parts(content: bytes, size: int = 65536) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def kept(one: Depot, content: bytes) -> str:
    await one.files.put(hash_of(content), BytesIO(content))
    return hash_of(content)


async def joined(stream: AsyncIterator[bytes]) -> bytes:
    return b"".join([part async for part in stream])


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of an S3-compatible server."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["memory", "folder", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    match request.param:
        case "memory":
            return objects_at("memory:")
        case "folder":
            return objects_at((tmp_path / "files").as_uri())
        case _:
            endpoint = request.getfixturevalue("s3")
            bucket = f"files-{uuid4().hex}"
            httpx.put(f"{endpoint}/{bucket}", trust_env=False).raise_for_status()
            return objects_at(f"s3://{bucket}/application?endpoint={endpoint}&access_key_id=key", "secret")


@pytest.fixture
def store(objects: Objects) -> Depot:
    return depot(objects)


def names(entries: Iterable[str]) -> list[str]:
    return sorted(entries)
