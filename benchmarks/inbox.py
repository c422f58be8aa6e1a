"""Foreign events into read models: the inbox's batches beside one commit for each event."""

from collections.abc import Sequence
from time import perf_counter
from uuid import UUID, uuid5

import orjson
from aiokafka import TopicPartition

from benchmarks import material
from benchmarks.figure import Figure, Figures, expect
from benchmarks.lab import Lab
from services.application.main import SERVICE
from shared.contracts.codec import decode
from shared.contracts.registration import OrganizationCertified
from shared.eventstore.connections import Pool
from shared.eventstore.postgres import PostgresEventStore
from shared.messaging.delivery import Delivery
from shared.messaging.inbox import BATCH_RECORDS_MAX
from shared.messaging.kafka import partition_of
from shared.messaging.partitions import side_by_side
from shared.messaging.record import Record
from shared.runtime.process import Heard

RECEIVER = "application"
FOREIGN_PARTITION = 1_000
"""From here on none is Kafka's: the records come from memory, so that the database alone is measured."""
GOAL = 50.0
CHECKED = UUID("6e69616e-6c75-5e6e-8000-0000000be7c4")
_SEEN = "INSERT INTO delivery.inbox (consumer, event_id) VALUES ('bench', $1)"
_DOCUMENT = """
INSERT INTO views.documents (view, key, doc) VALUES ('bench', $1, $2)
ON CONFLICT (view, key) DO UPDATE SET doc = EXCLUDED.doc
"""
_CURSOR = """
INSERT INTO delivery.cursor (consumer, topic, partition, next_offset) VALUES ('bench', 'bench', 0, $1)
ON CONFLICT (consumer, topic, partition) DO UPDATE SET next_offset = EXCLUDED.next_offset
"""
_INBOX = "SELECT count(*) FROM delivery.inbox WHERE consumer = $1"
_DOCUMENTS = "SELECT count(*) FROM views.documents WHERE view = $1"


async def measure(lab: Lab) -> Figures:
    """Events a second, partitions side by side as the inbox applies them.

    Every third event changes a document of the receiver, in the baseline as in ours.
    """
    organizations = 2_000 if lab.quick else 10_000
    lab.tell("making records")
    records = _records(organizations)
    few = records[: 1_000 if lab.quick else 3_000]
    async with lab.pool(RECEIVER) as pool:
        lab.tell("one commit for each event")
        plain = await _one_by_one(pool, few)
        lab.tell("batches")
        ours = await _batches(pool, records, organizations)
    return [Figure("inbox, batches", plain, ours, "events/s", GOAL, against="one commit per event")]


def _records(organizations: int) -> list[Record]:
    sealed = (row for _, row in material.log(organizations * material.EVENTS_EACH, organizations))
    records = []
    for offset, row in enumerate(sealed):
        body = row.body.replace(row.event_id.encode(), str(uuid5(CHECKED, row.event_id)).encode())
        key = row.stream.partition("-")[2].encode()
        records.append(Record(material.TOPIC, FOREIGN_PARTITION, offset, key, body))
    return records


async def _one_by_one(pool: Pool, records: Sequence[Record]) -> float:
    projected = 0
    started = perf_counter()
    for record in records:
        recorded = decode(record.value or b"")
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(_SEEN, UUID(recorded.envelope.id))
            if record.offset % material.EVENTS_EACH == 0:
                doc = orjson.dumps({"at": recorded.envelope.time, "stream": recorded.envelope.stream}).decode()
                await connection.execute(_DOCUMENT, recorded.envelope.stream, doc)
                projected += 1
            await connection.execute(_CURSOR, record.offset + 1)
    taken = perf_counter() - started
    expect("events seen one by one", await pool.fetchval(_INBOX, "bench"), len(records))
    expect("documents one by one", await pool.fetchval(_DOCUMENTS, "bench"), projected)
    return len(records) / taken


async def _batches(pool: Pool, records: Sequence[Record], organizations: int) -> float:
    delivery = Delivery(PostgresEventStore(pool, RECEIVER), Heard(SERVICE), rehearsal=False)
    seen = await pool.fetchval(_INBOX, delivery.consumer)
    before, handled = await _certified(pool, records), 0

    async def apply(_partition: TopicPartition, mine: Sequence[Record]) -> None:
        nonlocal handled
        for first in range(0, len(mine), BATCH_RECORDS_MAX):
            async with pool.acquire() as connection, connection.transaction():
                applied = await delivery.apply(connection, mine[first : first + BATCH_RECORDS_MAX])
            handled += applied.handled

    polled = _by_partition(records)
    started = perf_counter()
    await side_by_side(apply, polled)
    taken = perf_counter() - started
    expect("events handled", handled, len(records))
    expect("events seen", await pool.fetchval(_INBOX, delivery.consumer) - seen, len(records))
    expect("documents", await _certified(pool, records) - before, organizations)
    return len(records) / taken


def _by_partition(records: Sequence[Record]) -> dict[TopicPartition, list[Record]]:
    """As Kafka would have them: a stream never spreads over partitions, and each counts its own offsets."""
    found: dict[TopicPartition, list[Record]] = {}
    for record in records:
        partition = FOREIGN_PARTITION + partition_of(record.key or b"")
        mine = found.setdefault(TopicPartition(record.topic, partition), [])
        mine.append(record._replace(partition=partition, offset=len(mine)))
    return found


async def _certified(pool: Pool, records: Sequence[Record]) -> int:
    """How many of the organizations that the records certify have a document."""
    events = (decode(record.value or b"").event for record in records)
    keys = [event.organization for event in events if isinstance(event, OrganizationCertified)]
    found: int = await pool.fetchval(
        "SELECT count(*) FROM views.documents WHERE view = 'organizations' AND key = ANY ($1)", keys
    )
    return found
