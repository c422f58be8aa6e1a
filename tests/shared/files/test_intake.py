"""Taking a file in: what was announced is what came, and no byte is read in vain (C4)."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from shared.eventstore.port import StoreBusy
from shared.files.depot import Depot, depot
from shared.files.intake import Intake, TakenIn, Wanted
from shared.files.objects import objects_at
from shared.files.refusals import (
    ContentIsOfAnotherType,
    DigestDiffers,
    FileEmpty,
    FileInfected,
    FileTooLarge,
    LengthDiffers,
    ScannerAway,
    TypeNotTaken,
    UploadTooSlow,
)
from shared.files.scanner import ClamAV
from shared.kernel.refusal import Refusal
from tests.shared.files.clamd import EICAR, clamd
from tests.shared.files.conftest import PDF, hash_of, joined, parts, pdf_of

WANTED = Wanted("application/pdf", ("application/pdf", "image/png"), 20 * 1024 * 1024, "lease.pdf")


async def objects_in(one: Depot) -> list[str]:
    return [entry.name async for page in one.objects.entries("") for entry in page]


async def test_a_file_is_taken_in_under_its_hash(store: Depot) -> None:
    taken = await store.intake.take(parts(PDF), WANTED)
    assert taken == TakenIn(hash_of(PDF), len(PDF), "application/pdf", "not scanned")
    assert await joined(store.files.read(taken.sha256)) == PDF


async def test_a_large_file_is_taken_in_whole(store: Depot) -> None:
    content = pdf_of(11 * 1024 * 1024)
    taken = await store.intake.take(parts(content), replace(WANTED, sha256=hash_of(content), size=len(content)))
    assert await joined(store.files.read(taken.sha256)) == content


@pytest.mark.parametrize(
    ("content", "wanted", "refusal"),
    [
        (b"", WANTED, FileEmpty),
        (PDF, replace(WANTED, size_max=len(PDF) - 1), FileTooLarge),
        (PDF, replace(WANTED, size=len(PDF) + 1), LengthDiffers),
        (PDF, replace(WANTED, size=len(PDF) - 1), LengthDiffers),
        (PDF, replace(WANTED, sha256="0" * 64), DigestDiffers),
        (PDF, replace(WANTED, media_type="image/png"), ContentIsOfAnotherType),
        (PDF, replace(WANTED, name="lease.exe"), ContentIsOfAnotherType),
        (PDF, replace(WANTED, media_type="text/plain"), TypeNotTaken),
        (b"MZ" + PDF, WANTED, ContentIsOfAnotherType),
    ],
)
async def test_what_is_wrong_is_refused_and_not_kept(content: bytes, wanted: Wanted, refusal: type[Refusal]) -> None:
    one = depot(objects_at("memory:"))
    with pytest.raises(refusal) as refused:
        await one.intake.take(parts(content), wanted)
    assert refused.type is refusal
    assert await objects_in(one) == []


async def unread() -> AsyncIterator[bytes]:
    for _ in range(1):
        pytest.fail("a byte was read")
    yield b""


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (replace(WANTED, size=WANTED.size_max + 1), FileTooLarge),
        (replace(WANTED, size=0), FileEmpty),
        (replace(WANTED, media_type="application/x-dosexec"), TypeNotTaken),
    ],
)
async def test_what_is_announced_wrong_is_refused_before_a_byte_is_read(wanted: Wanted, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        await depot(objects_at("memory:")).intake.take(unread(), wanted)


async def test_no_more_is_read_than_the_largest_size() -> None:
    came = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal came
        while True:
            came += 65536
            yield PDF + bytes(65536 - len(PDF))

    with pytest.raises(FileTooLarge):
        await depot(objects_at("memory:")).intake.take(endless(), replace(WANTED, size_max=200_000))
    assert came <= 200_000 + 65536


async def test_a_large_file_is_never_held_in_memory(tmp_path: object) -> None:
    one = depot(objects_at(f"file://{tmp_path}/files"))
    size = 64 * 1024 * 1024

    async def long() -> AsyncIterator[bytes]:
        yield PDF
        for _ in range(size // 65536):
            yield bytes(65536)

    await one.intake.take(parts(PDF), WANTED)
    tracemalloc.start()
    try:
        await one.intake.take(long(), replace(WANTED, size_max=2 * size))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 24 * 1024 * 1024


async def test_an_infected_file_is_not_kept() -> None:
    async with clamd() as server:
        one = depot(objects_at("memory:"), ClamAV("127.0.0.1", server.port))
        with pytest.raises(FileInfected):
            await one.intake.take(parts(PDF + EICAR), WANTED)
        assert (await one.intake.take(parts(PDF), WANTED)).scan == "clean"
    assert await objects_in(one) == [f"sha256/{hash_of(PDF)[:2]}/{hash_of(PDF)}"]


async def test_nothing_is_taken_while_the_scanner_is_away() -> None:
    async with clamd() as server:
        one = depot(objects_at("memory:"), ClamAV("127.0.0.1", server.port))
    with pytest.raises(ScannerAway):
        await one.intake.take(parts(PDF), WANTED)
    assert await objects_in(one) == []


async def test_more_at_once_than_are_allowed_wait_outside() -> None:
    files = depot(objects_at("memory:")).files
    intake = Intake(files, depot(objects_at("memory:")).intake.scanner, at_once_max=1)
    entered, released = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        entered.set()
        await released.wait()
        yield PDF

    first = asyncio.create_task(intake.take(slow(), WANTED))
    await entered.wait()
    with pytest.raises(StoreBusy):
        await intake.take(parts(PDF), WANTED)
    released.set()
    await first
    assert (await intake.take(parts(PDF), WANTED)).sha256 == hash_of(PDF)


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    one = depot(objects_at("memory:"))
    intake = Intake(one.files, one.intake.scanner, seconds_max=0.05)

    async def never() -> AsyncIterator[bytes]:
        yield PDF
        await asyncio.sleep(60)

    with pytest.raises(UploadTooSlow):
        await intake.take(never(), WANTED)
