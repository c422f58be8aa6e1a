"""The application object: problems, health, metrics and a service's own routes."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, ConfigDict

from shared.eventstore.documents import Reads
from shared.eventstore.port import EventStore
from shared.kernel.clock import Clock
from shared.web.answer import JSONAnswer
from shared.web.authentication import TokenVerifier
from shared.web.entrance import Entrance
from shared.web.openapi import describe
from shared.web.problem import install
from shared.web.query import known_query
from shared.web.reads import Reaching
from shared.web.streaming import file_routes

UNAVAILABLE = 503


@dataclass(frozen=True, slots=True)
class Web:
    """What the doors of one service stand on."""

    store: EventStore
    reads: Reads
    projector: Reaching
    verifier: TokenVerifier
    clock: Clock
    health: Callable[[], Awaitable[dict[str, Any]]]
    """The readiness document; asking also sets the gauges."""


class Check(BaseModel):
    """One part of the process; further members say more."""

    model_config = ConfigDict(extra="allow")

    ok: bool


class Readiness(BaseModel):
    """Whether the process can do its work; `position` is that of the service's log."""

    status: Literal["ready", "not ready"]
    checks: dict[str, Check]
    position: int


def create_app(title: str, description: str, routers: Sequence[APIRouter], web: Web) -> FastAPI:
    """A service's HTTP application; it loads nothing from elsewhere and traces by the events' traceparent."""
    app = FastAPI(
        title=title,
        description=description,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
    )
    app.state.web, app.state.queries = web, {}
    app.add_middleware(Entrance, clock=web.clock, files=file_routes(routers))
    install(app)
    for router in (*routers, _operations()):
        app.include_router(router, dependencies=[Depends(known_query)])
    app.openapi = partial(describe, app)  # type: ignore[method-assign]  # as FastAPI's documentation extends it
    return app


def _operations() -> APIRouter:
    router = APIRouter(tags=["operations"])

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        """Answers as long as the process turns."""
        return {"status": "live"}

    @router.get("/health/ready", response_model=Readiness, responses={UNAVAILABLE: {"model": Readiness}})
    async def ready(request: Request) -> JSONAnswer:
        """Asks database, broker, relay, inbox and projector."""
        report = await request.app.state.web.health()
        return JSONAnswer(report, 200 if report["status"] == "ready" else UNAVAILABLE)

    @router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def metrics(request: Request) -> Response:
        """The catalogue of shared/observability in Prometheus' text format."""
        await request.app.state.web.health()
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router
