"""Every request's way in and out: when it came, under which id, how large it may be, what is logged of it."""

import asyncio
from collections.abc import Sequence
from time import perf_counter

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.kernel.clock import Clock
from shared.observability.logs import logger
from shared.observability.metrics import HTTP_REQUESTS, HTTP_SECONDS
from shared.observability.traces import Step, span, traceparent
from shared.web.answer import JSONAnswer
from shared.web.command import fresh_id, valid_traceparent
from shared.web.problem import RETRY_SECONDS, problem, text_refused, unexpected
from shared.web.streaming import leads_to_one, takes_a_file
from shared.web.text import TextRefused, refuse_nul, refuse_nul_in, refuse_twice_in

BODY_BYTES_MAX = 1_048_576
BODY_SECONDS_MAX = 30.0
"""A command is dated by its arrival: a body that trickled in for longer would be recorded as if it were antedated."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})
QUIET = ("/health", "/metrics")
"""Asked every few seconds by machines; logged only when it goes wrong."""
HEADERS = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
"""Answers are about people and organizations: nothing on the way keeps them."""
WAITS = "its clock has to be put right first; try again"
TOO_SLOW = f"a body is given {BODY_SECONDS_MAX:g} seconds"
TOO_LARGE = f"{BODY_BYTES_MAX} bytes are allowed"


class Entrance:
    """The outermost layer of the application.

    FastAPI's own `max_body_size` answers in plain text, also in place of a 401; so the limit is kept here.
    """

    def __init__(self, app: ASGIApp, clock: Clock, files: Sequence[BaseRoute] = ()) -> None:
        self.app, self._clock, self._files = app, clock, files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification; only HTTP comes here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        came = valid_traceparent(request.headers.get("traceparent"))
        with span(Step.REQUEST, came) as current:
            request.state.traceparent = traceparent(current, came)
            status = await self._answer(request, scope, receive, send)
            current.set_attributes({"http.route": _route(request), "http.response.status_code": status})

    async def _answer(self, request: Request, scope: Scope, receive: Receive, send: Send) -> int:
        started, passage = perf_counter(), _Passage(scope, receive, send)
        try:
            request.state.command_id = fresh_id()
            request.state.received_at = self._clock.now()
            response = _refused(request, self._files) or _waits(request, self._clock)
            asked = {**scope, "method": "GET"} if request.method == "HEAD" else scope
            await (response or self.app)(asked, passage.receive, passage.send)
        except Exception as error:  # noqa: BLE001 - the last place where a failure can still become an answer
            response = unexpected(request, error)
            if not passage.status:
                await response(scope, receive, passage.send)
        finally:
            _tell(request, passage.status, perf_counter() - started)
        return passage.status


class _Passage:
    """What one request has brought in and what went out; of what only its head is asked for the body stays here."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._head = scope["method"] == "HEAD"
        self._parts: list[bytes] = []
        self._bytes = 0
        self._came = False
        self._until = asyncio.get_running_loop().time() + BODY_SECONDS_MAX
        self.status = 0

    async def receive(self) -> Message:
        """The next part of the body; raise a 413 when all are too large, a 422 when they hold U+0000 or a member twice.

        A file is neither text nor held here; who takes it in limits it.
        """
        if self._came or takes_a_file(self._scope.get("route")):
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, TOO_SLOW, {"Connection": "close"}) from None
        if part := message.get("body"):
            self._bytes += len(part)
            if self._bytes > BODY_BYTES_MAX:
                raise HTTPException(413, TOO_LARGE, {"Connection": "close"})
            self._parts.append(part)
        if not message.get("more_body"):
            self._came = True
            body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
            refuse_nul_in(body)
            refuse_twice_in(body)
        return message

    async def send(self, message: Message) -> None:
        """Pass a part of the response on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", ()), *HEADERS]
        await self._send({**message, "body": b""} if self._head and "body" in message else message)


def _refused(request: Request, files: Sequence[BaseRoute]) -> JSONAnswer | None:
    announced = request.headers.get("content-length", "0")
    large = announced.isascii() and announced.isdigit() and int(announced) > BODY_BYTES_MAX
    if large and not leads_to_one(request.scope, files):
        return problem(request, 413, "Content Too Large", TOO_LARGE, headers={"Connection": "close"})
    try:
        refuse_nul(request)
    except TextRefused as error:
        return text_refused(request, error)
    return None


def _waits(request: Request, clock: Clock) -> JSONAnswer | None:
    """What is told of a command that nothing can date at present."""
    if request.method in READING or not clock.waits:
        return None
    headers = {"Retry-After": RETRY_SECONDS}
    return problem(request, 503, "The service cannot answer now", WAITS, kind="unavailable", headers=headers)


def _route(request: Request) -> str:
    return str(getattr(request.scope.get("route"), "path", "none"))


def _tell(request: Request, status: int, seconds: float) -> None:
    route = _route(request)
    method = request.method if request.method in METHODS else "other"
    HTTP_REQUESTS.labels(method, route, status).inc()
    HTTP_SECONDS.labels(route).observe(seconds)
    if route.startswith(QUIET) and status < 500:  # noqa: PLR2004 - not a failure of ours
        return
    state = request.state
    actor = getattr(state, "actor", None)
    logger().info(
        "request",
        method=method,
        route=route,
        status=status,
        milliseconds=round(seconds * 1000, 3),
        command_id=getattr(state, "command_id", None),
        traceparent=state.traceparent,
        actor=actor.id if actor else None,
        problem=getattr(state, "problem", None),
    )
