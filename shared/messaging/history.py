"""Whether a log is the one that was sent: a database that was set back must not go on where the broker knows more."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.contracts.topics import PARTITIONS
from shared.eventstore.connections import Pool
from shared.messaging.kafka import Broker, leave

ANSWER_SECONDS_MAX = 10.0
POLL_MILLISECONDS = 200

_HEAD = "SELECT position FROM log.log_head"
_BODY = "SELECT body FROM log.events WHERE position = $1"


class LogSetBack(RuntimeError):
    """The broker has an event that this log does not: `nianlun reconcile` shows what the database lost."""


class _Place(msgspec.Struct):
    sequence: str


_PLACE = msgspec.json.Decoder(_Place)


async def require_own_history(pool: Pool, broker: Broker, topics: Sequence[str]) -> None:
    """Raise `LogSetBack` unless the last event in each partition of the service's topics is one of its log.

    Raises `KafkaError` or `TimeoutError` when the broker does not tell. What is no event at all says nothing.
    """
    for body in await _last_of_each(broker, topics):
        try:
            position = int(_PLACE.decode(body).sequence)
        except (msgspec.DecodeError, ValueError):
            continue
        if await pool.fetchval(_BODY, position) != body:
            head = await pool.fetchval(_HEAD)
            raise LogSetBack(
                f"the broker has event {position}, of which the database, which ends at {head}, knows nothing or "
                "something else: it was set back; `nianlun reconcile` shows what it lost"
            )


async def _last_of_each(broker: Broker, topics: Sequence[str]) -> list[bytes]:
    if not topics:
        return []
    async with asyncio.timeout(ANSWER_SECONDS_MAX), _consumer(broker) as consumer:
        ends = await consumer.end_offsets([TopicPartition(topic, n) for topic in topics for n in range(PARTITIONS)])
        waiting = {place: end for place, end in ends.items() if end}
        consumer.assign(list(waiting))
        for place, end in waiting.items():
            consumer.seek(place, end - 1)
        found = []
        while waiting:
            for place, records in (await consumer.getmany(*waiting, timeout_ms=POLL_MILLISECONDS)).items():
                found.append(records[0].value or b"")
                del waiting[place]
        return found


@asynccontextmanager
async def _consumer(broker: Broker) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = broker.consumer(None)
    try:
        await consumer.start()
        yield consumer
    finally:
        await leave(consumer)
