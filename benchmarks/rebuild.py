"""A view of which every document differs, rebuilt while others write and read, beside one statement under the lock."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter

import asyncpg
import orjson

from benchmarks import append, material
from benchmarks.figure import Figure, Figures, NotThere, expect
from benchmarks.lab import Lab
from shared.contracts.envelope import Recorded
from shared.eventstore.documents import READ_PLACE, Documents, PoolReads, UnitOfWork
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.projection import Projection
from shared.runtime.rebuild import Wish, rebuild
from shared.runtime.settings import FileSettings, ServiceSettings

VIEW, BESIDE = "bench", "bench-beside"
GOAL = 0.05
PAUSE_SECONDS = 0.01
SLICE = 10_000
_PLACE = READ_PLACE.format(view=f"'{VIEW}'")
_PRESENT = f"""
INSERT INTO views.documents (view, key, doc)
SELECT {_PLACE}, lpad(position::text, 9, '0'), (convert_from(body, 'UTF8')::jsonb -> 'data') || '{{"release": 1}}'
FROM log.events WHERE position <= $1
"""  # noqa: S608 - names of our own
_BEGUN = "INSERT INTO views.projection (name, position) SELECT $1, position FROM log.log_head"
_DRAFT = f"""
CREATE TEMPORARY TABLE plain AS
SELECT view, key, doc || '{{"release": 3}}' AS doc FROM views.documents WHERE view = {_PLACE};
ANALYZE plain
"""  # noqa: S608 - names of our own
_PLAIN = """
INSERT INTO views.documents (view, key, doc) SELECT view, key, doc FROM plain
ON CONFLICT (view, key) DO UPDATE SET doc = EXCLUDED.doc
"""
_OF = f"SELECT count(*) FROM views.documents WHERE view = {_PLACE} AND doc @> $1"  # noqa: S608 - names of our own
_CLEAN = (
    f"DELETE FROM views.documents WHERE starts_with(view, '{VIEW}')",  # noqa: S608 - names of our own
    f"DELETE FROM views.projection WHERE name = '{VIEW}'",  # noqa: S608 - names of our own
)


@dataclass(slots=True)
class _Watch:
    """Who writes a document now and then, and reads the view, while it is replaced."""

    longest_seconds: float = 0.0
    releases: list[set[int]] = field(default_factory=list)
    """What one read had, each time that it had others than before."""


async def measure(lab: Lab) -> Figures:
    """Milliseconds in which nothing moves read models, the longest wait of who does, and documents written a second."""
    count = 100_000 if lab.quick else 1_000_000
    async with lab.pool(material.SERVICE) as pool:
        await _prepared(lab, pool, count)
        lab.tell(f"rebuild of {count:,} documents")
        async with _watching(pool) as ours:
            still, rate = await _rebuilt(lab, count)
        expect("documents of the new release", await pool.fetchval(_OF, '{"release": 2}'), count)
        if ours.releases != [{1}, {2}]:
            raise NotThere(f"reads had documents of the releases {ours.releases}, one after the other")
        lab.tell("one statement under the lock")
        async with _watching(pool) as plain:
            seconds = await _plain(lab)
        expect("documents of the release after it", await pool.fetchval(_OF, '{"release": 3}'), count)
        for statement in _CLEAN:
            await pool.execute(statement, timeout=None)
    name, against = f"rebuild, {count:,} documents that differ", "one statement under the lock"
    return [
        Figure(f"{name}, standing still", 1000 * seconds, still, "ms", GOAL, at_most=True, against=against),
        Figure(
            f"{name}, longest write beside it",
            1000 * plain.longest_seconds,
            1000 * ours.longest_seconds,
            "ms",
            GOAL,
            at_most=True,
            against=against,
        ),
        Figure(f"{name}, written", count / seconds, rate, "documents/s", against=against),
    ]


async def _prepared(lab: Lab, pool: "asyncpg.Pool[asyncpg.Record]", count: int) -> None:
    """A log of at least `count` events, and of each of these a document that says something else."""
    store = PostgresEventStore(pool, material.SERVICE)
    for first in range(await lab.settle(material.SERVICE), count, SLICE):
        lab.tell(f"filling the log: {first:,}")
        await append.spread(store, material.appends("rebuild", 300_000_000 + first, SLICE), 256)
    await store.queue.drain()
    await lab.settle(material.SERVICE)
    lab.tell(f"writing {count:,} documents")
    await pool.execute(_PRESENT, count, timeout=None)
    await pool.execute(_BEGUN, VIEW)


async def _rebuilt(lab: Lab, count: int) -> tuple[float, float]:
    """Milliseconds of standing still, and documents laid aside in a second."""
    laid: list[tuple[float, int]] = []

    def tell(event: str, **facts: str | int) -> None:
        if event == "laying":
            laid.append((perf_counter(), int(facts["documents"])))
        elif "events" in facts:
            lab.tell(f"rebuild: {facts['events']:,} of {facts['of']:,} events")

    async def project(documents: Documents, recorded: Recorded) -> None:
        if recorded.position <= count:
            doc = orjson.loads(recorded.body)["data"] | {"release": 2}
            await documents.put(VIEW, f"{recorded.position:09d}", doc)

    projection = Projection(VIEW, frozenset({VIEW}), project)
    done = await rebuild(material.SERVICE, _settings(lab), [projection], Wish(), tell)
    expect("documents that differed", done.views[0].changed, count)
    (began, first), (ended, last) = laid[0], laid[-1]
    return done.still_milliseconds, (last - first) / (ended - began)


async def _plain(lab: Lab) -> float:
    """Seconds."""
    connection = await asyncpg.connect(lab.pair.dsn(material.SERVICE))
    try:
        await connection.execute(_DRAFT)
        async with connection.transaction():
            await UnitOfWork(connection).be_alone()
            started = perf_counter()
            await connection.execute(_PLAIN)
        return perf_counter() - started
    finally:
        await connection.close()


@asynccontextmanager
async def _watching(pool: "asyncpg.Pool[asyncpg.Record]") -> AsyncIterator[_Watch]:
    watch, over = _Watch(), asyncio.Event()
    tasks = [asyncio.create_task(_write(pool, watch, over)), asyncio.create_task(_read(pool, watch, over))]
    try:
        yield watch
    finally:
        over.set()
        await asyncio.gather(*tasks)


async def _write(pool: "asyncpg.Pool[asyncpg.Record]", watch: _Watch, over: asyncio.Event) -> None:
    written = 0
    while not over.is_set():
        started = perf_counter()
        async with pool.acquire() as connection, connection.transaction():
            documents = UnitOfWork(connection)
            await documents.put(BESIDE, "one", {"written": written})
            await documents.flush()
        watch.longest_seconds = max(watch.longest_seconds, perf_counter() - started)
        written += 1
        await asyncio.sleep(PAUSE_SECONDS)


async def _read(pool: "asyncpg.Pool[asyncpg.Record]", watch: _Watch, over: asyncio.Event) -> None:
    reads = PoolReads(pool)
    while not over.is_set():
        releases = {int(str(doc["release"])) for doc in await reads.find(VIEW)}
        watch.releases += [] if watch.releases[-1:] == [releases] else [releases]
        await asyncio.sleep(PAUSE_SECONDS)


def _settings(lab: Lab) -> ServiceSettings:
    return ServiceSettings(
        database_port=lab.pair.cluster.port,
        database_name=material.SERVICE,
        database_user=f"{material.SERVICE}_runtime",
        kafka_bootstrap=lab.pair.broker.bootstrap,
        kafka_username=material.SERVICE,
        secrets_dir=lab.pair.home.secrets_of(material.SERVICE),
        files=FileSettings(url=lab.pair.home.files_of(material.SERVICE).as_uri()),
    )
