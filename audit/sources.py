"""Kafka as an auditor reads it: with an account that may only read, into a scratch folder, never into memory whole."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import SEEK_END, BytesIO
from os import pread
from pathlib import Path
from struct import Struct
from typing import IO, Literal

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

START_SECONDS_MAX = 20.0
SILENT_SECONDS_MAX = 60
"""Without a single record for so long, a broker that promised more is given up."""
RECORDS_AT_ONCE = 2_000
FETCH_BYTES_MAX = 2 * 1024 * 1024
HEADER = Struct(">QiI")
ABSENT = -1
BLOCK_BYTES = 64 * 1024
"""So much of each partition is in memory at a time, and one record more."""
logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
"""While brokers come back the client tells so again and again; what is to be known `SourceUnreachable` says once."""


class SourceUnreachable(Exception):
    """There is nothing to audit from; the message is one clear line."""


class _Sasl(msgspec.Struct):
    mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]
    username: str
    password: str
    previous: str | None = None


class _Kafka(msgspec.Struct):
    bootstrap: str
    sasl: _Sasl
    security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "SASL_PLAINTEXT"


class _RunFile(msgspec.Struct):
    kafka: _Kafka
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Broker:
    """What a run file says of Kafka."""

    bootstrap: str
    mechanism: str
    username: str
    password: str
    security: str
    topics: tuple[str, ...]
    previous: str | None = None
    """The password before, while that is being replaced."""


def broker_of(run_file: Path) -> Broker:
    """Read `.nianlun/run.json` or a file like it; raise `SourceUnreachable`."""
    try:
        content = msgspec.json.decode(run_file.read_bytes(), type=_RunFile)
    except FileNotFoundError as error:
        raise SourceUnreachable(f"{run_file} is not there: no stack is up here (or give --archive)") from error
    except (OSError, ValueError, msgspec.DecodeError, RecursionError) as error:
        raise SourceUnreachable(f"{run_file} is damaged: {type(error).__name__} {error}") from error
    kafka, sasl = content.kafka, content.kafka.sasl
    return Broker(
        kafka.bootstrap, sasl.mechanism, sasl.username, sasl.password, kafka.security, content.topics, sasl.previous
    )


class Spool:
    """One partition's records, in the order of their offsets, in blocks of a scratch file that all partitions share."""

    def __init__(self, scratch: IO[bytes], topic: str, number: int) -> None:
        self.topic, self.number = topic, number
        self.position = 0
        """The next offset to read, behind the last record or the mark of a transaction, which is none."""
        self._scratch = scratch
        self._blocks: list[tuple[int, int]] = []
        """Where each is, and how many bytes."""

    def append(self, records: "list[tuple[int, bytes | None, bytes | None]]") -> None:
        """Add records that follow those before."""
        block = bytearray()
        for offset, key, value in records:
            sizes = (ABSENT if key is None else len(key), len(value or b""))
            block += HEADER.pack(offset, *sizes) + (key or b"") + (value or b"")
            if len(block) >= BLOCK_BYTES:
                self._write(block)
                block = bytearray()
        if block:
            self._write(block)

    def read(self) -> Iterator[tuple[int, bytes | None, bytes | None]]:
        """Every record from the beginning."""
        for place, size in self._blocks:
            block = BytesIO(pread(self._scratch.fileno(), size, place))
            while header := block.read(HEADER.size):
                offset, key_bytes, value_bytes = HEADER.unpack(header)
                yield offset, _key(block, key_bytes), block.read(value_bytes)

    def _write(self, block: bytearray) -> None:
        self._blocks.append((self._scratch.seek(0, SEEK_END), len(block)))
        self._scratch.write(block)
        self._scratch.flush()


class Topics:
    """A run's topics on a live broker, read on as far as they reach."""

    def __init__(self, consumer: AIOKafkaConsumer, spools: dict[TopicPartition, Spool]) -> None:
        self._consumer, self._spools = consumer, spools

    @property
    def partitions(self) -> tuple[Spool, ...]:
        """What was read so far."""
        return tuple(self._spools.values())

    async def read_on(self) -> None:
        """Read up to the ends as they are now; raise `SourceUnreachable` when the broker does not give them."""
        try:
            ends = await self._consumer.end_offsets(list(self._spools))
            silent_seconds = 0
            while open_ones := [place for place, end in ends.items() if self._spools[place].position < end]:
                batch = await self._consumer.getmany(*open_ones, timeout_ms=1000, max_records=RECORDS_AT_ONCE)
                silent_seconds = 0 if batch else silent_seconds + 1
                if silent_seconds > SILENT_SECONDS_MAX:
                    raise SourceUnreachable(f"{open_ones[0].topic} ends at {ends[open_ones[0]]} but is not given")
                for place, records in batch.items():
                    self._spools[place].append([(one.offset, one.key, one.value) for one in records])
                for place in open_ones:
                    self._spools[place].position = await self._consumer.position(place)
        except KafkaError as error:
            raise SourceUnreachable(f"Kafka does not answer: {error}") from error


@asynccontextmanager
async def live(broker: Broker, scratch: IO[bytes]) -> AsyncIterator[Topics]:
    """Every partition of the run's topics, to be read from its first record; raise `SourceUnreachable`.

    What is read is in `scratch`, and there as long as that is open.
    """
    try:
        consumer = await _started(broker, broker.password)
    except SourceUnreachable:
        if broker.previous is None:
            raise
        consumer = await _started(broker, broker.previous)
    try:
        places = sorted(consumer.assignment())
        yield Topics(consumer, {place: Spool(scratch, place.topic, place.partition) for place in places})
    finally:
        await consumer.stop()


async def _started(broker: Broker, password: str) -> AIOKafkaConsumer:
    consumer = AIOKafkaConsumer(
        *broker.topics,
        bootstrap_servers=broker.bootstrap,
        security_protocol=broker.security,
        sasl_mechanism=broker.mechanism,
        sasl_plain_username=broker.username,
        sasl_plain_password=password,
        ssl_context=ssl.create_default_context() if broker.security.endswith("SSL") else None,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=100,
        max_partition_fetch_bytes=FETCH_BYTES_MAX,
    )
    try:
        await asyncio.wait_for(consumer.start(), START_SECONDS_MAX)
    except (KafkaError, OSError, TimeoutError, ValueError, OverflowError) as error:
        await consumer.stop()
        raise SourceUnreachable(f"Kafka at {broker.bootstrap} does not answer: {error or 'in time'}") from error
    return consumer


def _key(file: BytesIO, size: int) -> bytes:
    return b"" if size == ABSENT else file.read(size)
