"""The stack that all benchmarks share, and what they ask of it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import asyncpg

from benchmarks.figure import NotThere
from deploy.local.embedded import Embedded, embedded
from shared.contracts.topics import ACCESS
from shared.eventstore.connections import Pool
from shared.messaging.kafka import Broker
from shared.runtime.start import SESSIONS, STATEMENTS

STOP_SECONDS_MAX = 15.0
NO_EVENT = b"what was before is not here"
"""A relay leads over topics that have something, or that never had anything."""


@dataclass(frozen=True, slots=True)
class Lab:
    """PostgreSQL and Kafka as the stack has them."""

    pair: Embedded
    scratch: Path
    quick: bool
    tell: Callable[[str], None]

    @asynccontextmanager
    async def pool(self, service: str) -> AsyncIterator[Pool]:
        """Connections as many as a service process has in both its pools."""
        size = STATEMENTS[1] + SESSIONS[1]
        async with asyncpg.create_pool(self.pair.dsn(service), min_size=4, max_size=size) as pool:
            yield pool

    def broker(self, principal: str) -> Broker:
        """Kafka, as a service sees it."""
        password = partial(self.pair.home.secret, principal, "kafka_password")
        return Broker(self.pair.broker.bootstrap, principal, password)

    async def settle(self, service: str) -> int:
        """Let relay and projector of a service begin at the log's end; returns where that is."""
        connection = await asyncpg.connect(self.pair.dsn(service))
        try:
            head = int(await connection.fetchval("SELECT position FROM log.log_head"))
            await connection.execute("UPDATE delivery.relay SET position = $1", head)
            await connection.execute("UPDATE views.projection SET position = $1", head)
            async with self.broker(service).producer() as producer:
                await producer.send_and_wait(ACCESS[service].topic, NO_EVENT)
            return head
        finally:
            await connection.close()

    async def probe(self, module: str, plan: Mapping[str, Any], python: str = sys.executable) -> dict[str, Any]:
        """Run a module of ours in a process of its own; it reads a plan and prints its findings as JSON."""
        async with self.process(module, json.dumps(plan), python=python) as process:
            output, _ = await process.communicate()
        if process.returncode:
            raise NotThere(f"{module} failed: {output.decode()[-500:]}")
        found: dict[str, Any] = json.loads(output.splitlines()[-1])
        return found

    @asynccontextmanager
    async def process(
        self,
        module: str,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        log: Path | None = None,
        python: str = sys.executable,
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """`python -m module`, ended with the block; its output goes to `log` where there is one."""
        with (log or Path("/dev/null")).open("wb") as file:
            process = await asyncio.create_subprocess_exec(
                python,
                "-m",
                module,
                *arguments,
                env=None if environment is None else dict(environment),
                stdout=file if log else asyncio.subprocess.PIPE,
            )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS_MAX)
            except TimeoutError:
                process.kill()
                await process.wait()


@contextmanager
def running_stack() -> Iterator[Embedded]:
    """The stack, on a loop of its own: uvloop, on which services and benchmarks run, cannot change a child's user."""
    started: Future[tuple[Embedded, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def host() -> None:
        try:
            async with embedded() as pair:
                end = asyncio.Event()
                started.set_result((pair, asyncio.get_running_loop(), end))
                await end.wait()
        except Exception as error:
            if started.done():
                raise
            started.set_exception(error)

    thread = Thread(target=lambda: asyncio.run(host()), name="stack")
    thread.start()
    pair, loop, end = started.result()
    try:
        yield pair
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()
