"""What lies on a service's topics and is in no database: told record by record, left out on a person's word."""

from base64 import b64encode
from collections.abc import Collection, Sequence
from itertools import islice

import asyncpg

from audit.verify.log import Partition
from deploy.local.home import Home, StackError, write_json
from deploy.recovery.sent import Excerpt, of_service
from shared.messaging.parked import Spot
from shared.messaging.record import Record, position_in

RECORDS_AT_ONCE = 500
FOLDER = "left-out"
"""In the home: a file for each record that was left out."""

_BODIES = "SELECT position, body FROM log.events WHERE position = ANY ($1::bigint[])"


async def unrecorded(
    connection: "asyncpg.Connection[asyncpg.Record]", service: str, log: Sequence[Partition]
) -> list[Record]:
    """The records of a service's topics that are not, byte for byte, an event of its database."""
    found: list[Record] = []
    for one in of_service(log, service):
        records = (Record(one.topic, one.number, *record) for record in one.read())
        while some := list(islice(records, RECORDS_AT_ONCE)):
            places = [position_in(record.topic, record.value) for record in some]
            rows = await connection.fetch(_BODIES, [place for place in places if place is not None])
            bodies: dict[int | None, bytes] = {row["position"]: row["body"] for row in rows}
            found += [record for record, place in zip(some, places, strict=True) if bodies.get(place) != record.value]
    return found


def leave_out(home: Home, log: Sequence[Partition], spots: Collection[Spot]) -> Sequence[Partition]:
    """The partitions without these records, which the home keeps; raise `StackError` where one is not there."""
    kept = home.root / FOLDER
    for spot in spots:
        record = _record(log, spot)
        kept.mkdir(mode=0o700, exist_ok=True)
        key, value = (b64encode(content or b"").decode() for content in (record.key, record.value))
        name = f"{spot.topic}-{spot.partition}-{spot.offset}.json"
        write_json(kept / name, {"record": str(spot), "key": key, "value": value}, 0o600)
    places = [(spot.topic, spot.partition, spot.offset) for spot in spots]
    return [_rest(one, {at for *place, at in places if place == [one.topic, one.number]}) for one in log]


def _rest(whole: Partition, without: Collection[int]) -> Partition:
    """The records but those at some offsets."""
    return Excerpt(whole, lambda records: (record for record in records if record[0] not in without))


def _record(log: Sequence[Partition], spot: Spot) -> Record:
    for one in log:
        if (one.topic, one.number) == (spot.topic, spot.partition):
            for record in one.read():
                if record[0] == spot.offset:
                    return Record(one.topic, one.number, *record)
    raise StackError(f"there is no record {spot}; nothing was changed")
