"""Marks of transactions: a broker ends each with one, which takes a place in the partition and is given to nobody."""

import asyncio

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.eventstore.connections import Pool
from shared.messaging.delivery import Delivery
from shared.messaging.partitions import Partitions, Track
from shared.messaging.watch import ANSWER_SECONDS_MAX, require_beginning


async def pass_over(
    pool: Pool, delivery: Delivery, consumer: AIOKafkaConsumer, partition: TopicPartition, track: Track, offset: int
) -> None:
    """Move a cursor on to `offset`, up to which the consumer that was sent to the cursor was given nothing.

    Raises `CursorBeforeLog` where something was there, `TakenOver` when the cursor is before its track.
    """
    async with asyncio.timeout(ANSWER_SECONDS_MAX):
        starts = await consumer.beginning_offsets([partition])
        require_beginning(partition, starts[partition], track.next_offset)
        async with pool.acquire() as connection, connection.transaction():
            await delivery.pass_over(connection, partition.topic, partition.partition, track.next_offset, offset)
    track.move(offset)


async def pass_over_last(pool: Pool, delivery: Delivery, consumer: AIOKafkaConsumer, partitions: Partitions) -> None:
    """Do so at the ends of partitions, while nothing that was given waits to be applied."""
    for partition, track in list(partitions.tracks.items()):
        if partition in partitions.holds or (consumer.highwater(partition) or 0) <= track.next_offset:
            continue
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            offset = await consumer.position(partition)
        if offset > track.next_offset and partitions.tracks.get(partition) is track:
            await pass_over(pool, delivery, consumer, partition, track, offset)
