"""How a service connects to Kafka; secrets come from the caller."""

import asyncio
import ssl
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, ProducerClosed
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.protocol.api import Request
from aiokafka.protocol.produce import ProduceRequest

from shared.contracts.topics import PARTITIONS
from shared.messaging.admission import let_in

CONTENT_TYPE = ("content-type", b"application/cloudevents+json; charset=utf-8")
PRODUCE_BATCH_BYTES_MAX = 128 * 1024
"""Below every sensible `message.max.bytes`, above the largest event with its headers."""
FETCH_BYTES_MAX = 2 * 1024 * 1024
REQUEST_MILLISECONDS_MAX = 10_000
SESSION_MILLISECONDS = 6_000
"""A consumer that was killed loses its partitions after this; the broker's own minimum."""
HEARTBEAT_MILLISECONDS = 1_500
CLOSE_SECONDS_MAX = 3.0
KEYS_REMEMBERED_MAX = 65_536

_PARTITIONER = DefaultPartitioner()


@dataclass(frozen=True, slots=True)
class Broker:
    """The broker and who we are to it."""

    bootstrap: str
    username: str
    password: Callable[[], str]
    """Asked for each client: whoever connects again takes the one that was given since."""
    security: str = "SASL_PLAINTEXT"
    previous: Callable[[], str | None] = lambda: None
    """The password before, as long as the broker may not have been told yet."""

    def producer(self) -> AIOKafkaProducer:
        """An idempotent producer that answers when all in-sync replicas have a record, or `NotAnswered`."""
        producer = AIOKafkaProducer(
            acks="all",
            enable_idempotence=True,
            linger_ms=0,
            max_batch_size=PRODUCE_BATCH_BYTES_MAX,
            request_timeout_ms=REQUEST_MILLISECONDS_MAX,
            **self._client(),
        )
        _send_once(producer.client)
        let_in(producer.client, self._passwords)
        return producer

    def consumer(self, group: str | None, instance: str | None = None) -> AIOKafkaConsumer:
        """A consumer that starts at the beginning and never commits by itself.

        `instance` makes it a static member of the group: one that comes back under the same name has its
        partitions again at once. No two processes may use the same one.
        """
        consumer = AIOKafkaConsumer(
            group_id=group,
            group_instance_id=instance,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=FETCH_BYTES_MAX,
            fetch_max_wait_ms=100,
            request_timeout_ms=REQUEST_MILLISECONDS_MAX,
            session_timeout_ms=SESSION_MILLISECONDS,
            heartbeat_interval_ms=HEARTBEAT_MILLISECONDS,
            **self._client(),
        )
        let_in(consumer._client, self._passwords)  # noqa: SLF001 - no public way to it
        return consumer

    def client(self) -> AIOKafkaClient:
        """A client that sends and reads nothing: it asks what there is."""
        client = AIOKafkaClient(request_timeout_ms=REQUEST_MILLISECONDS_MAX, **self._client())
        let_in(client, self._passwords)
        return client

    async def accepted(self) -> str:
        """The password that the broker takes now, for a client that is not made here; raises what kept it from that."""
        client = self.client()
        try:
            await client.bootstrap()
        finally:
            await client.close()
        password: str = client._sasl_plain_password  # noqa: SLF001 - what it was let in with
        return password

    def _passwords(self) -> Iterator[str]:
        """The last is read again: it may have been replaced, and at the broker, too, since the first was."""
        first, before = self.password(), self.previous()
        yield first
        if before is not None:
            yield before
        if before is not None or self.password() != first:
            yield self.password()

    def _client(self) -> dict[str, object]:
        return {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": self.security,
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": self.username,
            "sasl_plain_password": self.password(),
            "ssl_context": ssl.create_default_context() if self.security.endswith("SSL") else None,
        }


class NotAnswered(KafkaError):  # type: ignore[misc]  # aiokafka carries no types
    """What was sent may have arrived or not; whoever sent it looks at the broker before it sends that again."""

    retriable = False


def _send_once(client: AIOKafkaClient) -> None:
    """Let no record be sent again over another connection: the broker may have come back with less than it had."""
    send = client.send

    async def once(node_id: int, request: "Request[Any]", **options: object) -> object:
        try:
            return await send(node_id, request, **options)
        except KafkaError as error:
            if isinstance(request, ProduceRequest):
                raise NotAnswered(str(error)) from error
            raise

    client.send = once


@lru_cache(maxsize=KEYS_REMEMBERED_MAX)
def partition_of(key: bytes) -> int:
    """The partition of a key, as every client of Kafka reckons it by default (murmur2)."""
    partition: int = _PARTITIONER(key, range(PARTITIONS), ())
    return partition


class _UnderWay(set[Any]):
    """Batches that wait for an answer: one that was given up may be taken out twice, or while it waits to be sent."""

    remove = set.discard


async def discard(producer: AIOKafkaProducer) -> None:
    """Close a producer without waiting for what it has not delivered; it may be delivered all the same.

    `stop` alone would wait for ever: an idempotent producer tries again until the broker is back.
    """
    accumulator = producer._message_accumulator  # noqa: SLF001 - no public way to give up
    accumulator._pending_batches = _UnderWay(accumulator._pending_batches)  # noqa: SLF001 - the same
    accumulator.fail_all(ProducerClosed())
    if not await _ended(producer.stop()):
        await _ended(producer.client.close())


async def leave(consumer: AIOKafkaConsumer) -> None:
    """Close a consumer, in bounded time even without a broker."""
    await _ended(consumer.stop())


async def _ended(closing: Coroutine[Any, Any, None]) -> bool:
    """Whether it ended well in time; what does not is cancelled and left to itself.

    It is not waited for: a client that is closed in the middle of its start takes the cancellation for that of its
    own tasks, and goes on waiting for a broker that is not there.
    """
    task = asyncio.ensure_future(closing)
    done, pending = await asyncio.wait({task}, timeout=CLOSE_SECONDS_MAX)
    for one in pending:
        one.cancel()
    if not done or task.cancelled():
        return False
    error = task.exception()
    if error is not None and not isinstance(error, KafkaError | TimeoutError):
        raise error
    return error is None
