"""The command door: who asks, when it was received, under which id, and the same answer to a repeated key."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias
from uuid import uuid4

import orjson
from fastapi import Depends, Header, Request

from shared.auditlog.canonical import JSON, sha256_hex
from shared.eventstore.port import AlreadyHandled, Context, EventStore, Idempotency, Remembered
from shared.eventstore.transact import Transacted
from shared.kernel.actor import Actor, Role
from shared.kernel.ids import named
from shared.kernel.instants import Instant
from shared.observability.metrics import COMMANDS
from shared.web.answer import JSONAnswer
from shared.web.authentication import TOKEN, TOKEN_OR_NOT, Bearer, actor_of, actor_or_nobody
from shared.web.problem import KeyReused

ANYBODY = Actor(id="anybody", role=Role.FILER)
"""The actor of the few commands that need no account yet."""
SECRET_MEMBERS = frozenset({"password"})
"""Left out of a request's hash, which is stored: a fast hash of a password would undo argon2."""
REPLAYED = "Idempotent-Replayed"
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

Work: TypeAlias = Callable[[Idempotency | None], Awaitable[Transacted[Any]]]


def fresh_id() -> str:
    """An id for a command that came without a key: the one random id of the platform."""
    return str(uuid4())


def valid_traceparent(text: str | None) -> str | None:
    """A W3C trace context of version 00, or None."""
    return text if text is not None and _TRACEPARENT.fullmatch(text) else None


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

    async def answer(self, work: Work, **made: JSON) -> JSONAnswer:
        """Do `work` once per idempotency key and answer its receipt; `made` are ids of what was made.

        A key that was answered before is answered again without `work`; raise `KeyReused` when it came with
        another request. Of two at once one does the work, and both are answered alike.
        """
        if self.key is not None and (remembered := await self.store.recall(self.key)):
            return self._again(remembered)
        idempotency = Idempotency(self.key, self.request_hash, self.status, made) if self.key else None
        try:
            done = await work(idempotency)
        except AlreadyHandled as handled:
            return self._again(handled.remembered)
        COMMANDS.labels("accepted" if done.events else "nothing new").inc()
        return JSONAnswer({**made, **done.appended.response}, self.status)

    def _again(self, remembered: Remembered) -> JSONAnswer:
        if remembered.request_hash != self.request_hash:
            raise KeyReused
        COMMANDS.labels("replayed").inc()
        return JSONAnswer(dict(remembered.response), remembered.status, {REPLAYED: "true"})


async def _arrival(
    request: Request, actor: Actor, idempotency_key: str | None, traceparent: str | None
) -> Arrival:
    key = f"{actor.id}:{idempotency_key}" if idempotency_key else None
    if key is not None:
        request.state.command_id = named("command", key)
    command_id: str = request.state.command_id
    at: Instant = request.state.received_at
    context = Context(command_id, actor, at, command_id, traceparent=valid_traceparent(traceparent))
    status = getattr(request.scope.get("route"), "status_code", None) or 200
    request_hash = _hash(request, await request.body()) if key else ""
    return Arrival(context, key, request_hash, request.app.state.web.store, status)


def _hash(request: Request, body: bytes) -> str:
    """SHA-256 of method, path and the body's meaning: neither its spaces nor the order of its members."""
    try:
        meant = orjson.loads(body)
    except orjson.JSONDecodeError:
        canonical = body
    else:
        if isinstance(meant, dict):
            meant = {name: member for name, member in meant.items() if name not in SECRET_MEMBERS}
        canonical = orjson.dumps(meant, option=orjson.OPT_SORT_KEYS)
    return sha256_hex(b"\n".join((request.method.encode(), request.url.path.encode(), canonical)))


_Key = Annotated[
    str | None,
    Header(
        description="Repeat it to get the same answer instead of a second effect",
        pattern=r"^[\x21-\x7e]{1,128}$",
    ),
]
_Trace = Annotated[
    str | None, Header(description="W3C trace context; carried into the events when it is valid")
]


class _Arrival(Bearer):
    """A command of somebody with a token."""

    async def __call__(
        self, request: Request, idempotency_key: _Key = None, traceparent: _Trace = None
    ) -> Arrival:
        return await _arrival(request, await actor_of(request), idempotency_key, traceparent)


class _ArrivalFromAnybody(Bearer):
    """A command that needs no account."""

    async def __call__(
        self, request: Request, idempotency_key: _Key = None, traceparent: _Trace = None
    ) -> Arrival:
        return await _arrival(
            request, await actor_or_nobody(request) or ANYBODY, idempotency_key, traceparent
        )


Arriving = Annotated[Arrival, Depends(_Arrival(TOKEN))]
ArrivingFromAnybody = Annotated[Arrival, Depends(_ArrivalFromAnybody(TOKEN_OR_NOT))]
