"""What a service notices of the brokers beyond an answer, on two that are real."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiokafka.cluster import ClusterMetadata
from aiokafka.structs import PartitionMetadata
from confluent_kafka.admin import NewTopic

from deploy.local.administrator import ADMIN
from deploy.local.embedded import Embedded, embedded
from deploy.local.kafka import CLUSTER_ID
from deploy.local.ports import free_ports
from shared.messaging.kafka import Broker
from shared.runtime.broker_probe import BrokerProbe, lacking

SECONDS_MAX = 60.0
PARTITIONS = 3


def configured(pair: Embedded, folder: Path) -> Path:
    """What a second broker is told, beside one that alone is the controller."""
    changes = {
        "process.roles=broker,controller": "process.roles=broker",
        "node.id=1": "node.id=2",
        f",CONTROLLER://127.0.0.1:{pair.broker.controller_port}": "",
        f"CLIENT://127.0.0.1:{pair.broker.port}": f"CLIENT://127.0.0.1:{free_ports(1)[0]}",
        str(pair.home.root / "kafka" / "data"): str(folder / "data"),
    }
    text = Path(pair.broker.command()[-1]).read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    properties = folder / "server.properties"
    properties.write_text(text)
    return properties


@asynccontextmanager
async def second(pair: Embedded, folder: Path) -> AsyncIterator[None]:
    """A broker beside the pair's; it is killed at the end."""
    properties, java = configured(pair, folder), pair.broker.command()[:-2]
    tool = [*java, "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(properties)]
    await asyncio.to_thread(subprocess.run, tool, check=True, capture_output=True, timeout=SECONDS_MAX)
    process = await asyncio.create_subprocess_exec(
        *java, "kafka.Kafka", str(properties), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(SECONDS_MAX):
            while len((await asyncio.to_thread(pair.broker.admin().list_topics, timeout=5)).brokers) == 1:
                await asyncio.sleep(0.2)
        yield
    finally:
        process.kill()
        await process.wait()


def test_a_partition_that_one_broker_alone_is_to_hold_lacks_no_replica() -> None:
    told = {number: PartitionMetadata("t", number, -1, list(held), [], None) for number, held in enumerate(["1", "12"])}
    cluster = ClusterMetadata()
    cluster._partitions = {"t": told}
    assert lacking(cluster) == 1


async def told(probe: BrokerProbe, partitions: int) -> None:
    """Wait until the probe tells so many."""
    async with asyncio.timeout(SECONDS_MAX):
        while await probe.ask() != partitions:
            await asyncio.sleep(0.2)


async def test_partitions_that_a_lost_broker_leaves_alone_are_counted(tmp_path: Path) -> None:
    async with embedded(postgres=False) as pair:
        probe = BrokerProbe(Broker(pair.broker.bootstrap, ADMIN, lambda: pair.home.secret(ADMIN, "kafka_password")))
        try:
            async with second(pair, tmp_path):
                admin = pair.broker.admin()
                made = admin.create_topics([NewTopic("on-both", PARTITIONS, 2)])
                await asyncio.to_thread(made["on-both"].result, SECONDS_MAX)
                await told(probe, 0)
            await told(probe, PARTITIONS)
        finally:
            await probe.close()
