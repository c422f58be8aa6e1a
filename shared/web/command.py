"""The command door: who asks, when it was received, under which id, and the same answer to a repeated key."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias
from uuid import uuid4

from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse

from shared.auditlog.canonical import JSON, sha256_hex
from shared.eventstore.port import AlreadyHandled, Context, EventStore, Idempotency, Remembered
from shared.eventstore.transact import Transacted
from shared.kernel.actor import Actor, Role
from shared.kernel.ids import named
from shared.kernel.instants import Instant
from shared.web.authentication import CurrentActor, OptionalActor
from shared.web.problem import KeyReused

_TRACEPARENT = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")
ANYBODY = Actor(id="anybody", role=Role.FILER)
"""The actor of the few commands that need no account yet."""

Work: TypeAlias = Callable[[Idempotency | None], Awaitable[Transacted[Any]]]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One command as it came in."""

    context: Context
    key: str | None
    """The idempotency key, scoped by actor."""
    request_hash: str
    store: EventStore
    status: int

    @property
    def actor(self) -> Actor:
        """Who commands."""
        return self.context.actor

    @property
    def at(self) -> Instant:
        """When the server accepted the request, before it read the body or waited in any queue."""
        return self.context.at

    async def answer(self, work: Work, **made: JSON) -> JSONResponse:
        """Do `work` once per idempotency key and answer its receipt; `made` are ids of what was made."""
        if self.key is not None and (remembered := await self.store.recall(self.key)):
            return self._again(remembered)
        idempotency = Idempotency(self.key, self.request_hash, self.status, made) if self.key else None
        try:
            done = await work(idempotency)
        except AlreadyHandled as handled:
            return self._again(handled.remembered)
        return JSONResponse({**made, **done.appended.response}, self.status)

    def _again(self, remembered: Remembered) -> JSONResponse:
        if remembered.request_hash != self.request_hash:
            raise KeyReused
        return JSONResponse(dict(remembered.response), remembered.status, {"Idempotent-Replayed": "true"})


async def _arrival(
    request: Request, actor: Actor, idempotency_key: str | None, traceparent: str | None
) -> Arrival:
    key = f"{actor.id}:{idempotency_key}" if idempotency_key else None
    command_id = named("command", key) if key else str(uuid4())
    trace = traceparent if traceparent and _TRACEPARENT.match(traceparent) else None
    seen = b"\n".join((request.method.encode(), request.url.path.encode(), await request.body()))
    at: Instant = request.state.received_at
    context = Context(command_id, actor, at, correlation_id=command_id, traceparent=trace)
    status = getattr(request.scope.get("route"), "status_code", None) or 200
    return Arrival(context, key, sha256_hex(seen), request.app.state.web.store, status)


_Key = Annotated[
    str | None,
    Header(
        description="Repeat it to get the same answer instead of a second effect",
        pattern=r"^[\x21-\x7e]{1,128}$",
    ),
]
_Trace = Annotated[str | None, Header(description="W3C trace context")]


async def arriving(
    request: Request, actor: CurrentActor, idempotency_key: _Key = None, traceparent: _Trace = None
) -> Arrival:
    """A command of somebody with a token."""
    return await _arrival(request, actor, idempotency_key, traceparent)


async def arriving_from_anybody(
    request: Request, actor: OptionalActor, idempotency_key: _Key = None, traceparent: _Trace = None
) -> Arrival:
    """A command that needs no account."""
    return await _arrival(request, actor or ANYBODY, idempotency_key, traceparent)


Arriving = Annotated[Arrival, Depends(arriving)]
ArrivingFromAnybody = Annotated[Arrival, Depends(arriving_from_anybody)]
