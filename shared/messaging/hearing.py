"""How far a service has heard: whether everything that was on its topics at a moment has taken effect."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.contracts.topics import PARTITIONS
from shared.eventstore.connections import Pool
from shared.messaging.kafka import Broker, leave
from shared.messaging.watch import ANSWER_SECONDS_MAX, cursors

SETTLED_SECONDS = 15.0
"""A relay whose broker was away pauses up to five seconds, and looks where it stands, before it sends what waited."""
PROMPT_SECONDS_MAX = 2.0
"""The client asks again by itself: an answer that takes longer may hide that the broker was away."""
UNASKED_SECONDS_MAX = 5.0
"""Of a longer time between two answers nobody knows whether the broker was there."""


class NotHeard(Exception):
    """What there is to hear cannot be told now."""


@dataclass(slots=True)
class Hearing:
    """Compares where partitions end with the database's cursors; whichever process moves these.

    The connection to the broker is kept, and made anew after a failure. Where a topic ends says what there is to hear
    only when all relays had time to send what waited: so not at once after a start, or when the broker is back.
    """

    pool: Pool
    consumer: str
    """Whose cursors."""
    broker: Broker
    topics: Sequence[str]
    settled_seconds: float = SETTLED_SECONDS
    _client: AIOKafkaConsumer | None = field(default=None, init=False)
    _since: float | None = field(default=None, init=False)
    """From when on the broker has answered promptly, and again and again."""
    _answered: float = field(default=0.0, init=False)
    """When it did last."""

    async def ends(self) -> Mapping[TopicPartition, int]:
        """Where each partition ends now; raise `NotHeard`, `TimeoutError` or what the broker's client raised."""
        places = [TopicPartition(topic, number) for topic in self.topics for number in range(PARTITIONS)]
        if not places:
            return {}
        heard, asked = await cursors(self.pool, self.consumer, places), monotonic()
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                if self._client is None:
                    self._client = self.broker.consumer(None)
                    await self._client.start()
                ends: Mapping[TopicPartition, int] = await self._client.end_offsets(places)
        except BaseException:
            await self.close()
            raise
        self._settle(asked)
        if any(heard[place] > end for place, end in ends.items()):
            raise NotHeard("the broker lacks what was heard")
        return ends

    def _settle(self, asked: float) -> None:
        answered, unasked = monotonic(), asked - self._answered > UNASKED_SECONDS_MAX
        if self._since is None or unasked or answered - asked > PROMPT_SECONDS_MAX:
            self._since = answered
        self._answered = answered
        if answered - self._since < self.settled_seconds:
            raise NotHeard("the broker has not been there for long: relays may send what waited")

    async def reached(self, ends: Mapping[TopicPartition, int]) -> bool:
        """Whether all that was before these ends has taken effect, or was set aside."""
        heard = await cursors(self.pool, self.consumer, ends) if ends else {}
        return all(heard[place] >= end for place, end in ends.items())

    async def close(self) -> None:
        """Leave the broker."""
        client, self._client, self._since = self._client, None, None
        if client is not None:
            await leave(client)
