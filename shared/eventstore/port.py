"""The store's port: what a caller may rely on, whatever stands behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.auditlog.canonical import JSON
from shared.auditlog.chain import Head
from shared.contracts.category import Stream
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.kernel.actor import Actor
from shared.kernel.instants import Instant


@dataclass(frozen=True, slots=True)
class Context:
    """Who and why; the same for all events of one command."""

    command_id: str
    """A uuid; event ids are uuid5 of it and the event's index, so that a retry makes the same ids."""
    actor: Actor
    at: Instant
    """The server's time of the command."""
    correlation_id: str
    """The first command's id."""
    causation_id: str | None = None
    """The id of the event whose handling led here; None when a person commanded."""
    round: str | None = None
    policy_hash: str | None = None
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Write:
    """Events for one stream, or, without events, a guard: the stream must still be at `expected`."""

    stream: Stream
    expected: int | None
    """The version the decision was made on; 0 for a new stream, None for any."""
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A command's key, to be remembered together with its answer in the same transaction."""

    key: str
    """Scoped by actor."""
    request_hash: str
    status: int
    response: Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class Append:
    """All the writes of one command: all happen or none."""

    writes: tuple[Write, ...]
    context: Context
    idempotency: Idempotency | None = None
    log_at: int | None = None
    """The position of the whole log that the decision was made on, for what no single stream guards; None for any."""


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append did."""

    position: int
    """The log's last position after it; the head where no event was written."""
    versions: Mapping[str, int]
    """Stream name to version, for every stream written."""
    event_ids: tuple[str, ...]
    response: Mapping[str, JSON]
    """What the caller is told: `response | {position, stream, version, events}`."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """An idempotency key that was used before."""

    request_hash: str
    status: int
    response: Mapping[str, JSON]


class StreamConflict(Exception):
    """A stream is not at the expected version; nothing was written; load and decide again."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"{stream} is at version {actual}, not {expected}")
        self.stream, self.expected, self.actual = stream, expected, actual


class LogMoved(StreamConflict):
    """The log is not at the position that the decision was made on; nothing was written; read and decide again."""

    def __init__(self, expected: int, actual: int) -> None:
        super().__init__("the log", expected, actual)


class AlreadyHandled(Exception):
    """The idempotency key was used before, perhaps for another request; nothing was written.

    The first answer is here, with the hash of the request that it belongs to.
    """

    def __init__(self, remembered: Remembered) -> None:
        super().__init__("the idempotency key was used before")
        self.remembered = remembered


class CommandReused(Exception):
    """The log has other events under this command's id; nothing was written, and no retry will help."""

    def __init__(self, command_id: str) -> None:
        super().__init__(f"command {command_id} happened otherwise")
        self.command_id = command_id


class OutcomeUnknown(Exception):
    """The database went away and did not come back in time: written or not, a retry with the same ids tells."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(f"the database did not answer: {type(cause).__name__}")
        self.cause = cause


class StoreBusy(Exception):
    """The append queue is full; nothing was written; try again after `retry_after_seconds`."""

    def __init__(self, retry_after_seconds: int = 1) -> None:
        super().__init__("the append queue is full")
        self.retry_after_seconds = retry_after_seconds


class EventStore(Protocol):
    """One service's log."""

    @property
    def service(self) -> str:
        """The service that owns the log."""
        ...

    async def append(self, request: Append) -> Appended:
        """Write all of `request` or none of it; durable once this returns.

        Positions are contiguous and in commit order. Raises `StreamConflict`, `AlreadyHandled`, `StoreBusy`,
        `CommandReused`, `EventTooLarge` or `NotCanonical`, and then nothing was written; or `OutcomeUnknown`.
        An append whose events are in the log already is told where they are and writes nothing.
        Cancelling the caller does not take back what was accepted.
        """
        ...

    async def load(self, stream: str) -> Sequence[Recorded]:
        """Every event of a stream in order; empty when there is none."""
        ...

    async def read(self, after: int, limit: int) -> Sequence[Recorded]:
        """At most `limit` events with a position beyond `after`, contiguous and in order."""
        ...

    async def head(self) -> Head:
        """The log's last position and hash."""
        ...

    async def recall(self, key: str) -> Remembered | None:
        """The answer that was given under an idempotency key."""
        ...
