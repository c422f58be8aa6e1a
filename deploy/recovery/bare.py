"""Database and broker of a stack without its services: nobody appends while they are put right."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from audit.sources import Broker
from deploy.composed import bare as composed
from deploy.composed import inside
from deploy.composed.place import brokers, is_composed, variables
from deploy.composed.stack import bootstrap
from deploy.local import orphans
from deploy.local.databases import Databases, in_one_line
from deploy.local.home import Home, StackError, write_json
from deploy.local.part import Notice
from deploy.local.services import Plan, parts, process_names
from deploy.local.stack import Tell, initialise, rows_of
from deploy.local.state import Wish, prepare, save, with_ports
from deploy.local.supervisor import Supervisor
from deploy.recovery.brokers_log import auditor
from deploy.recovery.reach import LOOPBACK, end
from shared.contracts.topics import SERVICES

INFRASTRUCTURE = 2
"""The first parts of a stack: its database and its broker."""


@dataclass(frozen=True, slots=True)
class Bare:
    """Where the two are."""

    databases: Databases
    broker: Broker
    """As the auditor reads it."""
    replicas: int
    """On how many brokers a topic is."""


@asynccontextmanager
async def bare(home: Home, tell: Tell) -> AsyncIterator[Bare]:
    """Both as long as the context lasts; the caller holds the home's lease. Raise `StackError`."""
    with in_one_line(home):
        if inside.here():
            async with inside.bare(home) as databases:
                told = inside.settings(home)
                yield Bare(databases, auditor(home, told.kafka_bootstrap), told.kafka_replicas)
        elif is_composed(home):
            async with composed.bare(home) as port:
                count = len(brokers(variables(home)))
                yield Bare(Databases(home, LOOPBACK, port), auditor(home, bootstrap(home)), count)
        else:
            async with _local(home, tell) as plan:
                yield Bare(plan.cluster.databases, auditor(home, plan.broker.bootstrap), 1)


@asynccontextmanager
async def _local(home: Home, tell: Tell) -> AsyncIterator[Plan]:
    if left := orphans.serving(home):
        raise StackError(f"{', '.join(left)} run on after their supervisor was killed; `{end(home)}` first")
    for name in orphans.sweep(home):
        tell(Notice(name, "warning", "was left over by a supervisor that was killed; stopped"))
    state = prepare(home, Wish())
    state = with_ports(state, process_names(SERVICES, state.replicas), {})
    save(home, state)
    plan = Plan(home, state.ports, state.rehearsal, state.replicas)
    await asyncio.to_thread(initialise, plan, tell)
    supervisor = Supervisor(
        parts(plan)[:INFRASTRUCTURE],
        home.logs,
        tell,
        lambda: write_json(home.status, {"processes": rows_of(supervisor)}),
    )
    stop, ready = asyncio.Event(), asyncio.Event()
    running, waiting = asyncio.create_task(supervisor.run(stop, ready.set)), asyncio.create_task(ready.wait())
    try:
        await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            yield plan
    finally:
        waiting.cancel()
        stop.set()
        await running
