"""PostgreSQL and Kafka alone, provisioned like the stack's, for tests and benchmarks.

async with embedded() as pair:                      # kafka=False or postgres=False for one alone
    pool = await asyncpg.create_pool(pair.dsn("review"))
    consumer = AIOKafkaConsumer(*topics, **pair.client("auditor"))
"""

import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local import unprivileged
from deploy.local.home import Home
from deploy.local.kafka import Broker
from deploy.local.ports import free_ports
from deploy.local.postgres import Cluster
from deploy.local.provision import provision
from deploy.local.state import discard
from deploy.local.unprivileged import Identity


@dataclass(frozen=True, slots=True)
class Embedded:
    """A running pair; `home` holds its secrets."""

    home: Home
    cluster: Cluster
    broker: Broker

    def dsn(self, service: str) -> str:
        """Where a service reaches its own database, as the runtime role."""
        return self.cluster.dsn(service, f"{service}_runtime", self.home.secret(service, "database_password"))

    def owner_dsn(self, service: str) -> str:
        """The same database as the role that owns its schema."""
        return self.cluster.dsn(service, f"{service}_owner", self.home.secret("admin", f"{service}_owner_password"))

    def client(self, principal: str) -> dict[str, str]:
        """Connection arguments of aiokafka's clients for a service, `statistics`, `auditor` or `admin`."""
        return self.broker.client(principal, self.home.secret(principal, "kafka_password"))


@asynccontextmanager
async def embedded(root: Path | None = None, *, postgres: bool = True, kafka: bool = True) -> AsyncIterator[Embedded]:
    """Start what is asked for, provisioned; both end with the block, and so does a folder that was not given."""
    folder = root or Path(tempfile.mkdtemp(prefix="nianlun-"))
    folder.mkdir(parents=True, exist_ok=True)
    if root is None:
        folder.chmod(0o755)
    home = Home(folder)
    database_port, broker_port, controller_port = free_ports(3)
    pair = Embedded(home, Cluster(home, database_port), Broker(home, broker_port, controller_port))
    try:
        async with AsyncExitStack() as stack:
            await asyncio.gather(
                *(start(stack, pair) for start, wanted in ((_postgres, postgres), (_kafka, kafka)) if wanted)
            )
            yield pair
    finally:
        if root is None:
            discard(home)


async def _postgres(stack: AsyncExitStack, pair: Embedded) -> None:
    cluster = pair.cluster
    await asyncio.to_thread(cluster.initialise)
    await stack.enter_async_context(_running(cluster.command(), signal.SIGINT, unprivileged.identity()))
    await cluster.ready()
    await cluster.provision()


async def _kafka(stack: AsyncExitStack, pair: Embedded) -> None:
    await asyncio.to_thread(pair.broker.initialise)
    await stack.enter_async_context(_running(pair.broker.command(), signal.SIGKILL, {}))
    await pair.broker.ready()
    await provision(pair.broker.admin(), pair.home)


@asynccontextmanager
async def _running(command: Sequence[str], end: signal.Signals, identity: Identity) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
        **identity,
    )
    try:
        yield
    finally:
        if process.returncode is None:
            process.send_signal(end)
        await process.wait()
