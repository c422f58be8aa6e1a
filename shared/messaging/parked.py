"""What is parked: streams that wait, records of no stream, and each record by itself, page by page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shared.eventstore.connections import Pool
from shared.messaging.delivery import Delivery

_STREAMS = """
SELECT source, stream, count(*)::int AS events, min(version) AS first,
       (array_agg(reason ORDER BY version))[1] AS reason
FROM delivery.parked WHERE consumer = $1 AND stream IS NOT NULL GROUP BY source, stream ORDER BY min(parked_at)
"""
_STREAMLESS = """
SELECT topic, count(*)::int AS records, min(reason) AS reason
FROM delivery.parked WHERE consumer = $1 AND stream IS NULL
GROUP BY topic, split_part(reason, ':', 1) ORDER BY min(parked_at)
"""
_RECORDS = """
SELECT topic || '/' || partition || '@' || "offset" AS record, source, stream, version,
       octet_length(body) AS bytes, encode(sha256(body), 'hex') AS sha256, reason
FROM delivery.parked WHERE consumer = $1 AND starts_with(topic, $2) AND starts_with(reason, $3)
  AND (topic, partition, "offset") > ($4, $5, $6)
ORDER BY topic, partition, "offset" LIMIT $7
"""
_COUNT = """
SELECT count(*) FROM delivery.parked WHERE consumer = $1 AND starts_with(topic, $2) AND starts_with(reason, $3)
  AND (topic, partition, "offset") > ($4, $5, $6)
"""
RECORDS_MAX = 1_000
TOPIC = r"[a-z0-9.]{1,249}"
RECORD = rf"{TOPIC}/[0-9]{{1,5}}@-?[0-9]{{1,18}}"
"""How a spot is written: `topic/partition@offset`."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a record stood in Kafka."""

    topic: str
    partition: int
    offset: int

    @classmethod
    def of(cls, text: str) -> "Spot":
        """The spot that `str` gave this text; raise `ValueError` for another."""
        if not re.fullmatch(RECORD, text):
            raise ValueError(text)
        topic, _, rest = text.partition("/")
        partition, _, offset = rest.partition("@")
        return cls(topic, int(partition), int(offset))

    def __str__(self) -> str:
        """For people: `topic/partition@offset`."""
        return f"{self.topic}/{self.partition}@{self.offset}"


FIRST = Spot("", 0, 0)
"""Before every record."""


@dataclass(frozen=True, slots=True)
class ParkedStream:
    """A stream that waits behind a parked event: how many wait, from which version on, and why the first does."""

    source: str
    stream: str
    events: int
    first: int
    reason: str


@dataclass(frozen=True, slots=True)
class Streamless:
    """Records of one topic of which no stream is known, for the same kind of reason."""

    topic: str
    records: int
    reason: str


@dataclass(frozen=True, slots=True)
class ParkedRecord:
    """One record that waits: where it is, what can be said of it, and why it waits; nothing of what it says."""

    record: str
    source: str | None
    stream: str | None
    version: int | None
    bytes: int
    sha256: str
    reason: str


@dataclass(frozen=True, slots=True)
class ParkedPage:
    """Records by topic, partition and offset, `RECORDS_MAX` at most, and how many more follow."""

    records: Sequence[ParkedRecord]
    more: int


async def parked_page(
    pool: Pool, delivery: Delivery, topic: str = "", fault: str = "", after: Spot = FIRST
) -> ParkedPage:
    """The records that follow the one at `after`, of topics and for reasons that begin so."""
    asked = (delivery.consumer, topic, fault, after.topic, after.partition, after.offset)
    rows = await pool.fetch(_RECORDS, *asked, RECORDS_MAX)
    matching = await pool.fetchval(_COUNT, *asked)
    return ParkedPage([ParkedRecord(**dict(row)) for row in rows], max(0, matching - len(rows)))


async def parked_streamless(pool: Pool, delivery: Delivery) -> Sequence[Streamless]:
    """What is parked beyond the streams, the kind that waits longest first."""
    return [Streamless(**dict(row)) for row in await pool.fetch(_STREAMLESS, delivery.consumer)]


async def parked_streams(pool: Pool, delivery: Delivery) -> Sequence[ParkedStream]:
    """All streams with parked events, the one that waits longest first."""
    return [ParkedStream(**dict(row)) for row in await pool.fetch(_STREAMS, delivery.consumer)]
