"""Sending in order: at most one batch of a partition is under way, so that nothing can overtake a failure.

aiokafka's producer keeps a partition's order while it tries again, but gives up a batch that the broker
refuses and goes on with the next one. Here the next one is not handed over before the one before it is
acknowledged. Hence what a partition holds, duplicates aside, is always a prefix of what the log has for it:
also when a relay that lost its leadership is still sending, and when a batch believed lost arrives late.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeAlias

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import RecordMetadata

from shared.messaging.crash_points import CrashPoint, Reached
from shared.messaging.failures import BrokerSetBack
from shared.messaging.kafka import CONTENT_TYPE, partition_of

Place: TypeAlias = tuple[str, int]
"""Topic and partition."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One event as Kafka shall have it, and its position in the log."""

    position: int
    topic: str
    key: bytes
    body: bytes
    id: str
    traceparent: str | None

    @property
    def place(self) -> Place:
        """Where Kafka shall have it."""
        return self.topic, partition_of(self.key)


async def send(
    producer: AIOKafkaProducer, events: Sequence[Outgoing], reached: Reached, last: dict[Place, int]
) -> None:
    """Return once all are acknowledged, and `last` has the last offset of each place; it rises, or `BrokerSetBack`.

    Raises the producer's error too; after either any prefix may have arrived.
    """
    queues: dict[Place, list[BatchBuilder]] = {}
    for event in events:
        _add(producer, queues.setdefault(event.place, []), event)
    for wave in zip_longest(*queues.values()):
        await _deliver(producer, dict(zip(queues, wave, strict=True)), reached, last)


def _add(producer: AIOKafkaProducer, batches: list[BatchBuilder], event: Outgoing) -> None:
    for _ in range(2):
        if batches and _fits(batches[-1], event):
            return
        batches.append(producer.create_batch())
    if not _fits(batches[-1], event):
        raise AssertionError("an empty batch takes any event")


def _fits(batch: BatchBuilder, event: Outgoing) -> bool:
    return batch.append(timestamp=None, key=event.key, value=event.body, headers=[CONTENT_TYPE]) is not None


async def _deliver(
    producer: AIOKafkaProducer, wave: dict[Place, BatchBuilder | None], reached: Reached, last: dict[Place, int]
) -> None:
    under_way = set()
    for (topic, partition), batch in wave.items():
        if batch is not None:
            batch.close()
            under_way.add(await producer.send_batch(batch, topic, partition=partition))
    while under_way:
        done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
        reached(CrashPoint.RELAY_MID_BATCH)
        failures = [failure for one in done if (failure := one.exception()) is not None]
        if failures:
            for abandoned in under_way:
                abandoned.add_done_callback(_look)
            raise failures[0]
        for one in done:
            _acknowledge(one.result(), wave, last)


def _acknowledge(metadata: RecordMetadata, wave: dict[Place, BatchBuilder | None], last: dict[Place, int]) -> None:
    place, batch = (metadata.topic, metadata.partition), wave[metadata.topic, metadata.partition]
    assert batch is not None, "only what was sent is acknowledged"
    had = last.get(place, -1) + 1
    if metadata.offset < had:
        raise BrokerSetBack(
            f"{place[0]}/{place[1]} had {had} records and took the next one at offset {metadata.offset}"
        )
    last[place] = metadata.offset + batch.record_count() - 1


def _look(abandoned: "asyncio.Future[object]") -> None:
    """A failure nobody waits for any more is no news."""
    if not abandoned.cancelled():
        abandoned.exception()
