"""A client is left in bounded time, also one that takes the cancellation of its closing for that of its own tasks."""

import asyncio
from contextlib import suppress
from time import monotonic
from typing import Any, cast

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaConnectionError

from shared.messaging import kafka
from shared.messaging.kafka import leave

pytestmark = pytest.mark.asyncio


class Deaf:
    """A consumer whose broker is gone: once cancelled it goes on waiting."""

    over = False

    async def stop(self) -> None:
        while not self.over:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(0.05)


class Broken:
    """A consumer that cannot say good-bye."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def stop(self) -> None:
        raise self.error


async def test_a_client_that_does_not_end_is_left_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka, "CLOSE_SECONDS_MAX", 0.2)
    began, deaf = monotonic(), Deaf()
    async with asyncio.timeout(5):
        await leave(cast("AIOKafkaConsumer", deaf))
    assert monotonic() - began < 2
    deaf.over = True
    await asyncio.sleep(0.2)


async def test_a_broker_that_is_gone_is_no_failure_and_a_fault_is() -> None:
    gone: Any = Broken(KafkaConnectionError("gone"))
    await leave(gone)
    with pytest.raises(ZeroDivisionError):
        await leave(cast("AIOKafkaConsumer", Broken(ZeroDivisionError())))
