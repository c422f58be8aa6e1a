"""Topics that are made anew hold nothing, and nobody's place in what they held."""

import asyncio

from aiokafka import TopicPartition

from deploy.local.provision import make_topics_anew
from shared.contracts.topics import PARTITIONS, TOPICS
from shared.testing.kafka import KafkaServer

PLACE = TopicPartition(TOPICS[0].name, 0)
GROUP = "reader-anew"


async def offsets(server: KafkaServer) -> tuple[int, int | None]:
    """Where the partition ends, and what the group committed of it."""
    async with server.broker.consumer(GROUP) as consumer:
        ends = await consumer.end_offsets([PLACE])
        return ends[PLACE], await consumer.committed(PLACE)


async def test_what_they_held_and_what_readers_committed_is_gone(kafka_server: KafkaServer) -> None:
    admin = kafka_server.admin()
    await asyncio.to_thread(make_topics_anew, admin, 1)
    async with kafka_server.broker.producer() as producer:
        await producer.send_and_wait(PLACE.topic, b"held", partition=PLACE.partition)
    async with kafka_server.broker.consumer(GROUP) as consumer:
        consumer.assign([PLACE])
        await consumer.commit({PLACE: 1})
    assert await offsets(kafka_server) == (1, 1)
    await asyncio.to_thread(make_topics_anew, admin, 1)
    assert await offsets(kafka_server) == (0, None)
    made = (await asyncio.to_thread(admin.list_topics, timeout=10)).topics
    assert {len(made[topic.name].partitions) for topic in TOPICS} == {PARTITIONS}
    await kafka_server.delete_topics([topic.name for topic in TOPICS])
