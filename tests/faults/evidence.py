"""Gathering what the judge looks at, once everything has caught up or had its time to."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

import asyncpg
import orjson
from aiokafka import TopicPartition

from shared.auditlog.chain import Head
from shared.contracts.topics import PARTITIONS, consumed_by
from shared.messaging.kafka import Broker, leave
from tests.faults.house import CATEGORIES, VIEW
from tests.faults.judge import Acknowledged, Evidence, House
from tests.faults.machines import Ground

READ_SECONDS_MAX = 60.0

_WAITS = """
SELECT (SELECT position FROM log.log_head) - (SELECT position FROM delivery.relay) AS relay,
       (SELECT position FROM log.log_head) - (SELECT position FROM views.projection WHERE name = 'own') AS projector,
       (SELECT count(*) FROM delivery.parked) AS parked,
       (SELECT coalesce(sum(next_offset), 0)::bigint FROM delivery.cursor) AS heard
"""


async def gather(
    ground: Ground,
    commanded: str,
    services: Sequence[str],
    acknowledged: Sequence[Acknowledged],
    seconds_max: float,
    wrong: Sequence[str] = (),
) -> Evidence:
    """Wait until relays, projectors and inboxes are done, at most `seconds_max`, then read everything."""
    stalled = await _quiet(ground, services, seconds_max)
    topics = [CATEGORIES[service].topic for service in services]
    kafka = await everything(ground.connecting(), topics)
    houses = [await _house(ground, service, topics) for service in services]
    return Evidence(acknowledged, commanded, houses, kafka, [*wrong, *stalled])


async def _quiet(ground: Ground, services: Sequence[str], seconds_max: float) -> list[str]:
    await asyncio.gather(ground.cluster.ready(), ground.broker.ready())
    deadline = monotonic() + seconds_max
    while waiting := await _waiting(ground, services):
        if monotonic() > deadline:
            return waiting
        await asyncio.sleep(0.1)
    return []


async def _waiting(ground: Ground, services: Sequence[str]) -> list[str]:
    waiting: list[str] = []
    topics = {service: CATEGORIES[service].topic for service in services}
    ends = await _ends(ground.connecting(), list(topics.values()))
    for service in services:
        connection = await asyncpg.connect(ground.superuser(service))
        try:
            row = await connection.fetchrow(_WAITS)
        finally:
            await connection.close()
        assert row is not None, "the statement has one row"
        heard = sum(ends[topic] for topic in topics.values() if topic in consumed_by(service))
        waiting += [f"{service}: {row[part]} behind at the {part}" for part in ("relay", "projector") if row[part]]
        waiting += [f"{service}: {row['parked']} records parked"] * bool(row["parked"])
        waiting += [f"{service}: {heard - row['heard']} records not heard"] * (row["heard"] < heard)
    return waiting


@asynccontextmanager
async def reader(broker: Broker, partitions: Sequence[TopicPartition]) -> AsyncIterator[Any]:
    """A consumer of no group, once the broker answers."""
    consumer = broker.consumer(None)
    try:
        await consumer.start()
        consumer.assign(partitions)
        yield consumer
    finally:
        await leave(consumer)


async def _ends(broker: Broker, topics: Sequence[str]) -> dict[str, int]:
    partitions = _partitions(topics)
    async with asyncio.timeout(READ_SECONDS_MAX), reader(broker, partitions) as consumer:
        ends = await consumer.end_offsets(partitions)
    return {topic: sum(end for partition, end in ends.items() if partition.topic == topic) for topic in topics}


async def everything(broker: Broker, topics: Sequence[str]) -> dict[tuple[str, int], list[bytes]]:
    """Every record of the topics, by partition, in order."""
    partitions = _partitions(topics)
    found: dict[tuple[str, int], list[bytes]] = defaultdict(list)
    async with asyncio.timeout(READ_SECONDS_MAX), reader(broker, partitions) as consumer:
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        while sum(map(len, found.values())) < sum(ends.values()):
            for partition, records in (await consumer.getmany(timeout_ms=200)).items():
                found[partition.topic, partition.partition] += [record.value for record in records]
    return dict(found)


async def _house(ground: Ground, service: str, topics: Sequence[str]) -> House:
    connection = await asyncpg.connect(ground.superuser(service))
    try:
        rows = await connection.fetch("SELECT position, stream, version, body FROM log.events ORDER BY position")
        head = await connection.fetchrow("SELECT position, hash FROM log.log_head")
        documents = await connection.fetch("SELECT key, doc FROM views.documents WHERE view = $1", VIEW)
    finally:
        await connection.close()
    assert head is not None, "the migrations put one row there"
    return House(
        service,
        [(row["position"], row["stream"], row["version"], row["body"]) for row in rows],
        Head(head["position"], head["hash"]),
        {row["key"]: orjson.loads(row["doc"]) for row in documents},
        [topic for topic in topics if topic in consumed_by(service)],
    )


def _partitions(topics: Sequence[str]) -> list[TopicPartition]:
    return [TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)]
