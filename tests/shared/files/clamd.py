"""A small clamd over real TCP: speaks INSTREAM, finds EICAR, and can be told to misbehave."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass(slots=True)
class Clamd:
    """What it was sent, and how it answers."""

    answer: bytes | None = None
    """Instead of a verdict."""
    silent: bool = False
    port: int = 0
    scanned: list[int] = field(default_factory=list)
    """Bytes of each stream."""

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            assert await reader.readline() == b"nINSTREAM\n"
            content = await self._stream(reader)
            self.scanned.append(len(content))
            if self.silent:
                await reader.read()
                return
            verdict = b"stream: Eicar-Test-Signature FOUND\n" if EICAR in content else b"stream: OK\n"
            writer.write(verdict if self.answer is None else self.answer)
            await writer.drain()
        finally:
            writer.close()

    @staticmethod
    async def _stream(reader: asyncio.StreamReader) -> bytes:
        content = b""
        while size := struct.unpack("!L", await reader.readexactly(4))[0]:
            content += await reader.readexactly(size)
        return content


@asynccontextmanager
async def clamd(answer: bytes | None = None, *, silent: bool = False) -> AsyncIterator[Clamd]:
    """One that listens."""
    one = Clamd(answer, silent)
    server = await asyncio.start_server(one, "127.0.0.1", 0)
    one.port = server.sockets[0].getsockname()[1]
    try:
        yield one
    finally:
        server.close()
        await server.wait_closed()
