"""From a command to its effect in another service: store and relay here, the inbox in a process of its own."""

import asyncio
import json
import sys
from collections import defaultdict
from time import monotonic
from typing import Any

import asyncpg
import uvloop

from benchmarks import material
from benchmarks.figure import Figure, Figures, expect, percentile
from benchmarks.lab import Lab
from benchmarks.relay import ends
from services.application.main import SERVICE
from shared.contracts.envelope import Recorded
from shared.eventstore.documents import Documents
from shared.eventstore.port import Append
from shared.eventstore.postgres import PostgresEventStore
from shared.messaging.crash_points import CrashPoint
from shared.messaging.delivery import Delivery, Load
from shared.messaging.inbox import Inbox
from shared.messaging.kafka import Broker
from shared.messaging.relay import Relay
from shared.runtime.process import Heard

RATE = 2_000
TICK_SECONDS = 0.005
RECEIVER = "application"
GOAL = 10.0
SECONDS_MAX = 120.0
_CURSOR = """
INSERT INTO delivery.cursor (consumer, topic, partition, next_offset) VALUES ($1, $2, $3, $4)
ON CONFLICT (consumer, topic, partition) DO UPDATE SET next_offset = EXCLUDED.next_offset
"""


async def measure(lab: Lab) -> Figures:
    """Percentiles of open-loop commands; one clock, since both processes are on one machine."""
    await lab.settle(material.SERVICE)
    await _begin_at_the_end(lab)
    seconds = 4 if lab.quick else 20
    figures: list[Figure] = []
    for rate, first in ((RATE // 4, 60_000_000), (RATE, 50_000_000)):
        figures += await _at(lab, rate, rate * seconds, first)
    return figures


async def _at(lab: Lab, rate: int, count: int, first: int) -> Figures:
    plan = {
        "dsn": lab.pair.dsn(RECEIVER),
        "bootstrap": lab.pair.broker.bootstrap,
        "password": lab.pair.home.secret(RECEIVER, "kafka_password"),
        "count": count + 1,
    }
    lab.tell(f"{rate} commands/s")
    receiving = asyncio.create_task(lab.probe("benchmarks.latency", plan))
    async with lab.pool(material.SERVICE) as pool:
        store = PostgresEventStore(pool, material.SERVICE)
        relay = Relay(pool, store, lab.broker(material.SERVICE))
        running = asyncio.create_task(relay.run())
        while not relay.state.leading:
            await asyncio.sleep(TICK_SECONDS)
        await asyncio.sleep(4)
        await store.append(material.appends("latency", first + count, 1)[0])
        begun, answered = await _open_loop(store, material.appends("latency", first, count), rate)
        arrived: dict[str, float] = (await receiving)["arrived"]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await store.queue.drain()
    expect("events that took effect abroad", sum(one in arrived for one in begun), count)
    appends = [answered[one] - begun[one] for one in begun]
    effects = [arrived[one] - begun[one] for one in begun]
    reached = count / (max(answered.values()) - min(begun.values()))
    of, against = f"to foreign projection at {reached:,.0f}/s", "append"
    return [
        Figure(f"{of}, p50", percentile(appends, 50) * 1000, percentile(effects, 50) * 1000, "ms", against=against),
        Figure(
            f"{of}, p99",
            percentile(appends, 99) * 1000,
            percentile(effects, 99) * 1000,
            "ms",
            GOAL if rate == RATE else None,
            at_most=True,
            against=against,
        ),
    ]


async def _open_loop(
    store: PostgresEventStore, todo: list[Append], rate: int
) -> tuple[dict[str, float], dict[str, float]]:
    """Append at a steady rate whatever the answers do; times by event id, from when each was due."""
    begun: dict[str, float] = {}
    answered: dict[str, float] = {}

    async def one(request: Append, due: float) -> None:
        appended = await store.append(request)
        begun[appended.event_ids[0]], answered[appended.event_ids[0]] = due, monotonic()

    start, tasks = monotonic(), set[asyncio.Task[None]]()
    for index, request in enumerate(todo):
        due = start + index / rate
        if due - monotonic() > 0:
            await asyncio.sleep(max(due - monotonic(), TICK_SECONDS / 5))
        tasks.add(asyncio.create_task(one(request, due)))
    await asyncio.gather(*tasks)
    return begun, answered


async def _begin_at_the_end(lab: Lab) -> None:
    """What other benchmarks sent is not of interest here."""
    connection = await asyncpg.connect(lab.pair.dsn(RECEIVER))
    try:
        for place, offset in (await ends(lab, material.TOPIC)).items():
            await connection.execute(_CURSOR, f"{RECEIVER}-inbox", place.topic, place.partition, offset)
    finally:
        await connection.close()


class Receiver:
    """The receiving service's own handler, with a note of when each event's transaction was committed."""

    def __init__(self) -> None:
        self._heard = Heard(SERVICE)
        self._open = defaultdict[asyncio.Task[Any] | None, list[str]](list)
        """By task: the inbox applies partitions side by side, each in a task of its own."""
        self.arrived: dict[str, float] = {}

    async def project(self, documents: Documents, recorded: Recorded) -> None:
        """See `Handler.project`."""
        await self._heard.project(documents, recorded)
        self._open[asyncio.current_task()].append(recorded.envelope.id)

    async def react(self, load: Load, documents: Documents, recorded: Recorded) -> "list[Append]":
        """See `Handler.react`."""
        return list(await self._heard.react(load, documents, recorded))

    def reached(self, point: CrashPoint) -> None:
        """The hook of the fault drills tells of commits."""
        if point is CrashPoint.INBOX_AFTER_COMMIT:
            now = monotonic()
            self.arrived.update((event, now) for event in self._open.pop(asyncio.current_task(), ()))


async def receive(plan: dict[str, Any]) -> dict[str, float]:
    """Run the inbox until `count` events took effect."""
    receiver = Receiver()
    async with asyncpg.create_pool(plan["dsn"], min_size=4) as pool:
        delivery = Delivery(PostgresEventStore(pool, RECEIVER), receiver, rehearsal=False)
        broker = Broker(plan["bootstrap"], RECEIVER, plan["password"])
        inbox = Inbox(pool, delivery, broker, [material.TOPIC], f"{RECEIVER}-inbox", receiver.reached)
        running, deadline = asyncio.create_task(inbox.run()), monotonic() + SECONDS_MAX
        while len(receiver.arrived) < plan["count"] and monotonic() < deadline and not running.done():
            await asyncio.sleep(0.05)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    return receiver.arrived


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"arrived": uvloop.run(receive(json.loads(sys.argv[1])))}) + "\n")
