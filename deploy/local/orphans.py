"""Processes that outlived a killed supervisor, known by pid and creation time."""

import contextlib
import signal
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from deploy.local.home import Home, StackError, read_json

STOP_SECONDS_MAX = 12.0


@dataclass(frozen=True, slots=True)
class Leftover:
    """A process of the last run that is still alive."""

    name: str
    process: psutil.Process
    children: tuple[psutil.Process, ...]
    stop_signal: signal.Signals
    infrastructure: bool
    """Database or broker: the services end before it."""


def leftovers(home: Home) -> list[Leftover]:
    """What is left of the last run."""
    try:
        rows = read_json(home.status).get("processes") if home.status.exists() else None
    except StackError:  # written while power failed; then nothing of it is alive
        return []
    found = []
    for row in rows if isinstance(rows, list) else []:
        with contextlib.suppress(psutil.NoSuchProcess, KeyError, TypeError, ValueError):
            process = psutil.Process(row["pid"])
            if process.create_time() == row["created"]:
                children = tuple(process.children(recursive=True))
                stop = signal.Signals(row["stop_signal"])
                found.append(Leftover(str(row["name"]), process, children, stop, not row["url"]))
    return found


def serving(home: Home) -> list[str]:
    """The services that run on without their supervisor."""
    return [one.name for one in leftovers(home) if not one.infrastructure]


def sweep(home: Home) -> list[str]:
    """End them, politely first and services before database and broker; return their names."""
    found = leftovers(home)
    for infrastructure in (False, True):
        _end([one for one in found if one.infrastructure is infrastructure])
    return [one.name for one in found]


def _end(found: Sequence[Leftover]) -> None:
    for one in found:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.process.send_signal(one.stop_signal)
    _, alive = psutil.wait_procs([one.process for one in found], STOP_SECONDS_MAX)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    everything = [process for one in found for process in (one.process, *one.children)]
    _, left = psutil.wait_procs(everything, STOP_SECONDS_MAX)
    if left:
        raise StackError(f"process {left[0].pid} of an earlier run does not end")
