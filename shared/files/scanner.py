"""The virus scanner: ClamAV where one is configured, and then nothing is taken that it has not called clean (C4)."""

from dataclasses import dataclass
from typing import BinaryIO, Protocol, cast

from aioclamd import ClamdAsyncClient, ClamdError

from shared.files.refusals import FileInfected, ScannerAway

SCAN_SECONDS_MAX = 60.0
CHUNK_BYTES = 64 * 1024
CLEAN, NOT_SCANNED = "clean", "not scanned"
_NAME_CHARACTERS_MAX = 100


class ScannerMisconfigured(ValueError):
    """The scanner's address is not one; a stack that wants a scanner does not start without."""


class Scanner(Protocol):
    """Judges content."""

    async def scan(self, content: BinaryIO) -> str:
        """`clean`, or `not scanned` where no scanner is configured; raise `FileInfected` or `ScannerAway`."""
        ...


class NoScanner:
    """For a stack without a scanner; what is taken says so."""

    async def scan(self, content: BinaryIO) -> str:
        """See `Scanner.scan`."""
        del content
        return NOT_SCANNED


class _Chunks:
    """The content in larger pieces than the client asks for, which sends a message a piece."""

    def __init__(self, content: BinaryIO) -> None:
        self._content = content

    def read(self, _size: int) -> bytes:
        return self._content.read(CHUNK_BYTES)


@dataclass(frozen=True, slots=True)
class ClamAV:
    """A clamd that is reached over TCP."""

    host: str
    port: int
    seconds_max: float = SCAN_SECONDS_MAX

    async def scan(self, content: BinaryIO) -> str:
        """See `Scanner.scan`; whatever is not a verdict counts as the scanner being away."""
        content.seek(0)
        client = ClamdAsyncClient(self.host, self.port, self.seconds_max)
        try:
            answer = await client.instream(cast("BinaryIO", _Chunks(content)))
        except (ClamdError, OSError) as error:
            raise ScannerAway(f"{type(error).__name__}: {error}") from error
        status, reason = (answer or {}).get("stream", ("no verdict", None))
        match status:
            case "OK":
                return CLEAN
            case "FOUND":
                raise FileInfected(f"it found {str(reason)[:_NAME_CHARACTERS_MAX]}")
            case _:
                raise ScannerAway(f"it answered {status}: {reason}")


def scanner_at(address: str) -> Scanner:
    """ClamAV at `host:port`; `NoScanner` for an empty address; raise `ScannerMisconfigured` for any other."""
    if not address:
        return NoScanner()
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise ScannerMisconfigured(f"{address!r} is no host:port of a clamd")
    return ClamAV(host.strip("[]"), int(port))
