"""Which failures pass by themselves, so that waiting helps, and which are a verdict on an event."""

import asyncpg
from aiokafka.errors import KafkaError

from shared.eventstore.connections import disconnected
from shared.eventstore.port import StreamConflict

PASSING_CLASSES = ("08", "40", "53", "55", "57", "58")
"""SQLSTATE classes: connection, rollback (deadlock, serialization), resources, not in state, intervention, I/O."""
READ_ONLY = "25006"
"""The server was demoted or is out of space for writing."""


class NotYet(Exception):
    """A predecessor on another topic has not arrived; the partition waits and asks again."""


class StreamHasAHole(Exception):
    """An event's predecessor in its stream is missing; the partition holds rather than skip it."""


class BrokerSetBack(Exception):
    """The broker came back with less than was sent to it; what follows may not be sent before that is made good."""


class TakenOver(Exception):
    """The partition's cursor is not where this consumer supposed; its work is rolled back."""


def passing(error: BaseException) -> bool:
    """Whether the same work may succeed later though nothing about the event changed."""
    if isinstance(error, NotYet | StreamHasAHole | BrokerSetBack | TakenOver | StreamConflict | KafkaError):
        return True
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        return state.startswith(PASSING_CLASSES) or state == READ_ONLY
    return disconnected(error)


def reason(error: BaseException) -> str:
    """One line for people."""
    return f"{type(error).__name__}: {error}".rstrip(": ")
