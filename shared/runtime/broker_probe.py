"""A question to the broker, on a connection of its own, that only a broker at work can answer."""

import asyncio
from contextlib import suppress
from time import monotonic

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from shared.messaging.kafka import Broker

ANSWER_SECONDS_MAX = 1.0
"""An answer is good for so long: however often readiness is asked, the broker is asked once a second."""


class BrokerProbe:
    """Asks for the metadata of all topics; the connection is kept, and made anew after a failure."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._consumer: AIOKafkaConsumer | None = None
        self._answered_at = -ANSWER_SECONDS_MAX
        self._asking = asyncio.Lock()

    async def ask(self) -> None:
        """Return when the broker answered within the last second; raise what went wrong otherwise."""
        async with self._asking:
            if monotonic() - self._answered_at < ANSWER_SECONDS_MAX:
                return
            try:
                if self._consumer is None:
                    self._consumer = self._broker.consumer(None)
                    await self._consumer.start()
                await self._consumer.topics()
            except BaseException:
                await self.close()
                raise
            self._answered_at = monotonic()

    async def close(self) -> None:
        """Leave the broker."""
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with suppress(KafkaError):
                await consumer.stop()
