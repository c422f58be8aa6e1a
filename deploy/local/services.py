"""The processes of a stack as data: database, broker, five services, statistics."""

import asyncio
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from deploy.local import unprivileged
from deploy.local.databases import REPORTING, role_of
from deploy.local.home import Home, StackError
from deploy.local.kafka import ENVIRONMENT, Broker, log_record
from deploy.local.part import Part
from deploy.local.postgres import Cluster
from deploy.local.postgres import log_record as postgres_record
from deploy.local.provision import STATISTICS, provision
from shared.contracts.topics import SERVICES

POSTGRES, KAFKA, CONTROLLER = "postgres", "kafka", "kafka-controller"
READY_SECONDS_MAX, ANSWER_SECONDS_MAX = 60.0, 5.0
POLL_SECONDS = 0.1
BROKER_STOP_SECONDS_MAX = 25.0
ALLOCATOR = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "1048576"}
"""glibc keeps every 19 MiB of a password's check, and every typesetting's, in the arena of the thread that asked."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a stack consists of."""

    home: Home
    ports: Mapping[str, int]
    rehearsal: bool
    replicas: int
    services: tuple[str, ...] = SERVICES

    @property
    def cluster(self) -> Cluster:
        """The database server."""
        return Cluster(self.home, self.ports[POSTGRES])

    @property
    def broker(self) -> Broker:
        """The broker."""
        return Broker(self.home, self.ports[KAFKA], self.ports[CONTROLLER])


def service_processes(services: tuple[str, ...], replicas: int) -> dict[str, tuple[str, int]]:
    """Process name to service and replica, in the order in which they are listed."""
    if replicas == 1:
        return {service: (service, 1) for service in services}
    return {f"{service}-{n}": (service, n) for service in services for n in range(1, replicas + 1)}


def process_names(services: tuple[str, ...], replicas: int) -> list[str]:
    """Everything that needs a port."""
    statistics = [STATISTICS] if REPORTING in services else []
    return [POSTGRES, KAFKA, CONTROLLER, *service_processes(services, replicas), *statistics]


def parts(plan: Plan) -> list[Part]:
    """The processes of the plan, each after what it needs."""
    running = service_processes(plan.services, plan.replicas)
    rows = [_postgres(plan), _kafka(plan)]
    rows += [service_part(plan, name, service, replica) for name, (service, replica) in running.items()]
    if REPORTING in plan.services:
        rows.append(_statistics(plan, tuple(running)))
    return rows


def _postgres(plan: Plan) -> Part:
    cluster = plan.cluster
    return Part(
        name=POSTGRES,
        command=tuple(cluster.command()),
        ready=cluster.ready,
        provision=cluster.provision,
        port=cluster.port,
        stop_signal=signal.SIGINT,
        stop_seconds_max=BROKER_STOP_SECONDS_MAX,
        identity=unprivileged.identity(),
        record=postgres_record,
    )


def _kafka(plan: Plan) -> Part:
    broker = plan.broker
    return Part(
        name=KAFKA,
        command=tuple(broker.command()),
        writes_to=broker.home.root,
        ready=broker.ready,
        provision=lambda: provision(broker.admin(), plan.home),
        port=broker.port,
        stop_seconds_max=BROKER_STOP_SECONDS_MAX,
        environment=ENVIRONMENT,
        record=log_record,
    )


def service_part(plan: Plan, name: str, service: str, replica: int) -> Part:
    """One process of a service."""
    url = f"http://127.0.0.1:{plan.ports[name]}"
    return Part(
        name=name,
        command=(sys.executable, "-m", f"services.{service}.main"),
        ready=lambda: ready(url),
        needs=(POSTGRES, KAFKA),
        environment=_environment(plan, name, service, service, replica),
        port=plan.ports[name],
        url=url,
    )


def _statistics(plan: Plan, needs: tuple[str, ...]) -> Part:
    url = f"http://127.0.0.1:{plan.ports[STATISTICS]}"
    tables = plan.home.root / STATISTICS
    tables.mkdir(exist_ok=True)
    environment = _environment(plan, STATISTICS, REPORTING, STATISTICS, 1)
    return Part(
        name=STATISTICS,
        command=(sys.executable, "-m", "services.reporting.entrypoints.stream"),
        ready=lambda: ready(url),
        needs=(POSTGRES, KAFKA, *needs),
        essential=False,
        environment={**environment, "NIANLUN_TABLES_DIR": str(tables)},
        port=plan.ports[STATISTICS],
        url=url,
    )


def _environment(plan: Plan, name: str, service: str, principal: str, replica: int) -> dict[str, str]:
    clock = {"NIANLUN_CLOCK": "rehearsal", "NIANLUN_CLOCK_FILE": str(plan.home.clock)}
    return {
        "NIANLUN_HTTP_HOST": "127.0.0.1",
        "NIANLUN_HTTP_PORT": str(plan.ports[name]),
        "NIANLUN_DATABASE_HOST": "127.0.0.1",
        "NIANLUN_DATABASE_PORT": str(plan.ports[POSTGRES]),
        "NIANLUN_DATABASE_NAME": service,
        "NIANLUN_DATABASE_USER": role_of(principal),
        "NIANLUN_KAFKA_BOOTSTRAP": plan.broker.bootstrap,
        "NIANLUN_KAFKA_USERNAME": principal,
        "NIANLUN_KAFKA_SECURITY": "SASL_PLAINTEXT",
        "NIANLUN_SECRETS_DIR": str(plan.home.secrets_of(principal)),
        "NIANLUN_FILES_URL": plan.home.files_of(service).as_uri(),
        "NIANLUN_REPLICA": str(replica),
        "PYTHONUNBUFFERED": "1",
        **ALLOCATOR,
        **(clock if plan.rehearsal else {"NIANLUN_CLOCK": "system"}),
    }


async def ready(url: str) -> None:
    """Wait for `GET /health/ready` to answer 200, or to lack nothing but what has stopped; raise `StackError`.

    To start such a process anew would change nothing, and it serves everybody meanwhile.
    """
    deadline = asyncio.get_running_loop().time() + READY_SECONDS_MAX
    said = "nothing"
    async with httpx.AsyncClient(timeout=ANSWER_SECONDS_MAX, trust_env=False) as client:
        while asyncio.get_running_loop().time() < deadline:
            try:
                answer = await client.get(f"{url}/health/ready")
            except httpx.TransportError as error:
                said = type(error).__name__
            else:
                if answer.status_code == httpx.codes.OK or _serves(answer):
                    return
                said = answer.text[:300]
            await asyncio.sleep(POLL_SECONDS)
    raise StackError(f"not ready after {READY_SECONDS_MAX:g} s; its last answer was: {said}")


def _serves(answer: httpx.Response) -> bool:
    if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
        return False
    checks = answer.json()["checks"].values()
    return all(check["ok"] or check.get("stopped", False) for check in checks)
