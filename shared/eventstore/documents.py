"""Read models as documents: a view, a key and a JSON object, with PostgreSQL and memory behind one port."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import orjson

from shared.auditlog.canonical import JSON
from shared.eventstore.connections import Connection, Pool

Document: TypeAlias = Mapping[str, JSON]
Key: TypeAlias = tuple[str, str]

_GET = "SELECT doc FROM {table} WHERE view = {asked} AND key = $2"
_FIND = """
SELECT key, doc FROM {table}
WHERE view = {asked} AND key > $3 AND doc @> $2::jsonb ORDER BY key LIMIT $4
"""
_PUT = """
INSERT INTO {table} (view, key, doc)
SELECT {each}, n.key, n.doc FROM unnest($1::text[], $2::text[], $3::jsonb[]) AS n(view, key, doc)
ON CONFLICT (view, key) DO UPDATE SET doc = EXCLUDED.doc
"""
_ALONE = "SELECT FROM views.projection WHERE name = 'own' FOR UPDATE"
_REMOVE = """
DELETE FROM {table} d USING unnest($1::text[], $2::text[]) AS n(view, key)
WHERE d.view = {each} AND d.key = n.key
"""
READ_PLACE = "coalesce((SELECT place FROM views.places l WHERE l.view = {view}), {view})"
"""Under which name the documents that are read lie, of the view that an expression gives."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of documents, and what is asked of it."""

    get: str
    find: str
    put: str
    remove: str

    @classmethod
    def named(cls, name: str, place: str = "{view}") -> "Table":
        """The statements on the table of this name, in which `place` says under which name a view's documents lie."""
        words = {"table": name, "asked": place.format(view="$1"), "each": place.format(view="n.view")}
        return cls(*(text.format(**words) for text in (_GET, _FIND, _PUT, _REMOVE)))


READ = Table.named("views.documents", READ_PLACE)
"""What questions are asked of."""


class Reads(Protocol):
    """What a question may ask of the read models."""

    async def get(self, view: str, key: str) -> Document | None:
        """The document, or None."""
        ...

    async def find(
        self, view: str, where: Mapping[str, str | int | bool] | None = None, *, after: str = "", limit: int = 1000
    ) -> Sequence[Document]:
        """Documents whose top-level members equal `where`, ordered by key, at most `limit` beyond `after`."""
        ...


class Documents(Reads, Protocol):
    """What a projection may change; it sees its own changes, and all become visible together or not at all."""

    async def put(self, view: str, key: str, doc: Document) -> None:
        """Write or replace a document; members must be JSON, and no text may hold U+0000."""
        ...

    async def remove(self, view: str, key: str) -> None:
        """Remove a document; nothing happens where there is none."""
        ...


class MemoryDocuments:
    """Documents in a dictionary."""

    def __init__(self) -> None:
        self._views: dict[Key, Document] = {}

    async def get(self, view: str, key: str) -> Document | None:
        """See `Reads.get`."""
        doc = self._views.get((view, key))
        return None if doc is None else _copy(doc)

    async def find(
        self, view: str, where: Mapping[str, str | int | bool] | None = None, *, after: str = "", limit: int = 1000
    ) -> Sequence[Document]:
        """See `Reads.find`."""
        keys = sorted(
            key for (of, key), doc in self._views.items() if of == view and key > after and matches(doc, where or {})
        )
        return tuple(_copy(self._views[view, key]) for key in keys[:limit])

    async def put(self, view: str, key: str, doc: Document) -> None:
        """See `Documents.put`."""
        self._views[view, key] = _copy(doc)

    async def remove(self, view: str, key: str) -> None:
        """See `Documents.remove`."""
        self._views.pop((view, key), None)


class PoolReads:
    """Questions to PostgreSQL, each on a connection of its own."""

    def __init__(self, pool: Pool, table: Table = READ) -> None:
        self._pool, self._table = pool, table

    async def get(self, view: str, key: str) -> Document | None:
        """See `Reads.get`."""
        doc = await self._pool.fetchval(self._table.get, view, key)
        return None if doc is None else orjson.loads(doc)

    async def find(
        self, view: str, where: Mapping[str, str | int | bool] | None = None, *, after: str = "", limit: int = 1000
    ) -> Sequence[Document]:
        """See `Reads.find`."""
        rows = await self._pool.fetch(self._table.find, view, orjson.dumps(where or {}).decode(), after, limit)
        return tuple(orjson.loads(row["doc"]) for row in rows)


class UnitOfWork:
    """Documents within one transaction: changes are kept until `flush`, which writes them in one statement.

    Projector and inbox may change the same document, each from what it read. So from its first question to its
    commit a unit of work keeps all others of the service waiting, by the lock on the projections' common row; `alone`
    says that the caller's transaction holds it. It comes before the log's head, else two could wait for ever.
    """

    def __init__(self, connection: Connection, *, alone: bool = False, table: Table = READ) -> None:
        self._connection, self._alone, self._table = connection, alone, table
        self._changed: dict[Key, bytes | None] = {}

    async def be_alone(self) -> None:
        """Wait for other units of work, and let none begin before this transaction ends."""
        if not self._alone:
            await self._connection.execute(_ALONE)
            self._alone = True

    async def get(self, view: str, key: str) -> Document | None:
        """See `Reads.get`."""
        if (view, key) in self._changed:
            changed = self._changed[view, key]
            return None if changed is None else orjson.loads(changed)
        await self.be_alone()
        doc = await self._connection.fetchval(self._table.get, view, key)
        return None if doc is None else orjson.loads(doc)

    async def find(
        self, view: str, where: Mapping[str, str | int | bool] | None = None, *, after: str = "", limit: int = 1000
    ) -> Sequence[Document]:
        """See `Reads.find`."""
        await self.be_alone()
        await self.flush()
        rows = await self._connection.fetch(self._table.find, view, orjson.dumps(where or {}).decode(), after, limit)
        return tuple(orjson.loads(row["doc"]) for row in rows)

    async def put(self, view: str, key: str, doc: Document) -> None:
        """See `Documents.put`."""
        self._changed[view, key] = orjson.dumps(doc)

    async def remove(self, view: str, key: str) -> None:
        """See `Documents.remove`."""
        self._changed[view, key] = None

    async def flush(self) -> None:
        """Write what changed, in one statement each for documents and removals."""
        if not self._changed:
            return
        await self.be_alone()
        docs = {key: doc.decode() for key, doc in self._changed.items() if doc is not None}
        gone = [key for key, doc in self._changed.items() if doc is None]
        self._changed.clear()
        if docs:
            await self._connection.execute(
                self._table.put, [v for v, _ in docs], [k for _, k in docs], list(docs.values())
            )
        if gone:
            await self._connection.execute(self._table.remove, [v for v, _ in gone], [k for _, k in gone])


def matches(doc: Document, where: Mapping[str, str | int | bool]) -> bool:
    """Whether the document's members equal those of `where`; True is not 1."""
    return all(type(doc.get(member)) is type(value) and doc[member] == value for member, value in where.items())


def _copy(doc: Document) -> Document:
    copied: Document = orjson.loads(orjson.dumps(doc))
    return copied
