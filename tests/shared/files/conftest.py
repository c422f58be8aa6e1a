"""File stores of every kind, empty for each test: in memory, a folder, and S3 by moto's server."""

import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import Thread
from uuid import uuid4  # noqa: TID251 - names that no other test has

import httpx
import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

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
    """The address of an S3-compatible server; one request after another, since moto's conditions are not atomic."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=False)
    serving = Thread(target=server.serve_forever, name="s3")
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    serving.join()
    server.server_close()


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
