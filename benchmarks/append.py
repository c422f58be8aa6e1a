"""Appends through the store, beside bare inserts of the same bytes into a table with the same indexes."""

import asyncio
import os
from collections import deque
from collections.abc import Sequence
from time import perf_counter
from urllib.parse import unquote, urlsplit
from uuid import uuid4  # noqa: TID251 - a benchmark has a clock and ids of its own

import asyncpg

from benchmarks import material
from benchmarks.figure import Figure, Figures, expect
from benchmarks.lab import Lab
from shared.eventstore.connections import Connection
from shared.eventstore.port import Append
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.sealing import Row

CALLERS = (1, 64, 256)
GOALS = {64: 8.0, 256: 11.0}
CEILING_GOAL = 0.75
CEILING_ROWS = 100
PEER = "NIANLUN_BENCH_PEER"
"""A Python that has `eventsourcing[postgres]` 9.5; without one the comparison is left out."""
PEER_GOAL = 12.0
_TABLE = """
CREATE SCHEMA IF NOT EXISTS bench;
DROP TABLE IF EXISTS bench.plain;
CREATE TABLE bench.plain (
  position bigserial PRIMARY KEY, event_id uuid NOT NULL UNIQUE, stream text NOT NULL COLLATE "C",
  version integer NOT NULL, type text NOT NULL, recorded_at timestamptz NOT NULL, body bytea NOT NULL,
  UNIQUE (stream, version)
);
ALTER TABLE bench.plain ALTER COLUMN body SET STORAGE EXTERNAL
"""
_ONE = """
INSERT INTO bench.plain (event_id, stream, version, type, recorded_at, body) VALUES ($1, $2, $3, $4, $5, $6)
"""
_MANY = """
INSERT INTO bench.plain (event_id, stream, version, type, recorded_at, body)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::timestamptz[], $6::bytea[])
"""


async def measure(lab: Lab) -> Figures:
    """Events a second: each baseline before and after ours, so that a drifting machine favours nobody."""
    singles, ceilings, rates = [], [], {}
    owner = await asyncpg.connect(lab.pair.owner_dsn(material.SERVICE))
    try:
        await owner.execute(_TABLE)
        for turn in range(2):
            lab.tell("bare inserts")
            singles.append(await _single(owner, 500 if lab.quick else 2_000))
            ceilings.append(await _ceiling(owner, 5_000 if lab.quick else 20_000))
            if turn == 0:
                for callers in CALLERS:
                    lab.tell(f"{callers} callers")
                    rates[callers] = await _ours(lab, callers, _count(callers, quick=lab.quick))
    finally:
        await owner.close()
    single, ceiling = sum(singles) / 2, sum(ceilings) / 2
    figures = [
        Figure(f"append, {callers} callers", single, rate, "events/s", GOALS.get(callers), against="single-row insert")
        for callers, rate in rates.items()
    ]
    best = rates[CALLERS[-1]]
    against = f"unnest of {CEILING_ROWS} rows"
    figures.append(Figure("append, 256 callers", ceiling, best, "events/s", CEILING_GOAL, against=against))
    if python := os.environ.get(PEER):
        for name, peer in (await _peers(lab, python)).items():
            figures.append(Figure("append, 256 callers", peer, best, "events/s", PEER_GOAL, against=name))
    return figures


async def _peers(lab: Lab, python: str) -> dict[str, float]:
    """The best rate of each recorder of the library `eventsourcing`; only the application's keeps one order."""
    lab.tell("eventsourcing")
    dsn = urlsplit(lab.pair.owner_dsn(material.SERVICE))
    database = {
        "dbname": dsn.path.strip("/"),
        "host": dsn.hostname,
        "port": dsn.port,
        "user": dsn.username,
        "password": unquote(dsn.password or ""),
    }
    size = len(next(material.log(1, 1))[1].body)
    owner = await asyncpg.connect(lab.pair.owner_dsn(material.SERVICE))
    try:
        await owner.execute("DROP SCHEMA IF EXISTS peer CASCADE; CREATE SCHEMA peer")
        plan = {"database": database, "count": 320 if lab.quick else 1_600, "size": size}
        found = await lab.probe("benchmarks.peer", plan, python)
        for table, stored in found["stored"].items():
            there = await owner.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name of our own
            expect(f"events of {table}", there, stored)
    finally:
        await owner.close()
    best: dict[str, float] = {}
    for name, rate in sorted(found["rates"].items(), key=lambda one: one[1]):
        best[f"eventsourcing {name.partition(',')[0]}"] = rate
    return best


def _count(callers: int, *, quick: bool) -> int:
    return min(callers * 500, 10_000 if quick else 40_000)


async def _single(connection: Connection, count: int) -> float:
    rows, before = _rows(count), await _there(connection)
    started = perf_counter()
    for row in rows:
        await connection.execute(_ONE, *row)
    taken = perf_counter() - started
    expect("single-row inserts", await _there(connection) - before, count)
    return count / taken


async def _ceiling(connection: Connection, count: int) -> float:
    rows, before = _rows(count), await _there(connection)
    started = perf_counter()
    for first in range(0, count, CEILING_ROWS):
        await connection.execute(_MANY, *zip(*rows[first : first + CEILING_ROWS], strict=True))
    taken = perf_counter() - started
    expect("rows by unnest", await _there(connection) - before, count)
    return count / taken


async def _ours(lab: Lab, callers: int, count: int) -> float:
    async with lab.pool(material.SERVICE) as pool:
        store = PostgresEventStore(pool, material.SERVICE)
        await spread(store, material.appends(f"warm up {callers}", 9_000_000 + callers * 1000, callers), callers)
        todo, before = material.appends(f"append {callers}", callers * 100_000, count), await store.head()
        started = perf_counter()
        await spread(store, todo, callers)
        taken = perf_counter() - started
        rows = await pool.fetchval("SELECT count(*) FROM log.events WHERE position > $1", before.position)
        expect("appended rows", rows, count)
        expect("the head's way", (await store.head()).position - before.position, count)
        await store.queue.drain()
    return count / taken


async def spread(store: PostgresEventStore, todo: Sequence[Append], callers: int) -> None:
    """Append everything, never more than `callers` at once, each caller one after the other."""
    waiting = deque(todo)

    async def caller() -> None:
        while waiting:
            await store.append(waiting.popleft())

    await asyncio.gather(*(caller() for _ in range(callers)))


def _rows(count: int) -> list[Row]:
    """Ids and streams as scattered as the store's: an index is as costly as its keys are random."""
    sealed = (row for _, row in material.log(count, count))
    return [row._replace(event_id=str(uuid4()), stream=f"organization-{uuid4()}") for row in sealed]


async def _there(connection: Connection) -> int:
    count: int = await connection.fetchval("SELECT count(*) FROM bench.plain")
    return count
