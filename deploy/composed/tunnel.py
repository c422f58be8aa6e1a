"""A loopback port that leads into the database's container, which itself publishes none."""

import asyncio
from asyncio import IncompleteReadError, StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from deploy.composed.engine import docker
from deploy.composed.place import variables
from deploy.local.home import Home

CHUNK_BYTES = 64 * 1024
CLOSE_SECONDS_MAX = 5.0
THROUGH = "exec 3<>/dev/tcp/127.0.0.1/5432 4<&0; cat <&4 >&3 & cat <&3 & wait -n; kill $(jobs -p); wait"
"""Whichever side ends first ends the other, and bash outlives both: an orphan would be the database's own child, which
takes a child that is killed for a crash. Bash is in the official image, too."""


@asynccontextmanager
async def tunnel(home: Home) -> AsyncIterator[int]:
    """A port for as long as the context lasts; each connection is a `docker exec`, with the rights that this takes."""
    engine, name = docker(), f"{variables(home)['COMPOSE_PROJECT_NAME']}-postgres-1"
    open_ones: set[asyncio.Task[None]] = set()

    def opened(reader: StreamReader, writer: StreamWriter) -> None:
        open_ones.add(asyncio.create_task(led(reader, writer)))

    async def led(reader: StreamReader, writer: StreamWriter) -> None:
        through = await asyncio.create_subprocess_exec(
            engine,
            "exec",
            "--interactive",
            name,
            "bash",
            "-c",
            THROUGH,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert through.stdin is not None
        assert through.stdout is not None
        await asyncio.gather(_pour(reader, through.stdin), _pour(through.stdout, writer))
        await through.wait()

    server = await asyncio.start_server(opened, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
    if open_ones:
        await asyncio.wait(open_ones, timeout=CLOSE_SECONDS_MAX)


async def _pour(source: StreamReader, to: StreamWriter) -> None:
    with suppress(ConnectionError, IncompleteReadError):
        while chunk := await source.read(CHUNK_BYTES):
            to.write(chunk)
            await to.drain()
    with suppress(ConnectionError, OSError):
        to.close()
