"""What the processes of a running stack say of themselves, and what the kernel says of them."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import httpx
import psutil
from msgspec import Meta

from deploy.local.home import Home, read_as
from shared.kernel.instants import to_datetime
from shared.runtime.clock import SystemClock

ANSWER_SECONDS_MAX = 3.0
MIB = 2**20
NOTHING: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Process:
    """What status.json tells of one."""

    name: str
    pid: Annotated[int, Meta(ge=1)] | None
    created: float | None
    """Of its process id, so that another process with it is told apart."""
    state: str
    restarts: int
    port: int
    url: Annotated[str, Meta(pattern=r"^(https?://[!-~]+)?\Z")]
    """Of its HTTP interface; empty when it has none."""


@dataclass(frozen=True, slots=True)
class _Status:
    processes: list[Process]


@dataclass(frozen=True, slots=True)
class Row:
    """One process; None is unknown."""

    name: str
    state: str
    """`ready`, `waiting`, `starting`, `pausing`, `unready`, `stopped` or `down`."""
    pid: int | None
    port: int
    url: str
    restarts: int
    uptime_seconds: int | None
    resident_mib: int | None
    """With its children, each shared page counted once among those that share it (PSS) where the kernel tells."""
    relay_lag: int | None
    inbox_lag: int | None
    position: int | None
    """Of the last event of its service's log."""
    reason: str | None = None
    """Why it is not ready, where it says so."""


async def rows(home: Home) -> list[Row]:
    """Ask every process of the last run; those that are gone are `down`."""
    async with httpx.AsyncClient(timeout=ANSWER_SECONDS_MAX, trust_env=False) as client:
        return await asyncio.gather(*(_row(client, one) for one in processes(home)))


def processes(home: Home) -> list[Process]:
    """The processes of the last run; raise `StackError` when its status.json is damaged."""
    return read_as(home.status, _Status).processes if home.status.exists() else []


async def _row(client: httpx.AsyncClient, one: Process) -> Row:
    process = _process(one)
    state, health = one.state, NOTHING
    if process is None:
        state = "stopped" if state == "stopped" else "pausing" if state == "pausing" else "down"
    elif one.url:
        answer = await _health(client, one.url)
        health = answer or NOTHING
        if state == "ready" and (answer is None or answer.get("status") != "ready"):
            state = "unready"
    checks = health.get("checks")
    return Row(
        name=one.name,
        state=state,
        pid=process.pid if process else None,
        port=one.port,
        url=one.url,
        restarts=one.restarts,
        uptime_seconds=uptime(process) if process else None,
        resident_mib=resident(process) if process else None,
        relay_lag=lag(checks, "relay"),
        inbox_lag=lag(checks, "inbox"),
        position=integer(health, "position"),
        reason=reason(checks),
    )


async def _health(client: httpx.AsyncClient, url: str) -> Mapping[str, object] | None:
    try:
        body = (await client.get(f"{url}/health/ready")).json()
    except (httpx.HTTPError, ValueError):
        return None
    return body if isinstance(body, dict) else None


def _process(one: Process) -> psutil.Process | None:
    if one.pid is None:
        return None
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(one.pid)
        if process.create_time() == one.created and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None


def uptime(process: psutil.Process) -> int:
    """Seconds since the process was made."""
    return max(0, round(to_datetime(SystemClock().now()).timestamp() - process.create_time()))


def resident(process: psutil.Process) -> int | None:
    """MiB of a process and its children, as `Row.resident_mib` counts them; None of one that has just ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        try:
            return sum(map(_shared_once, (process, *process.children(recursive=True)))) // MIB
        except psutil.AccessDenied:
            return process.memory_info().rss // MIB
    return None


def _shared_once(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.memory_full_info().pss
    return 0


def lag(checks: object, name: str) -> int | None:
    """What waits, as one of the checks of a service's health says."""
    check = checks.get(name) if isinstance(checks, Mapping) else None
    return integer(check, "lag") if isinstance(check, Mapping) else None


def reason(checks: object) -> str | None:
    """What a service says that keeps it from being ready."""
    each = checks.values() if isinstance(checks, Mapping) else ()
    said = [str(check["reason"]) for check in each if isinstance(check, Mapping) and check.get("reason")]
    return "; ".join(said) or None


def integer(where: Mapping[str, object], name: str) -> int | None:
    """A member that is a whole number, or None."""
    value = where.get(name)
    return value if isinstance(value, int) else None
