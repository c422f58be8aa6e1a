"""One service as one process: HTTP, projector, relay and inbox, together or each alone."""

import asyncio
import gc
import os
import signal
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from functools import partial

import uvloop

from shared.contracts.envelope import Recorded
from shared.contracts.topics import TOPICS, consumed_by
from shared.eventstore.documents import Documents, PoolReads
from shared.eventstore.port import Append
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.projection import Projection, apply_all
from shared.eventstore.projector import Projector
from shared.messaging.delivery import Delivery, Load
from shared.messaging.hearing import Hearing
from shared.messaging.inbox import Inbox
from shared.messaging.kafka import Broker
from shared.messaging.relay import Relay
from shared.observability import traces
from shared.observability.logs import configure, logger
from shared.runtime import operations, personal_data
from shared.runtime.attended import end_with_standard_input
from shared.runtime.broker_probe import BrokerProbe
from shared.runtime.clock import SystemClock
from shared.runtime.crash import reached
from shared.runtime.ended_tokens import ENDED_TOKENS, HeardEndings
from shared.runtime.health import Health
from shared.runtime.rebuild import RebuildRefused, Wish, rebuild
from shared.runtime.server import Server, bound, server
from shared.runtime.service import Runtime, Service
from shared.runtime.settings import ServiceSettings
from shared.runtime.signing_keys import SIGNING_KEYS, PublishedKeys
from shared.runtime.start import (
    broker_of,
    clock_of,
    close,
    depot_of,
    follow_clock,
    goes_on,
    keep_on_record,
    measured,
    pools_of,
    timed,
)
from shared.runtime.timekeeper import Timekeeper
from shared.runtime.watch import watch
from shared.vault.master import MasterKeys
from shared.vault.postgres import PostgresVault
from shared.web.app import Web, create_app
from shared.web.authentication import TokenVerifier

STOP_SECONDS_MAX = 9.0
"""From SIGTERM to the end of the process; what is not done by then is done again after the next start."""
GARBAGE_OBJECTS = (50_000, 20, 50)
"""New objects before the youngest are looked at, and how often the older ones are."""
PARTS = ("http", "relay", "inbox")


def run(service: Service, settings: ServiceSettings) -> None:
    """Serve until SIGTERM or SIGINT, then drain and return, or rebuild; exit 1, with one line, when that fails."""
    parser = ArgumentParser(description=service.title)
    parser.add_argument("--only", choices=PARTS, help="run one part alone")
    parser.add_argument("--rebuild", nargs="*", metavar="VIEW", help="serve nobody: build views anew beside the others")
    parser.add_argument("--compare", action="store_true", help="with --rebuild: replace nothing")
    parser.add_argument("--rows", type=int, default=0, metavar="N", help="with --rebuild: tell what differs, N at most")
    parser.add_argument("--attended", action="store_true", help="with --rebuild: end when standard input does")
    given = parser.parse_args()
    configure(service.name, settings.replica, settings.log_level)
    parts = frozenset(PARTS if given.only is None else (given.only,))
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            if given.rebuild is None:
                runner.run(Process(service, settings, parts).run())
            else:
                if given.attended:
                    end_with_standard_input()
                wish = Wish(given.rebuild, replacing=not given.compare, rows_max=given.rows)
                runner.run(_rebuild(service, settings, wish))
    except RebuildRefused as refused:
        logger().error("stopped", reason=str(refused))
        sys.exit(1)
    except Exception as failure:  # noqa: BLE001 - the last line of a failing process
        logger().error("stopped", reason="; ".join(_reasons(failure)), exc_info=failure)
        sys.exit(1)


async def _rebuild(service: Service, settings: ServiceSettings, wish: Wish) -> None:
    done = await rebuild(service.name, settings, projections_of(service), wish, logger().info)
    logger().info("rebuilt", **asdict(done))


@dataclass(slots=True)
class Process:
    """The parts of one service that run here, from the first connection to the last."""

    service: Service
    settings: ServiceSettings
    parts: frozenset[str]
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _starting: bool = True

    async def run(self) -> None:
        """Start, serve until asked to stop, drain; raise what a part raised."""
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None, "runs as a task"
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping, task)
        try:
            async with AsyncExitStack() as stack:
                if self.settings.traces_url:
                    finish = traces.configure(self.service.name, self.settings.replica, self.settings.traces_url)
                    stack.push_async_callback(asyncio.to_thread, finish)
                await self._serve(await self._runtime(stack), stack)
        except asyncio.CancelledError:
            if not self._stop.is_set():
                raise
        logger().info("stopped")

    def _stopping(self, task: "asyncio.Task[None]") -> None:
        if self._stop.is_set():
            return
        self._stop.set()
        asyncio.get_running_loop().call_later(STOP_SECONDS_MAX, _give_up)
        if self._starting:
            task.cancel()
        logger().info("stopping")

    async def _runtime(self, stack: AsyncExitStack) -> Runtime:
        pool, sessions = await pools_of(self.service.name, self.settings)
        stack.push_async_callback(close, pool, sessions)
        clock = await clock_of(self.settings, pool)
        committed = measured(reached(self.settings))
        store = PostgresEventStore(pool, self.service.name, rehearsal=clock.rehearsal, committed=committed)
        store.queue.commit = timed(store.queue.commit)
        stack.push_async_callback(store.queue.drain)
        vault = PostgresVault(pool, MasterKeys(partial(self.settings.secret, "vault_master_key")))
        projector = Projector(sessions, store, [personal_data.erasures(vault), *projections_of(self.service)])
        depot = depot_of(self.settings, self.service.name)
        return Runtime(self.settings, pool, store, PoolReads(pool), vault, clock, projector, depot, sessions)

    async def _serve(self, runtime: Runtime, stack: AsyncExitStack) -> None:
        broker = broker_of(self.settings)
        own = [topic.name for topic in TOPICS if topic.service == self.service.name]
        await goes_on(runtime.pool, broker, own)
        if isinstance(runtime.clock, SystemClock):
            await keep_on_record(runtime.clock, runtime.store, self.settings.clocks.passes_over_reason)
        probe = BrokerProbe(broker)
        stack.push_async_callback(probe.close)
        relay = Relay(runtime.sessions, runtime.store, broker, reached(self.settings), topics=own)
        inbox = self._inbox(runtime, broker)
        hears = "inbox" in self.parts and bool(consumed_by(self.service.name))
        health = Health(
            runtime.store,
            runtime.projector,
            probe.ask,
            relay.state if "relay" in self.parts else None,
            inbox.state if hears else None,
            None if runtime.clock.rehearsal else runtime.clock,
        )
        async with asyncio.TaskGroup() as group:
            background = [group.create_task(watch(relay.state, inbox.state), name="watch")]
            if "relay" in self.parts:
                background.append(group.create_task(relay.run(), name="relay"))
            if hears:
                background.append(group.create_task(inbox.run(), name="inbox"))
            if isinstance(runtime.clock, SystemClock):
                background.append(group.create_task(follow_clock(runtime.clock, runtime.pool), name="clock"))
            if "http" in self.parts:
                background.append(group.create_task(runtime.projector.run(), name="projector"))
                hearing = self._hearing(runtime, broker)
                stack.push_async_callback(hearing.close)
                timekeeper = Timekeeper(self.service, runtime, hearing)
                background.append(group.create_task(timekeeper.run(), name="timekeeper"))
                await runtime.vault.keep_sealed()
                await self.service.starting(runtime)
            await self._until_stopped(group, runtime, health)
            for task in background:
                task.cancel()

    async def _until_stopped(self, group: asyncio.TaskGroup, runtime: Runtime, health: Health) -> None:
        open_door: Server | None = None
        if "http" in self.parts:
            open_door = self._door(runtime, health)
            listening = bound(self.settings.http_host, self.settings.http_port)
            serving = group.create_task(open_door.serve([listening]), name="http")
        self._starting = False
        spare_the_collector()
        logger().info("started", parts=sorted(self.parts), rehearsal=runtime.clock.rehearsal)
        await self._stop.wait()
        if open_door is not None:
            open_door.should_exit = True
            await serving
        await runtime.store.queue.drain()

    def _door(self, runtime: Runtime, health: Health) -> Server:
        verifier = TokenVerifier(PublishedKeys(runtime.reads), HeardEndings(runtime.reads))
        web = Web(runtime.store, runtime.reads, runtime.projector, verifier, runtime.clock, health.report)
        before = self.service.before_erasure(runtime)
        routers = [*operations.routers(runtime, self._delivery(runtime), before), *self.service.routers(runtime)]
        app = create_app(f"Nianlun {self.service.name}", self.service.title, routers, web)
        return server(app)

    def _delivery(self, runtime: Runtime) -> Delivery:
        return Delivery(runtime.store, Heard(self.service), runtime.clock.rehearsal)

    def _hearing(self, runtime: Runtime, broker: Broker) -> Hearing:
        return Hearing(runtime.pool, self._delivery(runtime).consumer, broker, consumed_by(self.service.name))

    def _inbox(self, runtime: Runtime, broker: Broker) -> Inbox:
        topics = consumed_by(self.service.name)
        return Inbox(
            runtime.sessions,
            self._delivery(runtime),
            broker,
            topics,
            f"{self.service.name}-inbox",
            reached(self.settings),
            logger().warning,
            instance=f"{self.service.name}-{socket.gethostname()}-{self.settings.http_port}",
        )


@dataclass(frozen=True, slots=True)
class Heard:
    """What a service does with foreign events, as its inbox asks for it."""

    service: Service

    async def project(self, documents: Documents, recorded: Recorded) -> None:
        """See `Handler.project`."""
        await apply_all(projections_of(self.service), documents, recorded)

    async def react(self, load: Load, documents: Documents, recorded: Recorded) -> Sequence[Append]:
        """See `Handler.react`."""
        return await self.service.react(load, documents, recorded)


def projections_of(service: Service) -> Sequence[Projection]:
    """A service's, and what every service projects."""
    return [SIGNING_KEYS, ENDED_TOKENS, *service.projections]


def spare_the_collector() -> None:
    """What the program itself consists of is not garbage: a tenth less work for each request."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_OBJECTS)


def _give_up() -> None:
    logger().error("stopped", reason=f"not drained within {STOP_SECONDS_MAX:g} s")
    sys.stdout.flush()
    os._exit(1)


def _reasons(failure: BaseException) -> list[str]:
    if isinstance(failure, BaseExceptionGroup):
        return [reason for part in failure.exceptions for reason in _reasons(part)]
    return [f"{type(failure).__name__}: {failure}"]
