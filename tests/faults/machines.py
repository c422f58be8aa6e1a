"""Processes that die by `kill -9` and are started again: PostgreSQL, the broker, and the houses of the drill."""

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
import psutil

from deploy.local import unprivileged
from deploy.local.home import Home
from deploy.local.kafka import Broker
from deploy.local.ports import free_ports
from deploy.local.postgres import Cluster
from deploy.local.provision import provision
from deploy.local.unprivileged import Identity
from shared.messaging.crash_points import CrashPoint
from shared.messaging.kafka import Broker as Connecting
from tests.faults.planted import PLANTED_VARIABLE

ROOT = Path(__file__).parents[2]
NOON = "2017-08-01T04:00:00.000Z"
START_SECONDS_MAX = 30.0
RESTART_SECONDS = 0.1


@dataclass(slots=True)
class Kept:
    """A process that is started again whenever it ends."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    identity: Identity = field(default_factory=Identity)
    ends: int = 0
    codes: list[int] = field(default_factory=list)
    _once: dict[str, str] = field(default_factory=dict)
    _process: asyncio.subprocess.Process | None = None
    _keeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start it, and keep it."""
        await self._spawn()
        self._keeper = asyncio.create_task(self._keep(), name=f"keep-{self.name}")

    async def stop(self) -> None:
        """Kill it for good."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        self.kill()
        if self._process is not None:
            await self._process.wait()

    def kill(self) -> None:
        """`kill -9` to it and to every process that it started."""
        assert self._process is not None, "it was started"
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(self._process.pid)
            for one in (process, *process.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    one.kill()

    def kill_at(self, point: CrashPoint) -> None:
        """Kill it, and let the next one kill itself where it reaches `point`."""
        self._once = {"NIANLUN_CRASH_AT": point.value}
        self.kill()

    async def _keep(self) -> None:
        while True:
            assert self._process is not None, "it was started"
            self.codes.append(await self._process.wait())
            self.ends += 1
            await asyncio.sleep(RESTART_SECONDS)
            await self._spawn()

    async def _spawn(self) -> None:
        environment, self._once = {**os.environ, **self.environment, **self._once}, {}
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self.command,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
                cwd=ROOT if self.name[-1].isdigit() else "/",
                env=environment,
                **self.identity,
            )


@dataclass(slots=True)
class Ground:
    """A database server and a broker, provisioned like the stack's, and the houses that stand on them."""

    home: Home
    cluster: Cluster
    broker: Broker
    postgres: Kept
    kafka: Kept

    def superuser(self, service: str) -> str:
        """The URL of a house's database, as the superuser."""
        return self.cluster.dsn(service, "postgres", self.home.secret("admin", "postgres_password"))

    def connecting(self) -> Connecting:
        """The broker, as its administrator."""
        return Connecting(self.broker.bootstrap, "admin", partial(self.home.secret, "admin", "kafka_password"))

    @asynccontextmanager
    async def house(self, service: str, replicas: int, planted: str = "") -> AsyncIterator["Houses"]:
        """Run so many processes of a house; they are killed at the end."""
        ports = free_ports(replicas)
        kept = [
            Kept(
                f"{service}-{number}",
                (sys.executable, "-m", "tests.faults.house", service),
                self.home.root / f"{service}-{number}.log",
                self._environment(service, number, port, planted),
            )
            for number, port in enumerate(ports, 1)
        ]
        async with AsyncExitStack() as stack:
            for one in kept:
                await one.start()
                stack.push_async_callback(one.stop)
            houses = Houses(service, kept, [f"http://127.0.0.1:{port}" for port in ports])
            await houses.ready()
            yield houses

    def _environment(self, service: str, number: int, port: int, planted: str) -> dict[str, str]:
        return {
            "NIANLUN_HTTP_PORT": str(port),
            "NIANLUN_DATABASE_PORT": str(self.cluster.port),
            "NIANLUN_DATABASE_NAME": service,
            "NIANLUN_DATABASE_USER": f"{service}_runtime",
            "NIANLUN_KAFKA_BOOTSTRAP": self.broker.bootstrap,
            "NIANLUN_KAFKA_USERNAME": service,
            "NIANLUN_SECRETS_DIR": str(self.home.secrets_of(service)),
            "NIANLUN_FILES_URL": self.home.files_of(service).as_uri(),
            "NIANLUN_REPLICA": str(number),
            "NIANLUN_CLOCK": "rehearsal",
            "NIANLUN_CLOCK_FILE": str(self.home.clock),
            "NIANLUN_CRASH_AT": "",
            PLANTED_VARIABLE: planted,
            "PYTHONUNBUFFERED": "1",
        }


@dataclass(frozen=True, slots=True)
class Houses:
    """The processes of one house and their doors."""

    service: str
    kept: Sequence[Kept]
    urls: Sequence[str]

    async def ready(self) -> None:
        """Wait until every door answers."""
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client, asyncio.timeout(START_SECONDS_MAX):
            for url in self.urls:
                while not await _answers(client, f"{url}/health/live"):
                    await asyncio.sleep(0.05)


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    with suppress(httpx.TransportError):
        return (await client.get(url)).status_code == httpx.codes.OK
    return False


@asynccontextmanager
async def ground() -> AsyncIterator[Ground]:
    """Start a database server and a broker; everything of theirs is gone afterwards."""
    made = await asyncio.to_thread(_made)
    try:
        async with AsyncExitStack() as stack:
            for one in (made.postgres, made.kafka):
                await one.start()
                stack.push_async_callback(one.stop)
            await asyncio.gather(_database(made.cluster), _broker(made.broker, made.home))
            yield made
    finally:
        shutil.rmtree(made.cluster.data, ignore_errors=True)
        shutil.rmtree(made.home.root, ignore_errors=True)


def _made() -> Ground:
    folder = Path(tempfile.mkdtemp(prefix="nianlun-faults-"))
    folder.chmod(0o755)
    home = Home(folder)
    cluster, broker = Cluster(home, free_ports(1)[0]), Broker(home, *free_ports(2))
    home.clock.write_text(json.dumps({"rehearsal": True, "now": NOON}))
    cluster.initialise()
    broker.initialise()
    postgres = Kept("postgres", cluster.command(), folder / "postgres.log", identity=unprivileged.identity())
    return Ground(home, cluster, broker, postgres, Kept("kafka", broker.command(), folder / "kafka.log"))


async def _database(cluster: Cluster) -> None:
    await cluster.ready()
    await cluster.provision()


async def _broker(broker: Broker, home: Home) -> None:
    await broker.ready()
    await provision(broker.admin(), home)
