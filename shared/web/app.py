"""The application object: limits, problems, health, metrics and a service's own routes."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from shared.eventstore.documents import Reads
from shared.eventstore.port import EventStore
from shared.kernel.clock import Clock
from shared.observability.metrics import HTTP_REQUESTS, HTTP_SECONDS
from shared.web.authentication import TokenVerifier
from shared.web.problem import MEDIA_TYPE, install

BODY_BYTES_MAX = 1_048_576


class Reaching(Protocol):
    """Waits for the read models."""

    position: int

    async def reached(self, position: int, timeout_seconds: float) -> bool:
        """Whether they are at least there within the time."""
        ...


@dataclass(frozen=True, slots=True)
class Web:
    """What the doors of one service stand on."""

    store: EventStore
    reads: Reads
    projector: Reaching
    verifier: TokenVerifier
    clock: Clock
    health: Callable[[], Awaitable[dict[str, Any]]]


class Problem(BaseModel):
    """RFC 9457, with the rule, the clause and the field that a refusal names."""

    type: str
    title: str
    status: int
    detail: str
    rule: str | None = None
    clause: str | None = None
    field: str | None = None


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": text, "content": {MEDIA_TYPE: {}}}
    for status, text in {
        400: "The body is not JSON",
        401: "No valid token",
        403: "The actor may not do this",
        404: "There is no such thing",
        409: "Refused in the present state",
        413: "Too large",
        422: "A field has a value it cannot have",
        429: "Too many commands at once",
        503: "Not there yet",
    }.items()
}


def create_app(title: str, description: str, routers: Sequence[APIRouter], web: Web) -> FastAPI:
    """A service's HTTP application."""
    app = FastAPI(
        title=title,
        description=description,
        responses=PROBLEMS,
        redoc_url=None,
        max_body_size=BODY_BYTES_MAX,
    )
    app.state.web = web
    install(app)
    for router in routers:
        app.include_router(router)
    app.include_router(_operations())
    app.middleware("http")(_measure)
    return app


def _operations() -> APIRouter:
    router = APIRouter(tags=["operations"], include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @router.get("/health/ready")
    async def ready(request: Request) -> JSONResponse:
        report = await request.app.state.web.health()
        return JSONResponse(report, 200 if report["status"] == "ready" else 503)

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        await request.app.state.web.health()
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


async def _measure(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    started = time.perf_counter()
    request.state.received_at = request.app.state.web.clock.now()
    response = await call_next(request)
    route = getattr(request.scope.get("route"), "path", "none")
    HTTP_REQUESTS.labels(request.method, route, response.status_code).inc()
    HTTP_SECONDS.labels(route).observe(time.perf_counter() - started)
    return response

