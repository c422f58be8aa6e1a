"""Live statistics of the round with Faust: windowed counts and silence, approximate, held to the exact store.

Faust acknowledges what fails and may deliver again after a crash. So a figure is a set of event ids, never a sum:
a redelivery changes nothing, and `drift` tells how far the live figures are from the exact ones.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import asyncpg
import faust
import orjson
import uvicorn
from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.reporting.settings import Settings
from services.reporting.usecases.project import COUNTS, figures
from shared.contracts.codec import Undecodable, UnknownEventType, decode
from shared.contracts.envelope import Recorded
from shared.contracts.topics import PARTITIONS, consumed_by
from shared.eventstore.documents import PoolReads, Table
from shared.observability.logs import configure, logger
from shared.observability.metrics import STATISTICS_COUNT, STATISTICS_DRIFT, STATISTICS_SILENCE
from shared.runtime.database import connect
from shared.runtime.settings import read
from shared.runtime.start import broker_of

NAME = "nianlun-statistics"
RECONCILE_SECONDS = 2.0
SESSION_SECONDS, HEARTBEAT_SECONDS = 6.0, 2.0
"""A process that was killed holds its partitions so long; Faust's own minute would pass before another one is ready."""
WINDOW = "submissions_by_hour"
HOUR_TEXT = 13
"""Characters of an instant that name its hour."""
LABELS_MAX = 10_000
EXACT = Table.named("views.counts")
"""All of the database that this process has the right to read."""


class Statistics:
    """Which events count for which figure; a table of Faust keeps them over a restart."""

    def __init__(self, app: faust.App) -> None:
        self.seen = app.Table("seen", default=str, partitions=PARTITIONS, key_type=str, value_type=str)
        self.counts: Counter[tuple[str, str]] = Counter()
        self.last_heard: dict[str, float] = {}

    def recover(self) -> None:
        """Count again what the table holds."""
        self.counts = Counter((figure, label) for figure, label, _ in (key.split("|") for key in self.seen))

    def add(self, recorded: Recorded) -> None:
        """Count an event once, however often it is delivered."""
        self.last_heard[recorded.service] = time.monotonic()
        labels = figures(recorded.event)
        hour = ((WINDOW, recorded.envelope.time[:HOUR_TEXT]),) if len(labels) > 1 else ()
        for figure, label in (*labels, *hour):
            key = f"{figure}|{label}|{recorded.envelope.id}"
            if key not in self.seen:
                self.seen[key] = recorded.envelope.time
                self.counts[figure, label] += 1

    def drift(self, exact: dict[tuple[str, str], int]) -> dict[str, int]:
        """Live minus exact, by figure."""
        live = {key: count for key, count in self.counts.items() if key[0] != WINDOW}
        difference: Counter[str] = Counter()
        for figure, label in live.keys() | exact.keys():
            difference[figure] += live.get((figure, label), 0) - exact.get((figure, label), 0)
        return dict(difference)


def create_stream(settings: Settings, credentials: faust.SASLCredentials) -> tuple[faust.App, Statistics]:
    """The Faust application; no web of its own, tables in memory with changelogs on Kafka."""
    app = faust.App(
        NAME,
        broker=f"kafka://{settings.kafka_bootstrap}",
        broker_credentials=credentials,
        store="memory://",
        datadir=settings.tables_dir,
        web_enabled=False,
        broker_session_timeout=SESSION_SECONDS,
        broker_heartbeat_interval=HEARTBEAT_SECONDS,
        topic_partitions=PARTITIONS,
        topic_replication_factor=settings.tables_replicas,
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
    )
    statistics = Statistics(app)
    topic = app.topic(*consumed_by("statistics"), value_serializer="raw", key_serializer="raw", value_type=bytes)

    @app.agent(topic, name="statistics", concurrency=1)
    async def count(bodies: Any) -> None:
        async for body in bodies:
            with suppress(Undecodable, UnknownEventType):
                statistics.add(decode(body))

    return app, statistics


async def reconcile(statistics: Statistics, reads: PoolReads) -> dict[str, int]:
    """Compare with the exact counts, which the inbox keeps exactly once, and set the gauges."""
    docs = await reads.find(COUNTS, limit=LABELS_MAX)
    exact = {(str(doc["figure"]), str(doc["label"])): int(str(doc["count"])) for doc in docs}
    drift = statistics.drift(exact)
    for figure, events in drift.items():
        STATISTICS_DRIFT.labels(figure).set(events)
    for (figure, label), count in statistics.counts.items():
        STATISTICS_COUNT.labels(figure, label).set(count)
    for source, heard in statistics.last_heard.items():
        STATISTICS_SILENCE.labels(source).set(time.monotonic() - heard)
    return drift


def create_app(settings: Settings) -> FastAPI:
    """Health, metrics and figures of the process, with the stream running behind them."""
    credentials = faust.SASLCredentials(username=settings.kafka_username, mechanism="SCRAM-SHA-512")
    stream, statistics = create_stream(settings, credentials)
    state: dict[str, Any] = {"drift": {}, "ready": False}

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with _pool(settings) as pool:
            credentials.password = await broker_of(settings).accepted()
            await stream.start()
            statistics.recover()
            state["ready"] = True
            task = asyncio.create_task(_follow(statistics, PoolReads(pool, EXACT), state))
            yield
            task.cancel()
            await stream.stop()

    app = FastAPI(title=NAME, lifespan=lifespan)
    app.include_router(_routes(statistics, state))
    return app


def _pool(settings: Settings) -> "asyncpg.Pool[asyncpg.Record]":
    return asyncpg.create_pool(connect=partial(connect, settings), min_size=1, max_size=2)


async def _follow(statistics: Statistics, reads: PoolReads, state: dict[str, Any]) -> None:
    while True:
        await asyncio.sleep(RECONCILE_SECONDS)
        try:
            state["drift"] = await reconcile(statistics, reads)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            logger().warning("reconciliation failed", reason=str(error))


def _routes(statistics: Statistics, state: dict[str, Any]) -> APIRouter:
    router = APIRouter()

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @router.get("/health/ready")
    async def ready() -> JSONResponse:
        status = "ready" if state["ready"] else "not ready"
        checks = {"stream": {"ok": state["ready"], "drift": state["drift"]}}
        return JSONResponse({"status": status, "checks": checks}, 200 if state["ready"] else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    @router.get("/statistics")
    async def live_figures() -> Response:
        rows = [
            {"figure": figure, "label": label, "count": count}
            for (figure, label), count in sorted(statistics.counts.items())
        ]
        body = orjson.dumps({"approximate": True, "drift": state["drift"], "figures": rows})
        return Response(body, media_type="application/json")

    return router


def main() -> None:
    """Run the process until SIGTERM."""
    settings = read(Settings)
    configure("statistics", settings.replica, settings.log_level)
    uvicorn.run(
        create_app(settings), host=settings.http_host, port=settings.http_port, log_config=None, access_log=False
    )


if __name__ == "__main__":
    main()
