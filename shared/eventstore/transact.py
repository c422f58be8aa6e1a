"""One command on one aggregate: load, fold, decide, append, and again when someone else was first."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar, cast
from weakref import WeakKeyDictionary, WeakValueDictionary

from msgspec import to_builtins

from shared.auditlog.canonical import hash_of
from shared.contracts.access import AccessRefused
from shared.contracts.category import Stream
from shared.contracts.event import Event
from shared.contracts.topics import ACCESS
from shared.eventstore.port import (
    AlreadyHandled,
    Append,
    Appended,
    Context,
    EventStore,
    Idempotency,
    LogMoved,
    StreamConflict,
    Write,
)
from shared.kernel.actor import ANYBODY
from shared.kernel.decider import Decider
from shared.kernel.ids import named
from shared.kernel.instants import Instant, LocalDate, local_date
from shared.kernel.refusal import NotPermitted, Refusal
from shared.observability.logs import logger
from shared.observability.metrics import REFUSALS_UNRECORDED

StateT = TypeVar("StateT")
CommandT = TypeVar("CommandT")
EventT = TypeVar("EventT", bound=Event)

_TURNS: WeakKeyDictionary[EventStore, WeakValueDictionary[str, asyncio.Lock]] = WeakKeyDictionary()

REFUSALS_A_DAY_MAX = 100
"""Refusals of authority that one account leaves in one service's log on one day in Shanghai."""
LAST_OF_THE_DAY = "; further refusals of this account are not recorded today"
ATTEMPTS_MAX = 8
"""Attempts before a conflict is handed to the caller."""


@dataclass(frozen=True, slots=True)
class Transacted(Generic[StateT]):
    """What a command did: the append, the events and the state after them."""

    appended: Appended
    events: Sequence[Event]
    state: StateT


@dataclass(frozen=True, slots=True)
class Target(Generic[StateT, CommandT, EventT]):
    """Where a command acts: the deciding stream, guards on others, and the streams that some events start."""

    decider: Decider[StateT, CommandT, EventT]
    stream: Stream
    guards: tuple[Write, ...] = ()
    route: Callable[[Event], Stream] | None = None
    log_at: int | None = None
    """See `Append.log_at`."""
    versions: Mapping[str, int] = field(default_factory=dict)
    """Where routed streams were when they were loaded, by name; one that is not named here begins."""
    keep: Callable[[], Awaitable[None]] | None = None
    """Makes durable what the events will name, once they are decided and before they are appended; may come again.

    It may refuse when that cannot be; then nothing is appended.
    """


def in_turn(*steps: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """One `Target.keep` of several, the first of which may refuse before anything is kept."""

    async def every() -> None:
        for step in steps:
            await step()

    return every


async def transact(
    store: EventStore,
    target: Target[StateT, CommandT, EventT],
    command: CommandT,
    context: Context,
    idempotency: Idempotency | None = None,
) -> Transacted[StateT]:
    """Carry out `command`; nothing is written when it is refused but what the refusal records.

    A decision without events is answered with the log's head. Raises the refusal, what `EventStore.append`
    raises, and `StreamConflict` at once when it is a guard's or the log's, else after `ATTEMPTS_MAX` attempts.
    What is refused because it was done under the same key a moment ago raises `AlreadyHandled` and records nothing.
    """
    guarded = {guard.stream.name for guard in target.guards}
    for attempt in range(1, ATTEMPTS_MAX + 1):
        try:
            async with _turn(store, target.stream):
                return await _attempt(store, target, command, context, idempotency)
        except StreamConflict as conflict:
            if attempt == ATTEMPTS_MAX or conflict.stream in guarded or isinstance(conflict, LogMoved):
                raise
    raise AssertionError("the last attempt returned or raised")


def _turn(store: EventStore, stream: Stream) -> asyncio.Lock:
    """Commands of one process on one stream wait in line, so that a busy stream starves nobody."""
    return _TURNS.setdefault(store, WeakValueDictionary()).setdefault(stream.name, asyncio.Lock())


async def _attempt(
    store: EventStore,
    target: Target[StateT, CommandT, EventT],
    command: CommandT,
    context: Context,
    idempotency: Idempotency | None,
) -> Transacted[StateT]:
    recorded = await store.load(target.stream.name)
    state = target.decider.fold(cast("EventT", one.event) for one in recorded)
    try:
        events = target.decider.decide(state, command)
    except Refusal as refusal:
        if idempotency is not None and (remembered := await store.recall(idempotency.key)):
            raise AlreadyHandled(remembered) from refusal
        if not isinstance(refusal, NotPermitted):
            record = cast("tuple[Event, ...]", refusal.record)
            await _record(store, Write(target.stream, len(recorded), record), context)
        elif context.actor != ANYBODY:
            await leave_trace(store, target.stream, command, context, refusal)
        raise
    if events and target.keep is not None:
        await target.keep()
    writes = (*_writes(target, len(recorded), events), *target.guards)
    done = await store.append(Append(writes, context, idempotency, target.log_at))
    return Transacted(done, events, target.decider.fold(events, state))


def _writes(target: Target[StateT, CommandT, EventT], version: int, events: Sequence[EventT]) -> tuple[Write, ...]:
    route = target.route or (lambda _event: target.stream)
    by_stream: dict[Stream, list[Event]] = {target.stream: []}
    for event in events:
        by_stream.setdefault(route(event), []).append(event)
    return tuple(
        Write(stream, version if stream == target.stream else target.versions.get(stream.name, 0), tuple(mine))
        for stream, mine in by_stream.items()
    )


async def leave_trace(store: EventStore, stream: Stream, command: object, context: Context, refusal: Refusal) -> None:
    """Record that somebody tried `command` on `stream` and was refused, where that was found before it was decided.

    An account is free, so of each one's day `REFUSALS_A_DAY_MAX` are kept, or a few more of several at once; the last
    says that it is, and what follows is counted and logged.
    """
    access, name = Stream(ACCESS[store.service], context.actor.id, context.actor.id), type(command).__name__
    kept = await _refused_on(store, access, local_date(context.at))
    if kept >= REFUSALS_A_DAY_MAX:
        REFUSALS_UNRECORDED.inc()
        logger().warning("a refusal is not recorded", actor=context.actor.id, command=name, stream=stream.name)
        return
    reason = f"{refusal.detail}{LAST_OF_THE_DAY}" if kept == REFUSALS_A_DAY_MAX - 1 else refusal.detail
    trace = AccessRefused(command=name, stream=stream.name, reason=reason)
    await _record(store, Write(access, None, (trace,)), context)


async def _refused_on(store: EventStore, access: Stream, day: LocalDate) -> int:
    recorded = [one for one in await store.load(access.name) if isinstance(one.event, AccessRefused)]
    return sum(local_date(Instant(one.envelope.time)) == day for one in recorded)


async def _record(store: EventStore, write: Write, context: Context) -> None:
    """Append what a refusal leaves behind, once per content: the ids are not those of a later, permitted retry."""
    if write.events:
        content = hash_of([{"type": event.TYPE, "data": to_builtins(event)} for event in write.events])
        refused = replace(context, command_id=named("refused", context.command_id, content))
        await store.append(Append((write,), refused))
