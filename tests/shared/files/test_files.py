"""One suite for every file store: what the port promises, in memory, in a folder and on S3 (C4)."""

import asyncio
from io import BytesIO

import pytest

from shared.files.depot import Depot
from shared.files.kept import CONDEMNED, place
from shared.files.objects import READ_BYTES, FilesMisconfigured, ObjectExists, Objects, objects_at
from shared.files.refusals import FileNotKept
from tests.shared.files.conftest import PDF, hash_of, joined, kept, pdf_of

LARGE = pdf_of(12 * 1024 * 1024 + 17)


async def test_what_was_put_is_there(store: Depot) -> None:
    sha256 = await kept(store, PDF)
    assert await store.files.stat(sha256) == len(PDF)
    assert await joined(store.files.read(sha256)) == PDF


async def test_what_was_not_put_is_not_there(store: Depot) -> None:
    assert await store.files.stat(hash_of(b"other")) is None
    with pytest.raises(FileNotKept):
        await joined(store.files.read(hash_of(b"other")))


async def test_a_large_file_comes_back_in_parts_of_bounded_size(store: Depot) -> None:
    sha256 = await kept(store, LARGE)
    read = [part async for part in store.files.read(sha256)]
    assert b"".join(read) == LARGE
    assert max(len(part) for part in read) <= READ_BYTES


SIZE = len(PDF)


@pytest.mark.parametrize(("start", "end"), [(0, 1), (5, 20), (SIZE - 1, SIZE), (0, SIZE), (7, 7), (3, None)])
async def test_a_range_is_read_alone(store: Depot, start: int, end: int | None) -> None:
    sha256 = await kept(store, PDF)
    assert await joined(store.files.read(sha256, start, end)) == PDF[start:end]


async def test_putting_again_makes_it_young_again_and_nothing_else(store: Depot) -> None:
    sha256 = await kept(store, PDF)
    first = await store.objects.stat(place(sha256))
    await asyncio.sleep(0.01)
    await kept(store, PDF)
    second = await store.objects.stat(place(sha256))
    assert first is not None
    assert second is not None
    assert second.modified >= first.modified
    assert await joined(store.files.read(sha256)) == PDF


async def test_many_at_once_put_the_same(store: Depot) -> None:
    await asyncio.gather(*(store.files.put(hash_of(PDF), BytesIO(PDF)) for _ in range(8)))
    assert await joined(store.files.read(hash_of(PDF))) == PDF


async def test_a_put_that_fails_leaves_nothing(store: Depot) -> None:
    class Breaking(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            del size
            raise OSError("the disk is gone")

    with pytest.raises(Exception, match="the disk is gone"):
        await store.files.put(hash_of(PDF), Breaking(PDF))
    assert await store.files.stat(hash_of(PDF)) is None


async def test_what_was_moved_aside_is_still_read(store: Depot) -> None:
    sha256 = await kept(store, PDF)
    await store.objects.move(place(sha256), f"{CONDEMNED}/{sha256}/20170901T010000000000Z")
    assert await store.files.stat(sha256) == len(PDF)
    assert await joined(store.files.read(sha256, 2, 9)) == PDF[2:9]


async def test_of_two_that_create_one_name_one_succeeds(objects: Objects) -> None:
    done = await asyncio.gather(*(objects.create("a/b", bytes([n])) for n in range(4)), return_exceptions=True)
    assert sum(one is None for one in done) == 1
    assert sum(isinstance(one, ObjectExists) for one in done) == 3


async def test_a_listing_names_what_is_below_and_nothing_else(objects: Objects) -> None:
    for name in ("a/1", "a/b/2", "ab/3", "c"):
        await objects.put(name, name.encode())
    listed = [(one.name, one.size) async for page in objects.entries("a") for one in page]
    assert sorted(listed) == [("a/1", 3), ("a/b/2", 5)]


async def test_deleting_what_is_gone_is_no_failure(objects: Objects) -> None:
    await objects.put("a", b"1")
    await objects.delete("a")
    await objects.delete("a")
    assert await objects.stat("a") is None
    assert await objects.get("a") is None


async def test_what_is_written_now_is_not_older_than_the_stores_time(objects: Objects) -> None:
    before = await objects.now()
    await objects.put("a", b"1")
    entry = await objects.stat("a")
    assert entry is not None
    assert before <= entry.modified <= await objects.now()


@pytest.mark.parametrize("url", ["", "files", "ftp://host/files", "s3://", "file:relative", "http://host"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(FilesMisconfigured):
        objects_at(url)
