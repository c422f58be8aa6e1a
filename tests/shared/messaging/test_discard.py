"""A producer is given up whatever its sender died of."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaConnectionError, ProducerClosed

from shared.messaging.kafka import discard
from shared.testing.kafka import KafkaServer

NOWHERE = TopicPartition("nianlun.nowhere.access.v1", 0)
"""So that nothing is sent."""


class Dying:
    """A producer whose `stop` raises what its sender raised."""

    def __init__(self, failure: BaseException) -> None:
        self._failure = failure
        self.failed_with: list[BaseException] = []
        self.closed = False
        self._message_accumulator = SimpleNamespace(fail_all=self.failed_with.append, _pending_batches=set())
        self.client = SimpleNamespace(close=self._close)

    async def stop(self) -> None:
        await asyncio.sleep(0)
        raise self._failure

    async def _close(self) -> None:
        self.closed = True


async def test_what_the_sender_died_of_does_not_outlive_the_producer() -> None:
    producer = Dying(KafkaConnectionError())
    await discard(cast("AIOKafkaProducer", producer))
    assert [type(one) for one in producer.failed_with] == [ProducerClosed]
    assert producer.closed


@pytest.mark.parametrize("told", ["before it is given up", "afterwards"])
async def test_a_batch_that_is_to_be_sent_again_is_given_up_in_silence(kafka_server: KafkaServer, told: str) -> None:
    faults: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: faults.append(context))
    producer = kafka_server.broker.producer()
    await producer.start()
    accumulator = producer._message_accumulator
    made = producer.create_batch()
    made.append(timestamp=None, key=b"k", value=b"v")
    acknowledged = await accumulator.add_batch(made, NOWHERE, 1)
    batch = accumulator._pop_batch(NOWHERE)
    if told == "before it is given up":
        accumulator.reenqueue(batch)
    await discard(producer)
    if told == "afterwards":
        accumulator.reenqueue(batch)
    with pytest.raises(ProducerClosed):
        await acknowledged
    assert faults == []


async def test_a_fault_of_ours_is_not_hidden() -> None:
    faulty: Any = Dying(AssertionError("of ours"))
    with pytest.raises(AssertionError):
        await discard(faulty)
