"""Where relay and inbox of a database go on that is older than the broker's log, or stands before another log."""

import asyncpg
import msgspec

from audit.verify.log import Partition
from deploy.local.home import StackError
from deploy.recovery.brokers_log import WAY_OUT, BrokersLog
from deploy.recovery.lost import stored
from deploy.recovery.sent import last_up_to, of_service, reach, rising, sent
from shared.contracts.topics import topic_of
from shared.messaging.kafka import partition_of
from shared.messaging.sending import Place

_RELAY = "UPDATE delivery.relay SET position = $1, epoch = epoch + 1"
_UNKNOWN = "DELETE FROM delivery.acknowledged"
_ACKNOWLEDGED = 'INSERT INTO delivery.acknowledged (topic, partition, position, "offset") VALUES ($1, $2, $3, $4)'
_CURSORS = "SELECT topic, partition, next_offset FROM delivery.cursor"
_FROM_THE_BEGINNING = "UPDATE delivery.cursor SET next_offset = 0"
_OF_ANOTHER_LOG = """
UPDATE delivery.parked AS one SET "offset" = taken.lowest - 1 - one."offset"
FROM (
  SELECT consumer, topic, partition, least(min("offset"), 0) AS lowest FROM delivery.parked
  GROUP BY consumer, topic, partition
) AS taken
WHERE one."offset" >= 0
  AND (one.consumer, one.topic, one.partition) = (taken.consumer, taken.topic, taken.partition)
"""


class _Routing(msgspec.Struct):
    stream: str
    partitionkey: str


_ROUTING = msgspec.json.Decoder(_Routing)


async def set_places(
    connection: "asyncpg.Connection[asyncpg.Record]", service: str, log: BrokersLog, *, same: bool
) -> None:
    """Let the relay send what the broker lacks, and the inbox go on, or, before another log, hear everything anew."""
    reached = reach(log, service)
    async with connection.transaction():
        await connection.execute(_RELAY, reached)
        await connection.execute(_UNKNOWN)
        for one in of_service(log, service):
            if last := last_up_to(one, reached):
                await connection.execute(_ACKNOWLEDGED, one.topic, one.number, *last)
        if not same or await _beyond(connection, log):
            await hear_anew(connection)


async def hear_anew(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Let the inbox begin with each topic's first record; what it has heard it knows by its id and passes over.

    The cursors' rows stay: by them a redrive keeps the inbox waiting. A parked record keeps its bytes; its place
    becomes a negative one that no record of an earlier log has.
    """
    async with connection.transaction():
        await connection.execute(_FROM_THE_BEGINNING)
        await connection.execute(_OF_ANOTHER_LOG)


async def require_order(connection: "asyncpg.Connection[asyncpg.Record]", service: str, log: BrokersLog) -> None:
    """Raise `StackError` where an event that the broker lacks would come behind a later one of its partition."""
    if found := await overtaken(connection, service, log):
        raise StackError(
            f"the broker lacks event {found[0]} of {found[1]} and has later ones of its partition, so that it "
            f"would come too late; nothing was changed; {WAY_OUT}"
        )


async def overtaken(
    connection: "asyncpg.Connection[asyncpg.Record]", service: str, log: BrokersLog
) -> tuple[int, str] | None:
    """Position and topic of the first event that the broker lacks while it has a later one of its partition."""
    reached = reach(log, service)
    later = {position for position, _ in sent(log, service) if position > reached}
    ends = {(one.topic, one.number): _end(one) for one in of_service(log, service)} if later else {}
    async for first, bodies in stored(connection, reached):
        if first > max(later, default=0):
            break
        for position, body in enumerate(bodies, first):
            place = _place(service, body)
            if position not in later and position < ends.get(place, 0):
                return position, place[0]
    return None


def _end(partition: Partition) -> int:
    return max((position for position, _, _ in rising(partition)), default=0)


def _place(service: str, body: bytes) -> Place:
    found = _ROUTING.decode(body)
    return topic_of(service, found.stream), partition_of(found.partitionkey.encode())


async def _beyond(connection: "asyncpg.Connection[asyncpg.Record]", log: BrokersLog) -> bool:
    """Whether a cursor stands where the broker's log has never been."""
    ends = {(one.topic, one.number): one.position for one in log}
    rows = await connection.fetch(_CURSORS)
    return any(row["next_offset"] > ends.get((row["topic"], row["partition"]), 0) for row in rows)
