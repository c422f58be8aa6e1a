"""Resumable uploads: offsets outlive a process, a sender that goes away, and another that comes in between (C4)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.files.depot import Depot, depot
from shared.files.intake import Wanted
from shared.files.objects import objects_at
from shared.files.refusals import (
    ContentIsOfAnotherType,
    DigestDiffers,
    FileTooLarge,
    LengthDiffers,
    OffsetDiffers,
    ScannerAway,
    TooManyUploads,
    TypeNotTaken,
    UploadTooSlow,
    UploadUnknown,
)
from shared.files.scanner import ClamAV
from shared.files.uploads import PART_BYTES, UPLOADS_OF_ONE_OWNER_MAX, About, Uploads
from shared.kernel.refusal import Refusal
from tests.shared.files.clamd import clamd
from tests.shared.files.conftest import PDF, hash_of, joined, parts, pdf_of

OWNER = "0c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017"
CONTENT = pdf_of(3 * PART_BYTES + 1234)


def about(content: bytes = CONTENT, purpose: str = "6") -> About:
    return About(OWNER, "lease.pdf", "application/pdf", len(content), hash_of(content), {"material": purpose})


def wanted(one: About) -> Wanted:
    return Wanted(one.media_type, ("application/pdf",), 20 * 1024 * 1024, one.name, one.sha256, one.size)


ABOUT = about()
WANTED = wanted(ABOUT)


async def left(one: Depot) -> list[str]:
    return [entry.name async for page in one.objects.entries("uploads") for entry in page]


async def test_an_upload_goes_on_where_it_stopped(store: Depot) -> None:
    upload = await store.uploads.begin(ABOUT, WANTED)
    assert upload.offset == 0
    upload = await store.uploads.append(upload, 0, parts(CONTENT[:1_500_000]))
    assert upload.offset == 1_500_000
    restarted = depot(store.objects)
    again = await restarted.uploads.find(ABOUT.upload)
    assert (again.offset, again.about) == (1_500_000, ABOUT)
    again = await restarted.uploads.append(again, 1_500_000, parts(CONTENT[1_500_000:]))
    assert again.complete
    taken = await restarted.uploads.finish(again, WANTED)
    assert (taken.sha256, taken.size) == (ABOUT.sha256, ABOUT.size)
    assert await joined(store.files.read(ABOUT.sha256)) == CONTENT


async def test_beginning_the_same_again_goes_on(store: Depot) -> None:
    upload = await store.uploads.append(await store.uploads.begin(ABOUT, WANTED), 0, parts(CONTENT[:100]))
    assert (await store.uploads.begin(ABOUT, WANTED)).offset == upload.offset == 100
    assert (await store.uploads.begin(about(purpose="7"), WANTED)).offset == 0


async def test_what_came_before_the_sender_went_away_stays(store: Depot) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield CONTENT[: PART_BYTES + 10]
        yield CONTENT[PART_BYTES + 10 : PART_BYTES + 30]
        raise ConnectionResetError

    upload = await store.uploads.begin(ABOUT, WANTED)
    with pytest.raises(ConnectionResetError):
        await store.uploads.append(upload, 0, breaking())
    upload = await store.uploads.find(ABOUT.upload)
    assert upload.offset == PART_BYTES + 30
    upload = await store.uploads.append(upload, upload.offset, parts(CONTENT[upload.offset :]))
    assert (await store.uploads.finish(upload, WANTED)).sha256 == hash_of(CONTENT)


async def test_a_sender_that_stops_sending_is_not_waited_for() -> None:
    one = depot(objects_at("memory:"))
    uploads = Uploads(one.objects, one.intake, seconds_max=0.05)

    async def stalling() -> AsyncIterator[bytes]:
        yield CONTENT[:7]
        await asyncio.sleep(60)

    with pytest.raises(UploadTooSlow):
        await uploads.append(await uploads.begin(ABOUT, WANTED), 0, stalling())
    assert (await uploads.find(ABOUT.upload)).offset == 7


async def test_of_two_senders_at_one_offset_one_succeeds(store: Depot) -> None:
    upload = await store.uploads.begin(ABOUT, WANTED)
    sent = await asyncio.gather(
        *(store.uploads.append(upload, 0, parts(CONTENT)) for _ in range(3)), return_exceptions=True
    )
    assert sum(isinstance(one, OffsetDiffers) for one in sent) >= 2
    upload = await store.uploads.find(ABOUT.upload)
    upload = await store.uploads.append(upload, upload.offset, parts(CONTENT[upload.offset :]))
    assert (await store.uploads.finish(upload, WANTED)).sha256 == hash_of(CONTENT)


@pytest.mark.parametrize("offset", [1, 99, 101, 10**12])
async def test_another_offset_is_refused_and_named(offset: int) -> None:
    uploads = depot(objects_at("memory:")).uploads
    upload = await uploads.append(await uploads.begin(ABOUT, WANTED), 0, parts(CONTENT[:100]))
    with pytest.raises(OffsetDiffers, match="100 is reached"):
        await uploads.append(upload, offset, parts(CONTENT[100:]))


async def test_more_than_was_announced_is_refused_and_what_fits_stays_whole() -> None:
    uploads = depot(objects_at("memory:")).uploads
    with pytest.raises(LengthDiffers):
        await uploads.append(await uploads.begin(ABOUT, WANTED), 0, parts(CONTENT + b"x"))
    upload = await uploads.find(ABOUT.upload)
    assert upload.offset < len(CONTENT)
    upload = await uploads.append(upload, upload.offset, parts(CONTENT[upload.offset :]))
    assert (await uploads.finish(upload, WANTED)).sha256 == hash_of(CONTENT)


@pytest.mark.parametrize(
    ("announced", "refusal"),
    [
        (replace(WANTED, size=WANTED.size_max + 1), FileTooLarge),
        (replace(WANTED, media_type="text/html"), TypeNotTaken),
    ],
)
async def test_what_is_announced_wrong_never_begins(announced: Wanted, refusal: type[Refusal]) -> None:
    one = depot(objects_at("memory:"))
    with pytest.raises(refusal):
        await one.uploads.begin(ABOUT, announced)
    assert await left(one) == []


@pytest.mark.parametrize(
    ("content", "announced", "refusal"),
    [
        (CONTENT, replace(ABOUT, sha256="0" * 64), DigestDiffers),
        (b"PK" + CONTENT[2:], about(b"PK" + CONTENT[2:]), ContentIsOfAnotherType),
    ],
)
async def test_what_turns_out_wrong_is_thrown_away(content: bytes, announced: About, refusal: type[Refusal]) -> None:
    one = depot(objects_at("memory:"))
    upload = await one.uploads.begin(announced, wanted(announced))
    upload = await one.uploads.append(upload, 0, parts(content))
    with pytest.raises(refusal):
        await one.uploads.finish(upload, wanted(announced))
    assert await left(one) == []
    with pytest.raises(UploadUnknown):
        await one.uploads.find(announced.upload)


async def test_an_upload_waits_for_the_scanner() -> None:
    async with clamd() as server:
        objects = objects_at("memory:")
    away = depot(objects, ClamAV("127.0.0.1", server.port))
    upload = await away.uploads.append(await away.uploads.begin(ABOUT, WANTED), 0, parts(CONTENT))
    with pytest.raises(ScannerAway):
        await away.uploads.finish(upload, WANTED)
    async with clamd() as server:
        back = depot(objects, ClamAV("127.0.0.1", server.port))
        taken = await back.uploads.finish(await back.uploads.find(ABOUT.upload), WANTED)
    assert taken.scan == "clean"


async def test_who_did_not_hear_the_end_hears_it_again(store: Depot) -> None:
    upload = await store.uploads.append(await store.uploads.begin(ABOUT, WANTED), 0, parts(CONTENT))
    taken = await store.uploads.finish(upload, WANTED)
    again = await store.uploads.begin(ABOUT, WANTED)
    assert again.complete
    assert await store.uploads.finish(again, WANTED) == taken
    assert not [name for name in await left(store) if "/parts/" in name]


async def test_one_owner_has_so_many_under_way_and_no_more() -> None:
    uploads = depot(objects_at("memory:")).uploads
    for number in range(UPLOADS_OF_ONE_OWNER_MAX):
        await uploads.begin(about(purpose=str(number)), WANTED)
    with pytest.raises(TooManyUploads):
        await uploads.begin(about(purpose="one more"), WANTED)
    small = about(PDF, "0")
    await uploads.begin(about(purpose="0"), WANTED)
    with pytest.raises(TooManyUploads):
        await uploads.begin(small, wanted(small))
    done = await uploads.append(await uploads.find(about(purpose="0").upload), 0, parts(CONTENT))
    await uploads.finish(done, WANTED)
    await uploads.begin(small, wanted(small))


NO_UPLOADS = ["", "x", ".", "..", "../../etc.passwd", f"{OWNER}.", f"{OWNER}.0123", ".abc", "a/b.c"]


@pytest.mark.parametrize("upload", NO_UPLOADS)
async def test_what_is_no_upload_is_unknown(upload: str) -> None:
    with pytest.raises(UploadUnknown):
        await depot(objects_at("memory:")).uploads.find(upload)


@given(cuts=st.lists(st.integers(0, 5000), max_size=8))
def test_any_cuts_give_the_same_file(cuts: list[int]) -> None:
    content = pdf_of(5000)
    one = about(content)

    async def live() -> bytes:
        store = depot(objects_at("memory:"))
        upload = await store.uploads.begin(one, wanted(one))
        for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), 5000], strict=True):
            upload = await store.uploads.append(upload, start, parts(content[start:end], 700))
        taken = await store.uploads.finish(upload, wanted(one))
        return await joined(store.files.read(taken.sha256))

    assert asyncio.run(live()) == content
