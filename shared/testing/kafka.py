"""Kafka for tests: an external broker, a container or an embedded one; topics of its own for each test."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest_asyncio
from confluent_kafka import TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from deploy.local.administrator import ADMIN
from deploy.local.home import Home
from deploy.local.kafka import Broker as LocalBroker
from deploy.local.ports import free_ports
from shared.contracts.topics import PARTITIONS
from shared.messaging.kafka import Broker
from shared.testing import containers
from shared.testing.containers import CONTAINERS, STACK_VARIABLE

URL_VARIABLE = "NIANLUN_TEST_KAFKA_URL"
"""`sasl_plaintext://user:password@host:port` of a broker where that user may do everything."""
STEP_SECONDS_MAX = 30.0


@dataclass(frozen=True, slots=True)
class KafkaServer:
    """A running broker and its administrator."""

    broker: Broker

    async def create_topics(self, names: Sequence[str], **settings: str) -> None:
        """Make topics with the platform's number of partitions; `max_message_bytes` means `max.message.bytes`."""
        config = {"retention.ms": "-1", "retention.bytes": "-1"}
        config |= {name.replace("_", "."): value for name, value in settings.items()}
        await asyncio.to_thread(self._create, [NewTopic(name, PARTITIONS, 1, config=config) for name in names])

    async def delete_topics(self, names: Sequence[str]) -> None:
        """Remove topics."""
        await asyncio.to_thread(self._delete, names)

    async def forget_before(self, topic: str, partition: int, offset: int) -> None:
        """Delete the records of a partition that lie before `offset`."""
        await asyncio.to_thread(self._forget, TopicPartition(topic, partition, offset))

    async def set_largest(self, topic: str, bytes_max: int) -> None:
        """Have a topic refuse larger batches."""
        await asyncio.to_thread(self._configure, topic, {"max.message.bytes": str(bytes_max)})

    def _configure(self, topic: str, settings: dict[str, str]) -> None:
        entries = [
            ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET) for name, value in settings.items()
        ]
        admin = self.admin()
        changed = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=entries)
        for done in admin.incremental_alter_configs([changed]).values():
            done.result(STEP_SECONDS_MAX)

    def _forget(self, place: TopicPartition) -> None:
        admin = self.admin()
        for done in admin.delete_records([place]).values():
            done.result(STEP_SECONDS_MAX)

    def _create(self, topics: list[NewTopic]) -> None:
        admin = self.admin()
        for done in admin.create_topics(topics).values():
            done.result(STEP_SECONDS_MAX)

    def _delete(self, names: Sequence[str]) -> None:
        admin = self.admin()
        for done in admin.delete_topics(list(names)).values():
            done.result(STEP_SECONDS_MAX)

    def admin(self) -> AdminClient:
        """The administrator's client."""
        return AdminClient(
            {
                "bootstrap.servers": self.broker.bootstrap,
                "security.protocol": self.broker.security,
                "sasl.mechanism": "SCRAM-SHA-512",
                "sasl.username": self.broker.username,
                "sasl.password": self.broker.password(),
            }
        )


@asynccontextmanager
async def embedded() -> AsyncIterator[KafkaServer]:
    """Start the local stack's broker, without its topics and users, on a free port; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="nianlun-test-") as folder:
        home = Home(Path(folder))
        started = LocalBroker(home, *free_ports(2))
        await asyncio.to_thread(started.initialise)
        process = await asyncio.create_subprocess_exec(
            *started.command(),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            await started.ready()
            yield KafkaServer(Broker(started.bootstrap, ADMIN, lambda: home.secret(ADMIN, "kafka_password")))
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def kafka_server() -> AsyncIterator[KafkaServer]:
    """The broker of the whole session."""
    external = os.environ.get(URL_VARIABLE)
    if external:
        parts = urlsplit(external)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        yield KafkaServer(Broker(f"{parts.hostname}:{parts.port}", user, lambda: password, parts.scheme.upper()))
        return
    if os.environ.get(STACK_VARIABLE) == CONTAINERS:
        with containers.kafka() as broker:
            yield KafkaServer(broker)
        return
    async with embedded() as server:
        yield server
