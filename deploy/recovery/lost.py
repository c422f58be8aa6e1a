"""What a database has lost and the broker still has: found, and brought back byte for byte, as the chain proves."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import asyncpg
import msgspec

from deploy.local.home import StackError
from deploy.recovery.sent import Forked, Sent
from shared.auditlog.canonical import sha256_hex
from shared.auditlog.chain import ChainBroken, Head, follow
from shared.contracts.envelope import Envelope
from shared.kernel.instants import Instant, to_datetime

EVENTS_AT_ONCE = 500

_HEAD = "SELECT position, hash FROM log.log_head"
_STORED = "SELECT position, body FROM log.events WHERE position > $1 ORDER BY position LIMIT $2"
_PUT = """
INSERT INTO log.events (position, event_id, stream, version, type, recorded_at, body)
SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::integer[], $5::text[], $6::timestamptz[], $7::bytea[])
"""
_MOVE = "UPDATE log.log_head SET position = $1, hash = $2"
_ENVELOPE = msgspec.json.Decoder(Envelope)


@dataclass(slots=True)
class Found:
    """A database's log beside what was sent of it."""

    service: str
    stored: int
    """Events in the database."""
    sent: int
    """Events that broker or backup have."""
    missing: int
    """Events that were sent and follow the database's last."""
    lacking: int = 0
    """Events that the relay sent and the broker does not have."""
    overtaken: bool = False
    """Whether the broker has a later event of a partition than one that it lacks of it."""


async def compare(connection: "asyncpg.Connection[asyncpg.Record]", service: str, events: Sent) -> Found:
    """Follow the database's chain beside what was sent; raise `Forked`, or `StackError` where one has a hole."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        head, seen, rest = await _beside(connection, service, events)
    missing = sum(1 for _ in _following(service, head, rest))
    return Found(service, head.position, seen + missing, missing)


async def bring_back(connection: "asyncpg.Connection[asyncpg.Record]", service: str, events: Sent) -> Found:
    """Append what is missing, all of it or, when this raises what `compare` raises, nothing."""
    async with connection.transaction():
        head, seen, rest = await _beside(connection, service, events)
        stored, missing, following = head.position, 0, _following(service, head, rest)
        while rows := list(islice(following, EVENTS_AT_ONCE)):
            await _put(connection, stored + missing, rows)
            missing += len(rows)
        return Found(service, stored, seen + missing, missing)


async def _beside(
    connection: "asyncpg.Connection[asyncpg.Record]", service: str, events: Sent
) -> tuple[Head, int, Sent]:
    """The database's head, how many of its events were sent, and what was sent after them."""
    head, seen, following = Head(), 0, next(events, None)
    async for _, bodies in stored(connection):
        first = head.position + 1
        try:
            head = follow(head, bodies)
        except ChainBroken as error:
            raise StackError(
                f"the log in the database of {service} is broken at {error}; nothing was changed"
            ) from error
        while following is not None and following[0] <= head.position:
            if bodies[following[0] - first] != following[1]:
                raise Forked(service, following[0], "its database has other bytes there than were sent")
            seen, following = seen + 1, next(events, None)
    row = await connection.fetchrow(_HEAD)
    if row is None or (row["position"], row["hash"]) != (head.position, head.hash):
        raise _untrue(service, "does not end where its head says")
    return head, seen, events if following is None else chain((following,), events)


def _untrue(service: str, what: str) -> StackError:
    return StackError(f"the log in the database of {service} {what}; nothing was changed")


async def stored(
    connection: "asyncpg.Connection[asyncpg.Record]", after: int = 0
) -> AsyncIterator[tuple[int, Sequence[bytes]]]:
    """The database's events behind a position, some at a time, each time with the first one's position."""
    while rows := await connection.fetch(_STORED, after, EVENTS_AT_ONCE):
        yield rows[0]["position"], [row["body"] for row in rows]
        after = rows[-1]["position"]


def _following(service: str, head: Head, events: Sent) -> Iterator[bytes]:
    """The events after the database's last, as long as each follows the one before."""
    for position, body in events:
        if position != head.position + 1:
            lost = f"event {head.position + 1} of {service} is neither in its database nor anywhere it was sent to"
            raise StackError(f"{lost}, and event {position} rests on it; nothing was changed")
        try:
            head = follow(head, (body,))
        except ChainBroken as error:
            where = "what was sent there does not follow the last event of its database"
            raise Forked(service, position, where) from error
        yield body


async def _put(connection: "asyncpg.Connection[asyncpg.Record]", after: int, bodies: Sequence[bytes]) -> None:
    envelopes = [_ENVELOPE.decode(body) for body in bodies]
    await connection.execute(
        _PUT,
        list(range(after + 1, after + 1 + len(bodies))),
        [one.id for one in envelopes],
        [one.stream for one in envelopes],
        [one.streamversion for one in envelopes],
        [one.type for one in envelopes],
        [to_datetime(Instant(one.time)) for one in envelopes],
        list(bodies),
    )
    await connection.execute(_MOVE, after + len(bodies), sha256_hex(bodies[-1]))
