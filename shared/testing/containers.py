"""The two servers of tests in containers of their own, of the same images as the composed stack (testcontainers)."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from confluent_kafka import KafkaException
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from deploy.composed.place import FILE
from deploy.composed.stack import BASE
from deploy.local.administrator import ADMIN, administrator
from deploy.local.databases import SUPERUSER
from deploy.local.ports import free_ports
from shared.messaging.kafka import Broker

STACK_VARIABLE, CONTAINERS = "NIANLUN_TEST_STACK", "containers"
"""`NIANLUN_TEST_STACK=containers` has the tests' servers run in them; `make test STACK=containers` sets it."""
READY_SECONDS_MAX = 90.0
PAUSE_SECONDS = 0.2
STATEMENTS_OF_THE_EMBEDDED = "postgres -c max_connections=300 -c fsync=off"

# Its reaper is an image more, which no package registry has; each container here ends with its block.
testcontainers_config.ryuk_disabled = True


@contextmanager
def postgres() -> Iterator[str]:
    """PostgreSQL on a free port; yields the superuser's URL, without a database."""
    container = PostgresContainer(
        BASE["POSTGRES_IMAGE"], username=SUPERUSER, password=secrets.token_hex(16), dbname="postgres", driver=None
    )
    with container.with_command(STATEMENTS_OF_THE_EMBEDDED):
        yield container.get_connection_url().rpartition("/")[0]


@contextmanager
def kafka() -> Iterator[Broker]:
    """A broker with an administrator and nothing else, started like the composed stack's."""
    (port,) = free_ports(1)
    password = secrets.token_hex(16)
    with TemporaryDirectory(prefix="nianlun-test-") as folder:
        Path(folder).chmod(0o755)
        secret = Path(folder) / "kafka_password"
        secret.write_text(password)
        secret.chmod(0o444)
        container = (
            DockerContainer(BASE["KAFKA_IMAGE"], entrypoint=["/bin/bash", "/etc/nianlun/start.sh"])
            .with_bind_ports(19092, port)
            .with_volume_mapping(str(FILE.parent / "kafka"), "/etc/nianlun")
            .with_volume_mapping(str(secret), "/run/secrets/kafka_password")
            .with_envs(
                KAFKA_CLUSTER_ID="bmlhbmx1bi10ZXN0aW5nLTE",
                KAFKA_VOTERS="1@localhost:9093",
                KAFKA_HOST="localhost",
                KAFKA_EXTERNAL=f"127.0.0.1:{port}",
                KAFKA_PASSWORD_FILE="/run/secrets/kafka_password",  # noqa: S106 - a path
                KAFKA_HEAP_OPTS="-Xmx400m -Xms96m",
            )
        )
        with container:
            broker = Broker(f"127.0.0.1:{port}", ADMIN, lambda: password)
            _wait(broker, container)
            yield broker


def _wait(broker: Broker, container: DockerContainer) -> None:
    deadline = time.monotonic() + READY_SECONDS_MAX
    admin = administrator(broker.bootstrap, broker.password())
    while True:
        try:
            admin.list_topics(timeout=2.0)
        except KafkaException:
            assert time.monotonic() < deadline, b"\n".join(container.get_logs()).decode()
            time.sleep(PAUSE_SECONDS)
        else:
            return
