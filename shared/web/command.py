"""The command door: who asks, when it was received, under which id, and the same answer to a repeated key."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeAlias
from uuid import uuid4  # noqa: TID251 - the one door of random ids

import orjson
from fastapi import Depends, Request

from shared.auditlog.canonical import JSON, sha256_hex
from shared.eventstore.port import AlreadyHandled, Context, EventStore, Idempotency, Remembered, StreamConflict
from shared.eventstore.transact import Transacted
from shared.kernel.actor import ANYBODY, Actor
from shared.kernel.ids import named
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, Refusal
from shared.observability.metrics import COMMANDS
from shared.web.answer import JSONAnswer
from shared.web.authentication import COMMAND, COMMAND_OR_NOT, Bearer, actor_of, actor_or_nobody
from shared.web.failures import KeyReused, WrongCredentials

SECRET_MEMBERS = frozenset({"password", "new_password"})
"""Left out of a request's hash, which is stored: a fast hash of a password would undo argon2."""
KEY, KEY_PATTERN, REPLAYED = "Idempotency-Key", r"[\x21-\x7e]{1,128}", "Idempotent-Replayed"
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
    """The idempotency key, scoped by actor; of those who have no account, by the request itself."""
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

    def of_file(self, sha256: str) -> "Arrival":
        """The same for a body that was a file: its hash stands for it where a repeated key is compared."""
        return replace(self, request_hash=sha256_hex(f"{self.request_hash}\n{sha256}".encode()) if self.key else "")

    async def answer(self, work: Work, **made: JSON) -> JSONAnswer:
        """Do `work` once per idempotency key and answer its receipt; `made` are ids of what was made.

        A key that was answered before is answered again without `work`; raise `KeyReused` when it came with
        another request. Of two at once one does the work, and both are answered alike: whoever is refused what
        the other just did, learns the other's answer.
        """
        if self.key is not None and (remembered := await self.store.recall(self.key)):
            return self._again(remembered)
        idempotency = Idempotency(self.key, self.request_hash, self.status, made) if self.key else None
        try:
            done = await work(idempotency)
        except AlreadyHandled as handled:
            return self._again(handled.remembered)
        except (Refusal, StreamConflict, WrongCredentials):
            if self.key is not None and (remembered := await self.store.recall(self.key)):
                return self._again(remembered)
            raise
        COMMANDS.labels("accepted" if done.events else "nothing new").inc()
        return JSONAnswer({**made, **done.appended.response}, self.status)

    def _again(self, remembered: Remembered) -> JSONAnswer:
        if remembered.request_hash != self.request_hash:
            raise KeyReused
        COMMANDS.labels("replayed").inc()
        return JSONAnswer(dict(remembered.response), remembered.status, {REPLAYED: "true"})


async def _arrival(request: Request, actor: Actor, *, file: bool = False) -> Arrival:
    text, store = _key(request), request.app.state.web.store
    request_hash = _hash(request, request.url.query.encode() if file else await request.body()) if text else ""
    key = f"{request_hash if actor == ANYBODY else actor.id}:{text}" if text else None
    if key is not None:
        request.state.command_id = named("command", store.service, key)
    command_id: str = request.state.command_id
    at: Instant = request.state.received_at
    context = Context(command_id, actor, at, command_id, traceparent=request.state.traceparent)
    status = getattr(request.scope.get("route"), "status_code", None) or 200
    return Arrival(context, key, request_hash, store, status)


def _key(request: Request) -> str | None:
    text = request.headers.get(KEY)
    if text is None:
        return None
    if not re.fullmatch(KEY_PATTERN, text):
        raise Malformed("1 to 128 visible ASCII characters are expected", field=KEY)
    return text


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


class _Arrival(Bearer):
    async def __call__(self, request: Request) -> Arrival:
        return await _arrival(request, await actor_of(request))


class _ArrivalWithFile(Bearer):
    async def __call__(self, request: Request) -> Arrival:
        return await _arrival(request, await actor_of(request), file=True)


class _ArrivalFromAnybody(Bearer):
    async def __call__(self, request: Request) -> Arrival:
        return await _arrival(request, await actor_or_nobody(request) or ANYBODY)


class _ArrivalWithFileFromAnybody(Bearer):
    async def __call__(self, request: Request) -> Arrival:
        return await _arrival(request, await actor_or_nobody(request) or ANYBODY, file=True)


Arriving = Annotated[Arrival, Depends(_Arrival(COMMAND))]
"""A command of somebody with a token."""
WITH_FILE, WITH_FILE_FROM_ANYBODY = _ArrivalWithFile(COMMAND), _ArrivalWithFileFromAnybody(COMMAND_OR_NOT)
"""Dependencies, for a router that is told who may bring a file."""
ArrivingWithFile = Annotated[Arrival, Depends(WITH_FILE)]
"""A command whose body is a file, which is not read yet; see `Arrival.of_file`."""
ArrivingFromAnybody = Annotated[Arrival, Depends(_ArrivalFromAnybody(COMMAND_OR_NOT))]
"""A command that needs no account."""
