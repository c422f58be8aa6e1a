"""Where an auditor reads a log: the broker itself, with an account that may only read, or an exported archive."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.contracts.codec import decode
from shared.contracts.envelope import Recorded

POLL_MILLISECONDS = 1_000
BATCH_RECORDS = 2_000


@dataclass(slots=True)
class Partition:
    """One partition of a topic with everything it held when it was read; satisfies `audit.verify.Partition`."""

    topic: str
    number: int
    records: list[tuple[int, bytes | None, bytes | None]] = field(default_factory=list)

    def read(self) -> Iterator[tuple[int, bytes | None, bytes | None]]:
        """Offset, key and value of every record in order."""
        return iter(self.records)


async def from_kafka(connection: dict[str, Any]) -> list[Partition]:
    """Every topic of a run.json up to its end at this moment; needs no group and commits nothing."""
    sasl = connection["kafka"]["sasl"]
    consumer = AIOKafkaConsumer(
        bootstrap_servers=connection["kafka"]["bootstrap"],
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism=sasl["mechanism"],
        sasl_plain_username=sasl["username"],
        sasl_plain_password=sasl["password"],
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=4 * 1024 * 1024,
    )
    await consumer.start()
    try:
        return await _read(consumer, connection["topics"])
    finally:
        await consumer.stop()


async def _read(consumer: AIOKafkaConsumer, topics: Sequence[str]) -> list[Partition]:
    wanted: dict[TopicPartition, Partition] = {}
    for topic in topics:
        for number in sorted(consumer.partitions_for_topic(topic) or await _partitions(consumer, topic)):
            wanted[TopicPartition(topic, number)] = Partition(topic, number)
    consumer.assign(list(wanted))
    ends = await consumer.end_offsets(list(wanted))
    for partition in wanted:
        await consumer.seek_to_beginning(partition)
    open_ones = {partition for partition in wanted if ends[partition] > 0}
    while open_ones:
        polled = await consumer.getmany(*open_ones, timeout_ms=POLL_MILLISECONDS, max_records=BATCH_RECORDS)
        for partition, records in polled.items():
            wanted[partition].records += [(r.offset, r.key, r.value) for r in records if r.offset < ends[partition]]
        for partition in list(open_ones):
            if await consumer.position(partition) >= ends[partition]:
                open_ones.discard(partition)
    return list(wanted.values())


async def _partitions(consumer: AIOKafkaConsumer, topic: str) -> set[int]:
    await consumer.topics()
    return consumer.partitions_for_topic(topic) or set()


def decoded(partitions: Sequence[Partition]) -> list[Recorded]:
    """Every event once, however often a relay sent it, in the order of its service's log."""
    found: dict[str, Recorded] = {}
    for partition in partitions:
        for _, _, value in partition.read():
            recorded = decode(value or b"")
            found.setdefault(recorded.envelope.id, recorded)
    return sorted(found.values(), key=lambda one: (one.service, one.position))
