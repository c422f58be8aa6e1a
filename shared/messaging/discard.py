"""Discard: parked records are given up, on record, and what waits behind them in their streams may be redriven."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from asyncpg import Record

from shared.auditlog.canonical import JSON
from shared.contracts.access import ParkedRecordDiscarded
from shared.contracts.category import Stream
from shared.contracts.topics import ACCESS
from shared.eventstore.connections import Connection, Pool
from shared.eventstore.port import Append, Appended, Context, Idempotency, Write
from shared.eventstore.sealing import prepare
from shared.eventstore.transact import Transacted
from shared.eventstore.writer import append_under_lock
from shared.kernel.refusal import Refusal, Unknown
from shared.messaging.delivery import Delivery
from shared.messaging.ledger import Ledger
from shared.messaging.parked import Spot

RECORDS_MAX = 200
"""How many one command gives up at most; each is an event."""

_RECORD = """
SELECT topic, partition, "offset", body, source, stream, version, reason FROM delivery.parked
WHERE consumer = $1 AND topic = $2 AND partition = $3 AND "offset" = $4
"""
_EARLIER = """
SELECT count(*) FROM delivery.parked WHERE consumer = $1 AND source = $2 AND stream = $3 AND version < $4
"""
_ALIKE = """
SELECT topic, partition, "offset", body, source, stream, version, reason FROM delivery.parked AS p
WHERE consumer = $1 AND topic = $2 AND starts_with(reason, $3) AND NOT EXISTS (
  SELECT FROM delivery.parked AS e
  WHERE e.consumer = p.consumer AND e.source = p.source AND e.stream = p.stream AND e.version < p.version
) ORDER BY partition, "offset" LIMIT $4
"""
_LEFT = "SELECT count(*) FROM delivery.parked WHERE consumer = $1 AND topic = $2 AND starts_with(reason, $3)"
_REMOVE = """
DELETE FROM delivery.parked AS p USING unnest($3::integer[], $4::bigint[]) AS gone(partition, "offset")
WHERE p.consumer = $1 AND p.topic = $2 AND p.partition = gone.partition AND p."offset" = gone."offset"
"""


class NotParked(Unknown):
    """Nothing is parked in that place; perhaps it was redriven or discarded already."""

    title = "No record is parked in this place"


class EarlierIsParked(Refusal):
    """An earlier event of the same stream is parked: a stream is gone through from its beginning."""

    title = "An earlier event of this stream is parked"


@dataclass(frozen=True, slots=True)
class Alike:
    """Records of one topic whose fault begins alike."""

    topic: str
    fault: str


async def discard(
    pool: Pool,
    delivery: Delivery,
    which: Spot | Alike,
    reason: str,
    context: Context,
    idempotency: Idempotency | None = None,
) -> Transacted[None]:
    """Take records out of the parked ones and record that, in one transaction; raise a refusal.

    Of those alike the first `RECORDS_MAX`, each the first of its stream by then; the answer says how many are `left`.
    An event counts as one that took effect and changed nothing: its stream goes on behind it.
    """
    async with pool.acquire() as connection, connection.transaction():
        return await _discard(connection, delivery, which, reason, context, idempotency)


async def _discard(
    connection: Connection,
    delivery: Delivery,
    which: Spot | Alike,
    reason: str,
    context: Context,
    idempotency: Idempotency | None,
) -> Transacted[None]:
    ledger = Ledger(connection, delivery.consumer)
    await ledger.hold_topic(which.topic)
    if isinstance(which, Spot):
        rows, left = [await _first_of_its_stream(ledger, which)], 0
        await _take_out(ledger, which.topic, rows)
    else:
        rows = await _take_out_alike(ledger, which)
        left = await connection.fetchval(_LEFT, ledger.consumer, which.topic, which.fault)
    await delivery.dead_letters.forgive(connection, ledger.consumer, len(rows))
    made = tuple(_given_up(row, reason) for row in rows)
    told: dict[str, JSON] = {"records": [_told(event) for event in made], "left": left}
    kept = None if idempotency is None else replace(idempotency, response=told)
    own = Stream(ACCESS[delivery.store.service], context.actor.id, context.actor.id)
    prepared = prepare(
        Append((Write(own, None, made),), context, kept), delivery.store.service, rehearsal=delivery.rehearsal
    )
    (done,) = (await append_under_lock(connection, [prepared], look_for_written=True)).results
    if not isinstance(done, Appended):
        raise done
    return Transacted(replace(done, response={**told, **done.response}), made, None)


async def _first_of_its_stream(ledger: Ledger, spot: Spot) -> Record:
    place = (spot.topic, spot.partition, spot.offset)
    row = await ledger.connection.fetchrow(_RECORD, ledger.consumer, *place)
    if row is None:
        raise NotParked(str(spot))
    of = (row["source"], row["stream"])
    if await ledger.connection.fetchval(_EARLIER, ledger.consumer, *of, row["version"]):
        raise EarlierIsParked("/".join(of))
    return row


async def _take_out_alike(ledger: Ledger, alike: Alike) -> list[Record]:
    rows: list[Record] = []
    chosen = (ledger.consumer, alike.topic, alike.fault)
    while found := await ledger.connection.fetch(_ALIKE, *chosen, RECORDS_MAX - len(rows)):
        await _take_out(ledger, alike.topic, found)
        rows += found
    if not rows:
        raise NotParked(f"of {alike.topic} that begins its stream: {alike.fault}")
    return rows


async def _take_out(ledger: Ledger, topic: str, rows: Sequence[Record]) -> None:
    for row in rows:
        if row["stream"] is not None:
            await ledger.set_version(row["source"], row["stream"], row["version"])
    streamless = [row["partition"] for row in rows if row["stream"] is None]
    if streamless:
        await ledger.give_up(topic, streamless)
    places = ([row["partition"] for row in rows], [row["offset"] for row in rows])
    await ledger.connection.execute(_REMOVE, ledger.consumer, topic, *places)


def _given_up(row: Record, reason: str) -> ParkedRecordDiscarded:
    return ParkedRecordDiscarded(
        record=str(Spot(row["topic"], row["partition"], row["offset"])),
        sha256=sha256(row["body"]).hexdigest(),
        fault=row["reason"],
        reason=reason,
        source=row["source"],
        stream=row["stream"],
        version=row["version"],
    )


def _told(event: ParkedRecordDiscarded) -> dict[str, JSON]:
    told: dict[str, JSON] = {"record": event.record, "sha256": event.sha256}
    if event.stream is not None and event.version is not None:
        told |= {"stream": event.stream, "version": event.version}
    return told
