"""ClamAV over real TCP: what it calls clean is taken, and nothing else (C4)."""

from io import BytesIO

import pytest

from shared.files.refusals import FileInfected, ScannerAway
from shared.files.scanner import CLEAN, NOT_SCANNED, ClamAV, NoScanner, ScannerMisconfigured, scanner_at
from tests.shared.files.clamd import EICAR, clamd
from tests.shared.files.conftest import pdf_of


async def test_a_clean_file_is_clean_and_was_sent_whole() -> None:
    content = pdf_of(300_000)
    async with clamd() as server:
        assert await ClamAV("127.0.0.1", server.port).scan(BytesIO(content)) == CLEAN
    assert server.scanned == [len(content)]


async def test_it_is_scanned_from_its_beginning() -> None:
    content = BytesIO(EICAR)
    content.read()
    async with clamd() as server:
        with pytest.raises(FileInfected, match="Eicar-Test-Signature"):
            await ClamAV("127.0.0.1", server.port).scan(content)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"stream: Can't allocate memory ERROR\n",
        b"INSTREAM size limit exceeded. ERROR\n",
        b"OK\n",
        b"other: OK\n",
        b"\xff\xfe\n",
        b"x" * 100_000,
    ],
)
async def test_what_is_no_verdict_is_no_clean_file(answer: bytes) -> None:
    async with clamd(answer) as server:
        with pytest.raises(ScannerAway):
            await ClamAV("127.0.0.1", server.port).scan(BytesIO(b"%PDF"))


async def test_a_scanner_that_is_not_there_takes_nothing() -> None:
    async with clamd() as server:
        port = server.port
    with pytest.raises(ScannerAway):
        await ClamAV("127.0.0.1", port).scan(BytesIO(b"%PDF"))


async def test_a_scanner_that_says_nothing_takes_nothing() -> None:
    async with clamd(silent=True) as server:
        with pytest.raises(ScannerAway):
            await ClamAV("127.0.0.1", server.port, seconds_max=0.2).scan(BytesIO(b"%PDF"))


async def test_without_a_scanner_a_file_says_that_it_was_not_scanned() -> None:
    assert await NoScanner().scan(BytesIO(EICAR)) == NOT_SCANNED


def test_the_scanners_address_is_a_host_and_a_port() -> None:
    assert scanner_at("clamav:3310") == ClamAV("clamav", 3310)
    assert scanner_at("[::1]:3310") == ClamAV("::1", 3310)
    assert isinstance(scanner_at(""), NoScanner)


@pytest.mark.parametrize("address", ["clamav", "clamav:", ":3310", "clamav:port", "http://clamav"])
def test_an_address_that_is_none_stops_the_start(address: str) -> None:
    with pytest.raises(ScannerMisconfigured):
        scanner_at(address)
