"""How far a service has heard: whether everything that was on its topics at a moment has taken effect."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.contracts.topics import PARTITIONS
from shared.eventstore.connections import Pool
from shared.messaging.kafka import Broker, leave
from shared.messaging.watch import ANSWER_SECONDS_MAX, cursors


@dataclass(slots=True)
class Hearing:
    """Compares where partitions end with the database's cursors; whichever process moves these.

    The connection to the broker is kept, and made anew after a failure.
    """

    pool: Pool
    consumer: str
    """Whose cursors."""
    broker: Broker
    topics: Sequence[str]
    _client: AIOKafkaConsumer | None = field(default=None, init=False)

    async def ends(self) -> Mapping[TopicPartition, int]:
        """Where each partition ends now; raise what the broker's client raised, or `TimeoutError`."""
        places = [TopicPartition(topic, number) for topic in self.topics for number in range(PARTITIONS)]
        if not places:
            return {}
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                if self._client is None:
                    self._client = self.broker.consumer(None)
                    await self._client.start()
                ends: Mapping[TopicPartition, int] = await self._client.end_offsets(places)
        except BaseException:
            await self.close()
            raise
        return ends

    async def reached(self, ends: Mapping[TopicPartition, int]) -> bool:
        """Whether all that was before these ends has taken effect, or was set aside."""
        heard = await cursors(self.pool, self.consumer, ends) if ends else {}
        return all(heard[place] >= end for place, end in ends.items())

    async def close(self) -> None:
        """Leave the broker."""
        client, self._client = self._client, None
        if client is not None:
            await leave(client)
