"""PostgreSQL and Kafka alone, provisioned like the stack's, for tests and benchmarks."""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.home import Home, free_ports
from deploy.local.kafka import Broker
from deploy.local.postgres import Cluster
from deploy.local.provision import provision


@dataclass(frozen=True, slots=True)
class Embedded:
    """A running pair; `cluster.dsn` and `broker.bootstrap` say where, `home.secret` gives passwords."""

    home: Home
    cluster: Cluster
    broker: Broker


@asynccontextmanager
async def embedded(root: Path, *, postgres: bool = True, kafka: bool = True) -> AsyncIterator[Embedded]:
    """Start what is asked for in `root`, provisioned; both end with the block."""
    home = Home(root)
    root.mkdir(parents=True, exist_ok=True)
    database_port, broker_port, controller_port = free_ports(3)
    pair = Embedded(home, Cluster(home, database_port), Broker(home, broker_port, controller_port))
    async with AsyncExitStack() as stack:
        if kafka:
            await asyncio.to_thread(pair.broker.initialise)
            await stack.enter_async_context(_running(pair.broker.command(), signal.SIGKILL, None))
        if postgres:
            await asyncio.to_thread(pair.cluster.initialise)
            await stack.enter_async_context(_running(pair.cluster.command(), signal.SIGINT, pair.cluster.uid()))
            await pair.cluster.ready()
            await pair.cluster.provision()
        if kafka:
            await pair.broker.ready()
            await provision(pair.broker, home)
        yield pair


@asynccontextmanager
async def _running(command: Sequence[str], end: signal.Signals, uid: int | None) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        user=uid,
        group=uid,
    )
    try:
        yield
    finally:
        process.send_signal(end)
        await process.wait()
