"""A producer is given up whatever its sender died of."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, ProducerClosed

from shared.messaging.kafka import discard


class Dying:
    """A producer whose `stop` raises what its sender raised."""

    def __init__(self, failure: BaseException) -> None:
        self._failure = failure
        self.failed_with: list[BaseException] = []
        self.closed = False
        self._message_accumulator = SimpleNamespace(fail_all=self.failed_with.append)
        self.client = SimpleNamespace(close=self._close)

    async def stop(self) -> None:
        await asyncio.sleep(0)
        raise self._failure

    async def _close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("failure", [KeyError("a batch it does not know any more"), KafkaConnectionError()])
async def test_what_the_sender_died_of_does_not_outlive_the_producer(failure: BaseException) -> None:
    producer = Dying(failure)
    await discard(cast("AIOKafkaProducer", producer))
    assert [type(one) for one in producer.failed_with] == [ProducerClosed]
    assert producer.closed


async def test_a_fault_of_ours_is_not_hidden() -> None:
    faulty: Any = Dying(AssertionError("of ours"))
    with pytest.raises(AssertionError):
        await discard(faulty)
