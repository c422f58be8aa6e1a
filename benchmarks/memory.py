"""Peak resident memory with many events beside few, each measured in a fresh process."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree
from typing import Any

import asyncpg
import uvloop

from audit.events import events_of
from audit.verify import Proven, verify
from benchmarks import append, material
from benchmarks.figure import Figure, Figures, NotThere, expect
from benchmarks.lab import Lab
from benchmarks.verify import File
from shared.contracts.topics import PARTITIONS
from shared.eventstore.postgres import PostgresEventStore

FEW = 10_000
GOAL = 1.05
STREAMS = 1_000
REPLAY_MAX = 100_000
"""The replay keeps what it read; more would only show the same for longer."""
SLICE = 10_000


async def measure(lab: Lab) -> Figures:
    """MiB; in the first log the same streams live longer, in the second there are more of them."""
    many = 100_000 if lab.quick else 1_000_000
    figures = []
    for what, growing in (("verify", False), ("verify, streams grow", True), ("replay's reading", False)):
        most = min(many, REPLAY_MAX) if what.startswith("replay") else many
        peaks = [await _of_log(lab, what, n, n // 10 if growing else STREAMS) for n in (FEW, most)]
        figures.append(_figure(what, most, peaks))
    lab.tell("append")
    peaks = [await _of_append(lab, count, first) for count, first in ((FEW, 200_000_000), (many, 210_000_000))]
    return [*figures, _figure("append", many, peaks)]


def _figure(what: str, many: int, peaks: list[float]) -> Figure:
    name = f"peak memory, {what}, {many:,} events"
    return Figure(name, peaks[0], peaks[1], "MiB", GOAL, at_most=True, against=f"{FEW:,} events")


async def _of_log(lab: Lab, what: str, events: int, streams: int) -> float:
    folder = lab.scratch / "memory"
    material.write(folder, events, streams, lambda n: lab.tell(f"{what}: writing event {n:,}"))
    lab.tell(f"{what}: {events:,} events")
    found = await lab.probe(
        "benchmarks.memory", {"what": what.split(maxsplit=1)[0].strip(",'s"), "folder": str(folder)}
    )
    rmtree(folder)
    expect(f"events of {what}", found["events"], events)
    return float(found["peak"])


async def _of_append(lab: Lab, events: int, first: int) -> float:
    lab.tell(f"append: {events:,} events")
    before = await lab.settle(material.SERVICE)
    plan = {"what": "append", "dsn": lab.pair.dsn(material.SERVICE), "events": events, "first": first}
    found = await lab.probe("benchmarks.memory", plan)
    expect("appended rows", await lab.settle(material.SERVICE) - before, events)
    return float(found["peak"])


def peak() -> float:
    """The most memory this process ever had, in MiB; `ru_maxrss` would remember its parent's as well."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def _verify(plan: dict[str, Any]) -> int:
    verdict = verify([File(Path(plan["folder"]), number) for number in range(PARTITIONS)])
    if not isinstance(verdict, Proven):
        raise NotThere(f"the log is not proven: {verdict}")
    return verdict.events


def _replay(plan: dict[str, Any]) -> int:
    return len(events_of([File(Path(plan["folder"]), number) for number in range(PARTITIONS)]))


def _append(plan: dict[str, Any]) -> int:
    async def fill() -> int:
        async with asyncpg.create_pool(plan["dsn"], min_size=4) as pool:
            store = PostgresEventStore(pool, material.SERVICE)
            for first in range(plan["first"], plan["first"] + plan["events"], SLICE):
                await append.spread(store, material.appends("memory", first, SLICE), 256)
            await store.queue.drain()
        events: int = plan["events"]
        return events

    return uvloop.run(fill())


WORKS: dict[str, Callable[[dict[str, Any]], int]] = {"verify": _verify, "replay": _replay, "append": _append}

if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    counted = WORKS[given["what"]](given)
    sys.stdout.write(json.dumps({"events": counted, "peak": peak()}) + "\n")
