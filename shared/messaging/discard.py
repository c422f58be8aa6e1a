"""Discard: a parked record is given up, on record, and what waits behind it in its stream may be redriven."""

from dataclasses import dataclass
from hashlib import sha256

from shared.contracts.access import ParkedRecordDiscarded
from shared.contracts.category import Stream
from shared.contracts.topics import ACCESS
from shared.eventstore.connections import Pool
from shared.eventstore.port import Append, Context, Write
from shared.eventstore.sealing import prepare
from shared.eventstore.writer import append_under_lock
from shared.kernel.refusal import Refusal, Unknown
from shared.messaging.delivery import Delivery
from shared.messaging.ledger import Ledger

_RECORD = """
SELECT body, source, stream, version, reason FROM delivery.parked
WHERE consumer = $1 AND topic = $2 AND partition = $3 AND "offset" = $4
"""
_EARLIER = """
SELECT count(*) FROM delivery.parked WHERE consumer = $1 AND source = $2 AND stream = $3 AND version < $4
"""
_REMOVE = 'DELETE FROM delivery.parked WHERE consumer = $1 AND topic = $2 AND partition = $3 AND "offset" = $4'


class NotParked(Unknown):
    """Nothing is parked in that place; perhaps it was redriven or discarded already."""

    title = "No record is parked in this place"


class EarlierIsParked(Refusal):
    """An earlier event of the same stream is parked: a stream is gone through from its beginning."""

    title = "An earlier event of this stream is parked"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a record stood in Kafka."""

    topic: str
    partition: int
    offset: int

    @classmethod
    def of(cls, text: str) -> "Spot":
        """The spot that `str` gave this text."""
        topic, _, rest = text.partition("/")
        partition, _, offset = rest.partition("@")
        return cls(topic, int(partition), int(offset))

    def __str__(self) -> str:
        """For people: `topic/partition@offset`."""
        return f"{self.topic}/{self.partition}@{self.offset}"


async def discard(pool: Pool, delivery: Delivery, spot: Spot, reason: str, context: Context) -> ParkedRecordDiscarded:
    """Take the record out of the parked ones and record that, in one transaction; raise a refusal.

    The event counts as one that took effect and changed nothing: its stream goes on behind it.
    """
    async with pool.acquire() as connection, connection.transaction():
        ledger, place = Ledger(connection, delivery.consumer), (spot.topic, spot.partition, spot.offset)
        row = await connection.fetchrow(_RECORD, delivery.consumer, *place)
        if row is None:
            raise NotParked(str(spot))
        source, stream, version = row["source"], row["stream"], row["version"]
        if stream is not None:
            await ledger.hold(source, stream)
            if await connection.fetchval(_EARLIER, delivery.consumer, source, stream, version):
                raise EarlierIsParked(f"{source}/{stream}")
            await ledger.set_version(source, stream, version)
        if await connection.execute(_REMOVE, delivery.consumer, *place) != "DELETE 1":
            raise NotParked(str(spot))
        await delivery.dead_letters.forgive(connection, delivery.consumer, 1)
        made = ParkedRecordDiscarded(
            record=str(spot),
            sha256=sha256(row["body"]).hexdigest(),
            fault=row["reason"],
            reason=reason,
            source=source,
            stream=stream,
            version=version,
        )
        own = Stream(ACCESS[delivery.store.service], context.actor.id, context.actor.id)
        append = Append((Write(own, None, (made,)),), context)
        prepared = prepare(append, delivery.store.service, rehearsal=delivery.rehearsal)
        await append_under_lock(connection, [prepared], look_for_written=True)
    return made
