"""A draft of views: the same documents built beside those that are read, and compared with them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shared.auditlog.canonical import sha256_hex
from shared.eventstore.connections import Connection
from shared.eventstore.documents import Table, UnitOfWork

COMPARE_SECONDS_MAX = 3600.0
"""Of one statement over whole views; nobody waits for it."""

_BEGIN = "CREATE TEMPORARY TABLE draft (LIKE views.documents INCLUDING ALL)"
_LEARN = "ANALYZE pg_temp.draft"
_BOTH = """(
  SELECT n.view, o.key, o.doc FROM unnest($1::text[]) AS n(view) LEFT JOIN views.places l USING (view)
  JOIN views.documents o ON o.view = coalesce(l.place, n.view)
) p FULL JOIN pg_temp.draft d USING (view, key)"""
_COMPARE = f"""
SELECT view, count(p.key)::int AS present, count(d.key)::int AS drafted,
       (count(*) FILTER (WHERE p.key IS NULL))::int AS missing,
       (count(*) FILTER (WHERE d.key IS NULL))::int AS surplus,
       (count(*) FILTER (WHERE p.doc <> d.doc))::int AS changed,
       encode(sha256(coalesce(string_agg(sha256(convert_to(jsonb_build_array(p.key, p.doc)::text, 'UTF8')), ''
                                         ORDER BY key) FILTER (WHERE p.key IS NOT NULL), '')), 'hex') AS digest,
       encode(sha256(coalesce(string_agg(sha256(convert_to(jsonb_build_array(d.key, d.doc)::text, 'UTF8')), ''
                                         ORDER BY key) FILTER (WHERE d.key IS NOT NULL), '')), 'hex') AS drafted_digest
FROM {_BOTH}
GROUP BY view ORDER BY view
"""  # noqa: S608 - names of our own
_ROWS = f"""
SELECT view, key, p.doc::text AS present, d.doc::text AS drafted
FROM {_BOTH}
WHERE p.doc IS DISTINCT FROM d.doc ORDER BY view, key LIMIT $2
"""  # noqa: S608 - names of our own
_TABLE = Table.named("pg_temp.draft")
_NOTHING = sha256_hex(b"")


@dataclass(frozen=True, slots=True)
class Compared:
    """A view as it is read beside its draft; a digest is over keys and documents, in the order of the keys."""

    view: str
    present: int
    """Documents that are read."""
    drafted: int
    """Documents in the draft."""
    missing: int
    """Documents of the draft that nobody can read."""
    surplus: int
    """Documents that are read and should not be there."""
    changed: int
    """Documents that are read and say something else."""
    digest: str
    drafted_digest: str

    @property
    def differs(self) -> bool:
        """Whether a single document does."""
        return bool(self.missing or self.surplus or self.changed)


@dataclass(frozen=True, slots=True)
class Row:
    """One document that differs, as JSON; None where there is none."""

    view: str
    key: str
    present: str | None
    drafted: str | None


@dataclass(frozen=True, slots=True)
class Draft:
    """The drafts of some views in a table that only its connection sees, and that is gone when the connection is."""

    connection: Connection
    views: Collection[str]

    async def begin(self) -> None:
        """Make the empty table; a role needs the database's right TEMPORARY."""
        await self.connection.execute(_BEGIN)

    def documents(self) -> UnitOfWork:
        """The draft as a projection changes it; nobody else waits for it."""
        return UnitOfWork(self.connection, alone=True, table=_TABLE)

    async def learn(self) -> None:
        """Let the planner look at the table, which nobody else does for one of this kind."""
        await self.connection.execute(_LEARN)

    async def compare(self) -> Sequence[Compared]:
        """Every view beside its draft, as both are at this statement."""
        found = await self.connection.fetch(_COMPARE, list(self.views), timeout=COMPARE_SECONDS_MAX)
        rows = {row["view"]: Compared(**dict(row)) for row in found}
        empty = (0, 0, 0, 0, 0, _NOTHING, _NOTHING)
        return [rows.get(view, Compared(view, *empty)) for view in sorted(self.views)]

    async def rows(self, limit: int) -> Sequence[Row]:
        """The first documents that differ, at most `limit`."""
        found = await self.connection.fetch(_ROWS, list(self.views), limit, timeout=COMPARE_SECONDS_MAX)
        return [Row(**dict(row)) for row in found]
