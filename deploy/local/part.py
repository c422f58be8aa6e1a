"""What the supervisor is told about a process, and the lines in which it tells about it."""

import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from deploy.local.unprivileged import Identity


class State(StrEnum):
    """Where a process is in its life."""

    WAITING = "waiting"
    """For what it needs."""
    STARTING = "starting"
    READY = "ready"
    PAUSING = "pausing"
    """It died and is about to be started again."""
    STOPPED = "stopped"


async def nothing() -> None:
    """Provision nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One process of the stack."""

    name: str
    command: tuple[str, ...]
    ready: Callable[[], Awaitable[None]]
    """Returns once the process can be used; raises `StackError` when it takes too long."""
    provision: Callable[[], Awaitable[None]] = nothing
    """What is done once after it was ready for the first time, before others may use it."""
    writes_to: Path | None = None
    """A folder without whose room it is not started, where it would take what it cannot read whole for damaged."""
    needs: tuple[str, ...] = ()
    """Names of parts that must be ready before it is started."""
    essential: bool = True
    """Whether the stack is up only when this process is."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to our own environment."""
    port: int
    url: str = ""
    """Of its HTTP interface, when it has one."""
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds_max: float = 12.0
    """After which it is killed."""
    identity: Identity = field(default_factory=Identity)
    record: Callable[[str], Mapping[str, object]] | None = None
    """Reads one of its lines that is not JSON."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One line for the operator."""

    part: str
    level: str
    """`info`, `warning` or `error`."""
    text: str
