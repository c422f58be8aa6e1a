"""One service as one process: HTTP, projector, relay and inbox, together or each alone."""

import asyncio
import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import asyncpg
import uvicorn

from shared.contracts.topics import consumed_by
from shared.eventstore.documents import PoolReads
from shared.eventstore.postgres import DISCONNECTED, Pool, PostgresEventStore
from shared.eventstore.projector import Projector
from shared.kernel.clock import Clock
from shared.messaging.crash_points import CrashPoint, Reached, nothing
from shared.messaging.delivery import Delivery
from shared.messaging.inbox import Inbox
from shared.messaging.kafka import Broker
from shared.messaging.relay import Relay
from shared.observability.logs import configure, logger
from shared.observability.metrics import APPEND_EVENTS
from shared.runtime.clock import RehearsalClock, SystemClock
from shared.runtime.health import Health
from shared.runtime.service import Runtime, Service
from shared.runtime.settings import ServiceSettings
from shared.runtime.signing_keys import PublishedKeys, project_signing_key
from shared.vault.vault import PostgresVault
from shared.web.app import Web, create_app
from shared.web.authentication import TokenVerifier

POOL_CONNECTIONS_MAX = 12
START_SECONDS_MAX = 60.0
DRAIN_SECONDS_MAX = 8
CLOCK_MEASURE_SECONDS = 5.0
STATEMENT_SECONDS_MAX = 30.0


def run(service: Service, settings: ServiceSettings) -> None:
    """Run until SIGTERM or SIGINT, then drain; exit 1 when a part of the process fails."""
    parser = ArgumentParser(description=service.title)
    parser.add_argument("--only", choices=("http", "relay", "inbox"), help="run one part alone")
    only = parser.parse_args().only
    configure(service.name, settings.replica, settings.log_level)
    try:
        with asyncio.Runner(loop_factory=_loop) as runner:
            runner.run(_Process(service, settings).run(only))
    except* Exception as failures:  # noqa: BLE001 - the last line of a failing process
        logger().error("stopped", reason="; ".join(f"{type(e).__name__}: {e}" for e in _leaves(failures)))
        sys.exit(1)


@dataclass(slots=True)
class _Process:
    service: Service
    settings: ServiceSettings

    async def run(self, only: str | None) -> None:
        async with AsyncExitStack() as stack:
            pool = await self._pool()
            stack.push_async_callback(_close, pool)
            clock = await self._clock(pool)
            store = PostgresEventStore(
                pool, self.service.name, rehearsal=clock.rehearsal, committed=self._committed
            )
            stack.push_async_callback(store.queue.drain)
            projector = Projector(pool, store, self._project)
            runtime = Runtime(self.settings, pool, store, PoolReads(pool), PostgresVault(pool), clock, projector)
            await self._serve(runtime, pool, only)

    async def _serve(self, runtime: Runtime, pool: Pool, only: str | None) -> None:
        broker = Broker(
            self.settings.kafka_bootstrap,
            self.settings.kafka_username,
            self.settings.secret("kafka_password"),
            self.settings.kafka_security,
        )
        relay = Relay(pool, runtime.store, broker, self._reached())
        topics = consumed_by(self.service.name)
        delivery = Delivery(runtime.store, _Foreign(self), runtime.clock.rehearsal)
        inbox = Inbox(pool, delivery, broker, topics, f"{self.service.name}-inbox", self._reached())
        parts: dict[str, list[Callable[[], Coroutine[Any, Any, None]]]] = {
            "http": [runtime.projector.run],
            "relay": [relay.run],
            "inbox": [inbox.run] if topics else [],
        }
        background = [part for name, group in parts.items() if only in (None, name) for part in group]
        health = Health(pool, runtime, relay.state, inbox.state if topics else None)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(part()) for part in background]
            if isinstance(runtime.clock, SystemClock):
                tasks.append(group.create_task(self._follow_clock(runtime.clock, pool)))
            if only in (None, "http"):
                await self.service.starting(runtime)
                await self._http(runtime, health)
            else:
                await _stopped()
            for task in tasks:
                task.cancel()

    async def _http(self, runtime: Runtime, health: Health) -> None:
        verifier = TokenVerifier(PublishedKeys(runtime.reads), runtime.clock)
        web = Web(runtime.store, runtime.reads, runtime.projector, verifier, runtime.clock, health.report)
        app = create_app(f"Nianlun {self.service.name}", self.service.title, self.service.routers(runtime), web)
        config = uvicorn.Config(
            app,
            self.settings.http_host,
            self.settings.http_port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=DRAIN_SECONDS_MAX,
        )
        await uvicorn.Server(config).serve()

    async def _pool(self) -> Pool:
        deadline = asyncio.get_running_loop().time() + START_SECONDS_MAX
        while True:
            try:
                return await asyncpg.create_pool(
                    host=self.settings.database_host,
                    port=self.settings.database_port,
                    database=self.settings.database_name,
                    user=self.settings.database_user,
                    password=self.settings.secret("database_password"),
                    min_size=1,
                    max_size=POOL_CONNECTIONS_MAX,
                    command_timeout=STATEMENT_SECONDS_MAX,
                )
            except DISCONNECTED:
                if asyncio.get_running_loop().time() > deadline:
                    raise
                await asyncio.sleep(0.2)

    async def _clock(self, pool: Pool) -> Clock:
        if self.settings.clock == "rehearsal":
            if self.settings.clock_file is None:
                raise ValueError("a rehearsal needs NIANLUN_CLOCK_FILE")
            return RehearsalClock(self.settings.clock_file)
        clock = SystemClock()
        await clock.follow(pool)
        return clock

    @staticmethod
    async def _follow_clock(clock: SystemClock, pool: Pool) -> None:
        while True:
            await asyncio.sleep(CLOCK_MEASURE_SECONDS)
            try:
                await clock.follow(pool)
            except DISCONNECTED as error:
                logger().warning("the database's clock cannot be read", reason=str(error))

    async def _project(self, documents: Any, recorded: Any) -> None:
        await project_signing_key(documents, recorded)
        await self.service.project(documents, recorded)

    def _committed(self, events: int) -> None:
        APPEND_EVENTS.observe(events)
        self._reached()(CrashPoint.APPEND_AFTER_COMMIT)

    def _reached(self) -> Reached:
        if not self.settings.crash_at or self.settings.clock != "rehearsal":
            return nothing
        fatal = CrashPoint(self.settings.crash_at)

        def reached(point: CrashPoint) -> None:
            if point is fatal:
                os.kill(os.getpid(), signal.SIGKILL)

        return reached


@dataclass(frozen=True, slots=True)
class _Foreign:
    process: _Process

    async def project(self, documents: Any, recorded: Any) -> None:
        await self.process._project(documents, recorded)

    async def react(self, load: Any, documents: Any, recorded: Any) -> Any:
        return await self.process.service.react(load, documents, recorded)


async def _stopped() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


async def _close(pool: Pool) -> None:
    try:
        await asyncio.wait_for(pool.close(), 2)
    except TimeoutError:
        pool.terminate()


def _leaves(group: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    flat: list[BaseException] = []
    for error in group.exceptions:
        flat += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return flat


def _loop() -> asyncio.AbstractEventLoop:
    import uvloop  # noqa: PLC0415 - not on every platform of a developer

    return uvloop.new_event_loop()
