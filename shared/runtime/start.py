"""What a process needs before it can serve: connections to its database and a clock."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from time import monotonic

import asyncpg
from aiokafka.errors import KafkaError

from shared.contracts.access import ClockPassedOver
from shared.contracts.category import Stream
from shared.contracts.topics import ACCESS
from shared.eventstore.batch import Result
from shared.eventstore.connections import DISCONNECTED, Connection, Pool, disconnected
from shared.eventstore.port import AlreadyHandled, Append, Context, EventStore, Idempotency, Write
from shared.eventstore.queue import CommitBatch
from shared.eventstore.sealing import Prepared
from shared.files.deposits import Limits
from shared.files.depot import Depot, depot_at
from shared.kernel.actor import system
from shared.kernel.clock import Clock
from shared.kernel.ids import named
from shared.kernel.instants import Instant, NotAnInstant, instant
from shared.messaging.crash_points import CrashPoint, Reached
from shared.messaging.failures import BrokerSetBack
from shared.messaging.history import require_own_history
from shared.messaging.kafka import Broker
from shared.observability.logs import logger
from shared.observability.metrics import APPEND_EVENTS, APPEND_SECONDS
from shared.runtime.clock import NEVER, RehearsalClock, SystemClock
from shared.runtime.database import connect
from shared.runtime.settings import ServiceSettings

STATEMENTS, SESSIONS = (4, 8), (2, 6)
"""Connections at least and at most: for statements and transactions, and for what changes its session."""
START_SECONDS_MAX = 60.0
RETRY_SECONDS = 0.2
REFUSED = (asyncpg.exceptions.InvalidPasswordError, FileNotFoundError)
"""Of a running service they mean that the password is just being replaced; of one that starts, that there is none."""
STATEMENT_SECONDS_MAX = 30.0
SILENT = "15s"
"""After which the database ends a transaction whose process says nothing more: one that is frozen keeps its locks."""
CLOSE_SECONDS_MAX = 1.0
CLOCK_MEASURE_SECONDS = 5.0
KAFKA_PASSWORD = "kafka_password"  # noqa: S105 - its file's name  # pragma: allowlist secret
"""The secret file with the password that the broker has, or is just being given."""
HISTORY_SECONDS_MAX = 3.0
"""How long a start waits for the broker; without it the relay asks again before it sends."""


async def pools_of(service: str, settings: ServiceSettings) -> tuple[Pool, Pool]:
    """Connections for statements and for sessions; waits for the database, at most `START_SECONDS_MAX`.

    Who listens or holds a session's lock takes the second: its connections are cleaned when they are given
    back, which costs a round trip; those of the first are given back as they are.
    """
    statements = await _pool(service, settings, STATEMENTS, reset=_as_it_is)
    try:
        return statements, await _pool(service, settings, SESSIONS, reset=None)
    except BaseException:
        statements.terminate()
        raise


async def _as_it_is(_connection: Connection) -> None:
    """Nothing is set in a session of these."""


async def _pool(
    service: str,
    settings: ServiceSettings,
    size: tuple[int, int],
    *,
    reset: Callable[[Connection], Awaitable[None]] | None,
) -> Pool:
    deadline, told = monotonic() + START_SECONDS_MAX, False
    while True:
        try:
            return await asyncpg.create_pool(
                connect=partial(connect, settings),
                min_size=size[0],
                max_size=size[1],
                reset=reset,
                command_timeout=STATEMENT_SECONDS_MAX,
                server_settings={
                    "application_name": f"nianlun {service} {settings.replica}",
                    "idle_in_transaction_session_timeout": SILENT,
                },
            )
        except DISCONNECTED as error:
            if not disconnected(error) or isinstance(error, REFUSED) or monotonic() > deadline:
                raise
            if not told:
                logger().warning("waiting for the database", reason=f"{type(error).__name__}: {error}")
                told = True
            await asyncio.sleep(RETRY_SECONDS)


async def close(*pools: Pool) -> None:
    """Give the connections back; those still busy after `CLOSE_SECONDS_MAX` are cut."""
    try:
        async with asyncio.timeout(CLOSE_SECONDS_MAX):
            await asyncio.gather(*(pool.close() for pool in pools))
    except TimeoutError:
        for pool in pools:
            pool.terminate()


async def clock_of(settings: ServiceSettings, pool: Pool) -> Clock:
    """The rehearsal's clock, or the system's once it was compared with the database's."""
    if settings.clocks.kind == "rehearsal":
        if settings.clocks.file is None:
            raise ValueError("a rehearsal needs NIANLUN_CLOCK_FILE")
        rehearsal = RehearsalClock(settings.clocks.file)
        rehearsal.now()
        return rehearsal
    clock = SystemClock(_passes_over(settings.clocks.passes_over))
    await clock.follow(pool)
    if clock.passed_over and not settings.clocks.passes_over_reason.strip():
        raise ValueError("NIANLUN_CLOCK_PASSES_OVER needs NIANLUN_CLOCK_PASSES_OVER_REASON, which the log keeps")
    return clock


def _passes_over(text: str) -> Instant:
    try:
        return instant(text) if text else NEVER
    except NotAnInstant as error:
        raise ValueError(
            f"NIANLUN_CLOCK_PASSES_OVER is no instant such as 2026-11-26T09:00:00.000Z: {text!r}"
        ) from error


async def keep_on_record(clock: SystemClock, store: EventStore, reason: str) -> None:
    """Record that the clock passes over the end of its log, before anything is dated by it; once for all replicas."""
    if not clock.passed_over:
        return
    actor = system(store.service)
    command_id = named("passed-over", store.service, clock.passed_over)
    context = Context(command_id, actor, clock.now(), correlation_id=command_id)
    stream = Stream(ACCESS[store.service], actor.id, actor.id)
    passed_over = ClockPassedOver(dated=clock.passed_over, reason=reason)
    kept = Idempotency(f"{actor.id}:{command_id}", command_id, 200, {})
    with suppress(AlreadyHandled):
        await store.append(Append((Write(stream, None, (passed_over,)),), context, kept))
    logger().warning("the end of the log is passed over", dated=clock.passed_over, reason=reason)


async def follow_clock(clock: SystemClock, pool: Pool) -> None:
    """Compare the clock with the database's again and again, until cancelled."""
    while True:
        await asyncio.sleep(CLOCK_MEASURE_SECONDS)
        try:
            await clock.follow(pool)
        except DISCONNECTED as error:
            logger().warning("the database's clock cannot be read", reason=f"{type(error).__name__}: {error}")


async def goes_on(pool: Pool, broker: Broker, topics: Sequence[str]) -> None:
    """Raise `LogSetBack` before anything is appended to a log that was set back.

    A broker that is away, or was set back itself, does not keep a service from appending: its relay says so.
    """
    try:
        async with asyncio.timeout(HISTORY_SECONDS_MAX):
            await require_own_history(pool, broker, topics)
    except BrokerSetBack:
        return
    except (KafkaError, OSError, TimeoutError) as error:
        logger().warning("the broker does not tell what was sent", reason=f"{type(error).__name__}: {error}")


def broker_of(settings: ServiceSettings) -> Broker:
    """The broker, as the service's own principal."""
    return Broker(
        settings.kafka_bootstrap,
        settings.kafka_username,
        partial(settings.secret, KAFKA_PASSWORD),
        settings.kafka_security,
        partial(settings.previous_secret, KAFKA_PASSWORD),
    )


def depot_of(settings: ServiceSettings, service: str) -> Depot:
    """Where files are kept and who scans them; an S3 store's secret key is the secret `files_secret_key`.

    In a store that all services are told of, each has a folder of its name: what one collects is no other's.
    """
    url, secret_key = settings.files.url, None
    if url.startswith("s3:"):
        place, mark, options = url.partition("?")
        url, secret_key = f"{place.rstrip('/')}/{service}{mark}{options}", settings.secret("files_secret_key")
    limits = Limits(settings.files.media_types, settings.files.bytes_max)
    return depot_at(url, settings.files.clamav, secret_key, limits)


def measured(reached: Reached) -> Callable[[int], None]:
    """What the store is to tell each commit to: the metrics, then the crash point."""

    def committed(events: int) -> None:
        APPEND_EVENTS.observe(events)
        reached(CrashPoint.APPEND_AFTER_COMMIT)

    return committed


def timed(commit: CommitBatch) -> CommitBatch:
    """`commit`, with the time it takes in the metrics."""

    async def committing(batch: Sequence[Prepared]) -> Sequence[Result]:
        with APPEND_SECONDS.time():
            return await commit(batch)

    return committing
