"""Redrive: parked events of a stream are handled after all, in their order, each exactly once."""

from shared.eventstore.connections import Connection, Pool
from shared.eventstore.documents import UnitOfWork
from shared.messaging.delivery import Delivery, Stopped
from shared.messaging.failures import StreamHasAHole, reason
from shared.messaging.ledger import Ledger
from shared.messaging.parked import parked_streams
from shared.messaging.reactions import ReactionRefused, Reactions
from shared.messaging.record import Record, Unreadable, read

_ROWS = """
SELECT topic, partition, "offset", key, body, version FROM delivery.parked
WHERE consumer = $1 AND source = $2 AND stream = $3 ORDER BY version FOR UPDATE
"""
_REMOVE = "DELETE FROM delivery.parked WHERE consumer = $1 AND source = $2 AND stream = $3 AND version <= $4"


class StillUnreadable(Exception):
    """A parked record is as unreadable as it was."""


async def redrive_all(pool: Pool, delivery: Delivery) -> tuple[int, dict[str, str]]:
    """Redrive every parked stream; returns how many events were handled, and why which streams stay parked."""
    handled, failed = 0, {}
    for parked in await parked_streams(pool, delivery):
        try:
            handled += await redrive(pool, delivery, parked.source, parked.stream)
        except Exception as error:  # noqa: BLE001 - one stream that fails again does not keep the others back
            failed[f"{parked.source}/{parked.stream}"] = reason(error)
    return handled, failed


async def redrive(pool: Pool, delivery: Delivery, source: str, stream: str) -> int:
    """Handle what is parked of `stream`; all or nothing, so that a later event never overtakes an earlier one.

    Returns how many events were handled. Raises `StreamHasAHole`, `StillUnreadable` or what the handler or
    an append raises, and then everything stays parked.
    """
    async with pool.acquire() as connection, connection.transaction():
        try:
            return await _redrive(connection, delivery, source, stream)
        except Stopped as stopped:
            raise stopped.cause from stopped
        except ReactionRefused as refused:
            raise refused.cause from refused


async def _redrive(connection: Connection, delivery: Delivery, source: str, stream: str) -> int:
    ledger = Ledger(connection, delivery.consumer)
    version = await ledger.hold(source, stream)
    rows = await connection.fetch(_ROWS, delivery.consumer, source, stream)
    if not rows:
        return 0
    await delivery.given_up.learn(connection)
    documents = UnitOfWork(connection)
    reactions = Reactions(connection, documents, delivery.store.service, delivery.rehearsal)
    for index, row in enumerate(rows):
        if row["version"] != version + 1 + index:
            raise StreamHasAHole(f"{stream}: version {version + 1 + index} is neither handled nor parked")
        record = Record(row["topic"], row["partition"], row["offset"], row["key"], row["body"])
        item = read(record, rehearsal=delivery.rehearsal)
        if isinstance(item, Unreadable):
            raise StillUnreadable(f"{record}: {item.reason}")
        await delivery.handle(documents, reactions, index, item.recorded)
    await documents.flush()
    reached = version + len(rows)
    await ledger.set_version(source, stream, reached)
    await connection.execute(_REMOVE, delivery.consumer, source, stream, reached)
    await delivery.dead_letters.forgive(connection, delivery.consumer, 1)
    await reactions.write()
    return len(rows)
