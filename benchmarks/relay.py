"""From the log to Kafka, beside a bare idempotent producer that is given the same bytes."""

import asyncio
from collections import deque
from time import perf_counter

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaConnectionError

from benchmarks import append, material
from benchmarks.figure import Figure, Figures, expect
from benchmarks.lab import Lab
from shared.contracts.topics import PARTITIONS
from shared.eventstore.connections import Pool
from shared.eventstore.postgres import PostgresEventStore
from shared.messaging.kafka import CONTENT_TYPE, Broker
from shared.messaging.relay import Relay

BARE_BATCH = 500
"""As many records as the relay has under way."""
POLL_SECONDS = 0.001
ADMITTED_SECONDS_MAX = 20.0
_READ = "SELECT body FROM log.events WHERE position > $1 ORDER BY position"


async def measure(lab: Lab) -> Figures:
    """Events a second, from the first batch read to the last one acknowledged and the cursor moved."""
    count = 10_000 if lab.quick else 40_000
    async with lab.pool(material.SERVICE) as pool:
        store = PostgresEventStore(pool, material.SERVICE)
        before = await lab.settle(material.SERVICE)
        lab.tell("filling the log")
        await append.spread(store, material.appends("relay", 40_000_000, count), 256)
        await store.queue.drain()
        bare = []
        for turn in range(2):
            lab.tell("bare producer")
            bare.append(await _bare(lab, pool, before, count))
            if turn == 0:
                lab.tell("relay")
                ours = await _ours(lab, pool, store, before + count, count)
    against = "bare aiokafka producer"
    return [Figure("relay", sum(bare) / 2, ours, "events/s", against=against)]


async def ends(lab: Lab, topic: str) -> dict[TopicPartition, int]:
    """Where each partition of a topic ends."""
    consumer = await _admitted(lab.broker("auditor"))
    try:
        found: dict[TopicPartition, int] = await consumer.end_offsets(
            [TopicPartition(topic, number) for number in range(PARTITIONS)]
        )
    finally:
        await consumer.stop()
    return found


async def _admitted(broker: Broker) -> AIOKafkaConsumer:
    """A consumer that has started: a busy broker may know a user only some time after it confirmed to have made it."""
    deadline = perf_counter() + ADMITTED_SECONDS_MAX
    while True:
        consumer = broker.consumer(None)
        try:
            await consumer.start()
        except KafkaConnectionError:
            await consumer.stop()
            if perf_counter() > deadline:
                raise
            await asyncio.sleep(1)
        else:
            return consumer


async def _ours(lab: Lab, pool: Pool, store: PostgresEventStore, head: int, count: int) -> float:
    before = sum((await ends(lab, material.TOPIC)).values())
    relay = Relay(pool, store, lab.broker(material.SERVICE))
    running = asyncio.create_task(relay.run())
    while not relay.state.leading:
        await asyncio.sleep(POLL_SECONDS)
    started = perf_counter()
    while relay.state.position < head:
        await asyncio.sleep(POLL_SECONDS)
        if running.done():
            running.result()
    taken = perf_counter() - started
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    expect("records relayed", sum((await ends(lab, material.TOPIC)).values()) - before, count)
    return count / taken


async def _bare(lab: Lab, pool: Pool, after: int, count: int) -> float:
    bodies = [row["body"] for row in await pool.fetch(_READ, after)]
    keys = [f"{number}".encode() for number in range(len(bodies))]
    before = sum((await ends(lab, material.TOPIC)).values())
    producer: AIOKafkaProducer = lab.broker(material.SERVICE).producer()
    await producer.start()
    try:
        started = perf_counter()
        under_way: deque[asyncio.Future[object]] = deque()
        for key, body in zip(keys, bodies, strict=True):
            if len(under_way) >= BARE_BATCH:
                await under_way.popleft()
            under_way.append(await producer.send(material.TOPIC, body, key, headers=[CONTENT_TYPE]))
        await asyncio.gather(*under_way)
        taken = perf_counter() - started
    finally:
        await producer.stop()
    expect("records sent", sum((await ends(lab, material.TOPIC)).values()) - before, count)
    return count / taken
