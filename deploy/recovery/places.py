"""Where relay and inbox of a database go on that is older than the broker's log, or stands before another log."""

import asyncpg

from deploy.recovery.brokers_log import BrokersLog
from deploy.recovery.sent import reach

_RELAY = "UPDATE delivery.relay SET position = $1, epoch = epoch + 1"
_CURSORS = "SELECT topic, partition, next_offset FROM delivery.cursor"
_FORGET = "DELETE FROM delivery.cursor"
_OF_ANOTHER_LOG = 'UPDATE delivery.parked SET "offset" = -1 - "offset" WHERE "offset" >= 0'


async def set_places(
    connection: "asyncpg.Connection[asyncpg.Record]", service: str, log: BrokersLog, *, same: bool
) -> None:
    """Let the relay send what the broker lacks, and the inbox go on, or, before another log, begin anew.

    What it hears again is known by its id and passed over. A parked record keeps its bytes; its place in a log
    that is gone becomes negative, so that it is nobody else's.
    """
    async with connection.transaction():
        await connection.execute(_RELAY, reach(log, service))
        if not same or await _beyond(connection, log):
            await connection.execute(_FORGET)
            await connection.execute(_OF_ANOTHER_LOG)


async def _beyond(connection: "asyncpg.Connection[asyncpg.Record]", log: BrokersLog) -> bool:
    """Whether a cursor stands where the broker's log has never been."""
    ends = {(one.topic, one.number): one.position for one in log}
    rows = await connection.fetch(_CURSORS)
    return any(row["next_offset"] > ends.get((row["topic"], row["partition"]), 0) for row in rows)
