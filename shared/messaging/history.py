"""Whether log and broker are the two that knew each other: neither may go on where the other knows more."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.contracts.topics import PARTITIONS
from shared.eventstore.connections import Pool
from shared.messaging.failures import BrokerSetBack
from shared.messaging.kafka import Broker, leave
from shared.messaging.record import position_in
from shared.messaging.sending import Place

ANSWER_SECONDS_MAX = 10.0
POLL_MILLISECONDS = 200
LOOKS_BACK_MAX = 50
"""How many records that are no events are passed over at the end of a partition."""

_HEAD = "SELECT position FROM log.log_head"
_BODY = "SELECT body FROM log.events WHERE position = $1"
_CURSOR = "SELECT position FROM delivery.relay"
_ACKNOWLEDGED = """
SELECT topic, partition, position, "offset" FROM delivery.acknowledged WHERE topic = ANY ($1) ORDER BY position
"""


class LogSetBack(RuntimeError):
    """The broker has an event that this log does not: `nianlun reconcile` shows what the database lost."""


async def require_own_history(pool: Pool, broker: Broker, topics: Sequence[str]) -> dict[Place, int]:
    """Return the last offset of each partition of the service's topics.

    Raises `LogSetBack` unless the last event in each is one of its log, then `BrokerSetBack` unless each has, where
    it was acknowledged, the last event that was; `KafkaError` or `TimeoutError` when the broker does not tell. What
    is no event at all says nothing.
    """
    if not topics:
        return {}
    cursor = await pool.fetchval(_CURSOR)
    acknowledged = {(r["topic"], r["partition"]): r for r in await pool.fetch(_ACKNOWLEDGED, topics)}
    async with asyncio.timeout(ANSWER_SECONDS_MAX), ends_of(broker) as consumer:
        held = await _held(consumer, topics)
        last = await _last_events(consumer, held)
        there = {p: r["offset"] for p, r in acknowledged.items() if r["offset"] in held[p]}
        known = {place: body for place, (offset, body) in last.items() if there.get(place) == offset}
        known |= await _read(consumer, {place: there[place] for place in there.keys() - known.keys()})
    await _log_has(pool, {place: body for place, (_, body) in last.items()})
    if cursor and not acknowledged and not last:
        raise BrokerSetBack(f"the broker has none of the {cursor} events that were sent{_LEADS_ON}")
    for place, row in acknowledged.items():
        if place not in known or position_in(place[0], known[place]) != row["position"]:
            raise BrokerSetBack(f"the broker lacks event {row['position']} of {place[0]}, which was sent{_LEADS_ON}")
    return {place: part.stop - 1 for place, part in held.items()}


@asynccontextmanager
async def ends_of(broker: Broker) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer that is asked where partitions end, as long as the context lasts."""
    consumer = broker.consumer(None)
    try:
        await consumer.start()
        yield consumer
    finally:
        await leave(consumer)


async def require_ends(consumer: AIOKafkaConsumer, last: Mapping[Place, int], places: Collection[Place]) -> None:
    """Raise `BrokerSetBack` unless each of these partitions still has the offset that we know to be its last.

    A broker that came back without its last records takes the next one of a producer it does not remember.
    """
    asked = {TopicPartition(*place): last[place] for place in places if place in last}
    for place, end in (await consumer.end_offsets(list(asked))).items():
        if end <= asked[place]:
            had = f"{place.topic}/{place.partition} had {asked[place] + 1} records and has {end}"
            raise BrokerSetBack(f"{had}{_LEADS_ON}")


_LEADS_ON = "; nothing is sent before that is made good: `nianlun reconcile` shows what it lacks"


async def _log_has(pool: Pool, last: Mapping[Place, bytes]) -> None:
    for place, body in last.items():
        position = position_in(place[0], body)
        if await pool.fetchval(_BODY, position) != body:
            head = await pool.fetchval(_HEAD)
            raise LogSetBack(
                f"the broker has event {position}, of which the database, which ends at {head}, knows nothing or "
                "something else: it was set back; `nianlun reconcile` shows what it lost"
            )


async def _held(consumer: AIOKafkaConsumer, topics: Sequence[str]) -> dict[Place, range]:
    """The offsets that each partition has."""
    places = [TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)]
    starts, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
    return {place: range(starts[place], ends[place]) for place in places}


async def _last_events(consumer: AIOKafkaConsumer, held: Mapping[Place, range]) -> dict[Place, tuple[int, bytes]]:
    """Offset and bytes of each partition's last event; what is none, as a probe of the network, is passed over."""
    found: dict[Place, tuple[int, bytes]] = {}
    offsets = {place: part[-1] for place, part in held.items() if part}
    for _ in range(LOOKS_BACK_MAX):
        read = await _read(consumer, offsets)
        events = {p: (offsets[p], body) for p, body in read.items() if position_in(p[0], body) is not None}
        found |= events
        offsets = {p: offsets[p] - 1 for p in read.keys() - events.keys() if offsets[p] > held[p].start}
        if not offsets:
            break
    return found


async def _read(consumer: AIOKafkaConsumer, offsets: Mapping[Place, int]) -> dict[Place, bytes]:
    """The record at one offset of each partition; empty where there is none, as at the end of a transaction."""
    found: dict[Place, bytes] = {}
    waiting = {TopicPartition(*place): offset for place, offset in offsets.items()}
    consumer.assign(list(waiting))
    for place, offset in waiting.items():
        consumer.seek(place, offset)
    while waiting:
        polled = await consumer.getmany(*waiting, timeout_ms=POLL_MILLISECONDS)
        for place, offset in list(waiting.items()):
            if await consumer.position(place) > offset:
                first = next(iter(polled.get(place, ())), None)
                found[place] = first.value or b"" if first and first.offset == offset else b""
                del waiting[place]
    return found
