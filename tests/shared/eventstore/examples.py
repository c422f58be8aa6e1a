"""Appends to try a store with."""

from dataclasses import replace
from itertools import count

from shared.contracts.access import AccessRefused
from shared.contracts.category import Stream
from shared.contracts.topics import ACCESS
from shared.eventstore.port import Append, Context, Idempotency, Write
from shared.kernel.actor import Actor, Role
from shared.kernel.ids import named
from shared.kernel.instants import Instant

EXPERT = Actor("0c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017", Role.EXPERT, district="310104")
NOON = Instant("2017-08-01T04:00:00.000Z")
_numbers = count(1)


def happened(reason: str = "because") -> AccessRefused:
    """An event; its meaning does not matter here."""
    return AccessRefused(command="RecommendApplication", stream="application-1", reason=reason)


def stream(name: str) -> Stream:
    """A stream of the review service."""
    return Stream(ACCESS["review"], name, name)


def context(command_id: str | None = None) -> Context:
    """A command's context; its id is a new one unless given."""
    made = command_id or named("test", str(next(_numbers)))
    return Context(made, EXPERT, NOON, correlation_id=made, round="2017")


def write(name: str, expected: int | None, events: int = 1) -> Write:
    """So many events for a stream; none makes a guard."""
    return Write(stream(name), expected, tuple(happened(f"{name} {number}") for number in range(events)))


def append(*writes: Write, command_id: str | None = None, key: Idempotency | None = None) -> Append:
    """An append of a command of its own."""
    return Append(writes, context(command_id), key)


def key(name: str, request_hash: str = "a" * 64) -> Idempotency:
    """An idempotency key with an answer of one member."""
    return Idempotency(name, request_hash, 201, {"id": name})


def too_large(name: str) -> Append:
    """An append whose event exceeds 65,535 bytes."""
    made = write(name, 0)
    return append(replace(made, events=(happened("x" * 70_000),)))


def breaking(name: str) -> Append:
    """An append that passes every check of ours and that PostgreSQL refuses: its stream holds U+0000."""
    return append(write(f"{name}\x00", 0))
