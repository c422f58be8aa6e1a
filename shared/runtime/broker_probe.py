"""A question to the broker, on a connection of its own, that only a broker at work can answer."""

import asyncio
from contextlib import suppress
from time import monotonic

from aiokafka.client import AIOKafkaClient
from aiokafka.cluster import ClusterMetadata
from aiokafka.errors import KafkaError

from shared.messaging.kafka import Broker

ANSWER_SECONDS_MAX = 1.0
"""An answer is good for so long: however often readiness is asked, the broker is asked once a second."""


class BrokerProbe:
    """Asks for the metadata of all topics; the connection is kept, and made anew after a failure."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._client: AIOKafkaClient | None = None
        self._answered_at = -ANSWER_SECONDS_MAX
        self._lacking = 0
        self._asking = asyncio.Lock()

    async def ask(self) -> int:
        """How many partitions lacked a replica within the last second; raise what went wrong without an answer."""
        async with self._asking:
            if monotonic() - self._answered_at < ANSWER_SECONDS_MAX:
                return self._lacking
            try:
                if self._client is None:
                    self._client = self._broker.client()
                    await self._client.bootstrap()
                self._lacking = lacking(await self._client.fetch_all_metadata())
            except BaseException:
                await self.close()
                raise
            self._answered_at = monotonic()
            return self._lacking

    async def close(self) -> None:
        """Leave the broker."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(KafkaError):
                await client.close()


def lacking(cluster: ClusterMetadata) -> int:
    """How many partitions fewer brokers hold in step than are to, where that is more than one."""
    topics = cluster._partitions.values()  # noqa: SLF001 - no public way to what the broker told
    return sum(len(one.isr) < len(one.replicas) > 1 for topic in topics for one in topic.values())
