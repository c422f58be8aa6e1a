"""Views laid aside: written in batches where nobody reads them, and then read, all at once, instead of the others."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass

from shared.eventstore.connections import Connection
from shared.eventstore.documents import READ_PLACE, Table, UnitOfWork

BATCH_DOCUMENTS_MAX = 1_000
"""Of one transaction: whoever writes documents beside it waits for no lock of it, only for the disk."""

_PLACE = f"CASE {READ_PLACE} WHEN {{view}} THEN {{view}} || '/' ELSE {{view}} END"
"""A view has two places, and is read at one of them."""
_OF_ONE = _PLACE.format(view="$1")
_LAY = f"""
WITH laid AS (
  INSERT INTO views.documents (view, key, doc)
  SELECT {_OF_ONE}, key, doc FROM pg_temp.draft
  WHERE view = $1 AND key >= coalesce($2, '') AND key IS DISTINCT FROM $2 ORDER BY key LIMIT {BATCH_DOCUMENTS_MAX}
  RETURNING key
) SELECT count(*) AS documents, max(key) AS last FROM laid
"""  # noqa: S608 - names of our own
_SWEEP = f"""
WITH gone AS (
  DELETE FROM views.documents WHERE view = {_OF_ONE} AND key = ANY (ARRAY(
    SELECT key FROM views.documents WHERE view = {_OF_ONE} AND key >= coalesce($2, '')
    ORDER BY key LIMIT {BATCH_DOCUMENTS_MAX}
  ))
  RETURNING key
) SELECT count(*) AS documents, max(key) AS last FROM gone
"""  # noqa: S608 - names of our own
_SWITCH = f"""
INSERT INTO views.places (view, place) SELECT n.view, {_PLACE.format(view="n.view")} FROM unnest($1::text[]) AS n(view)
ON CONFLICT (view) DO UPDATE SET place = EXCLUDED.place
"""  # noqa: S608 - names of our own
_TABLE = Table.named("views.documents", _PLACE)


@dataclass(frozen=True, slots=True)
class Aside:
    """The places of some views at which they are not read; for one at a time, who holds the lock of rebuilds."""

    connection: Connection
    views: Collection[str]

    async def sweep(self) -> None:
        """Remove what lies there: what was read before, or what one that was killed has left."""
        for view in self.views:
            async for _ in self._batches(_SWEEP, view):
                pass

    async def lay(self) -> AsyncIterator[int]:
        """Write there what the connection's draft holds; gives the number of documents after each batch."""
        for view in self.views:
            async for documents in self._batches(_LAY, view):
                yield documents

    def documents(self) -> UnitOfWork:
        """What lies there, as a projection changes it; nobody else waits for it."""
        return UnitOfWork(self.connection, alone=True, table=_TABLE)

    async def switch(self) -> None:
        """Read here and lay aside there, from the end of the caller's transaction, which keeps others waiting."""
        await self.connection.execute(_SWITCH, list(self.views))

    async def _batches(self, statement: str, view: str) -> AsyncIterator[int]:
        last: str | None = None
        while True:
            row = await self.connection.fetchrow(statement, view, last)
            assert row is not None, "an aggregate gives one row"
            if not row["documents"]:
                return
            last = row["last"]
            yield row["documents"]
