"""What a restored log names and nobody has: files, and personal values whose vault was lost after its backup."""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import asyncpg
import msgspec

from shared.contracts.access import PersonalDataErased
from shared.contracts.beside import FILES, VALUES, named
from shared.contracts.envelope import Envelope

AT_ONCE = 500
_EVENTS = """
SELECT position, body FROM log.events WHERE position > $1 AND type = ANY($2::text[]) ORDER BY position LIMIT $3
"""
_KEPT = "SELECT commitment FROM vault.secrets WHERE commitment = ANY($1::text[])"
_ENVELOPE = msgspec.json.Decoder(Envelope)


@dataclass(frozen=True, slots=True)
class Missing:
    """One file, or what one event says of a person."""

    service: str
    what: str
    """A file's SHA-256, or the stream of the subject."""
    event: str
    """The type of the event that names it, the first for a file."""
    position: int
    """In the service's log."""


async def missing_files(
    connection: "asyncpg.Connection[asyncpg.Record]", service: str, there: Collection[str]
) -> Sequence[Missing]:
    """The files that the log names and that are not `there`, each once."""
    found: dict[str, Missing] = {}
    async for position, one in _events(connection, 0, FILES):
        for sha256 in _named(one, FILES):
            if sha256 not in there:
                found.setdefault(sha256, Missing(service, sha256, one.type, position))
    return list(found.values())


async def missing_values(
    connection: "asyncpg.Connection[asyncpg.Record]", service: str, after: int
) -> Sequence[Missing]:
    """The events behind `after` whose values the vault lacks, but for those whose subject was erased since."""
    erased = [one async for one in _erased(connection, after)]
    found = []
    async for position, one in _events(connection, after, VALUES):
        wanted = set(_named(one, VALUES))
        kept = {row["commitment"] for row in await connection.fetch(_KEPT, list(wanted))}
        if wanted - kept and not any(order > position and _is_about(one, subject) for order, subject in erased):
            found.append(Missing(service, one.stream, one.type, position))
    return found


async def _erased(connection: "asyncpg.Connection[asyncpg.Record]", after: int) -> AsyncIterator[tuple[int, str]]:
    async for position, one in _events(connection, after, {PersonalDataErased.TYPE: ()}):
        yield position, msgspec.json.decode(one.data, type=PersonalDataErased).subject


def _is_about(one: Envelope, subject: str) -> bool:
    return subject == one.partitionkey or one.stream.endswith(subject)


def _named(one: Envelope, members: Mapping[str, Sequence[str]]) -> Iterator[str]:
    data = msgspec.json.decode(one.data)
    return chain.from_iterable(named(data, path) for path in members[one.type])


async def _events(
    connection: "asyncpg.Connection[asyncpg.Record]", after: int, types: Mapping[str, Sequence[str]]
) -> AsyncIterator[tuple[int, Envelope]]:
    while rows := await connection.fetch(_EVENTS, after, list(types), AT_ONCE):
        for row in rows:
            yield row["position"], _ENVELOPE.decode(row["body"])
        after = rows[-1]["position"]
