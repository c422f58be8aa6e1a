"""What the processes of a running stack say of themselves, and what the kernel says of them."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
import psutil

from deploy.local.home import Home, read_json
from shared.kernel.instants import to_datetime
from shared.runtime.clock import SystemClock

ANSWER_SECONDS_MAX = 3.0
MIB = 2**20
NOTHING: Mapping[str, object] = {}


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
    content = read_json(home.status).get("processes") if home.status.exists() else []
    known = content if isinstance(content, list) else []
    async with httpx.AsyncClient(timeout=ANSWER_SECONDS_MAX, trust_env=False) as client:
        return await asyncio.gather(*(_row(client, entry) for entry in known))


async def _row(client: httpx.AsyncClient, entry: Mapping[str, object]) -> Row:
    process = _process(entry)
    state, health = str(entry["state"]), NOTHING
    if process is None:
        state = "stopped" if state == "stopped" else "pausing" if state == "pausing" else "down"
    elif entry["url"]:
        answer = await _health(client, str(entry["url"]))
        health = answer or NOTHING
        if state == "ready" and (answer is None or answer.get("status") != "ready"):
            state = "unready"
    checks = health.get("checks")
    return Row(
        name=str(entry["name"]),
        state=state,
        pid=process.pid if process else None,
        port=integer(entry, "port") or 0,
        url=str(entry["url"]),
        restarts=integer(entry, "restarts") or 0,
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


def _process(entry: Mapping[str, object]) -> psutil.Process | None:
    pid = integer(entry, "pid")
    if pid is None:
        return None
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        if process.create_time() == entry["created"] and process.status() != psutil.STATUS_ZOMBIE:
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
