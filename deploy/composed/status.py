"""What the engine, the kernel and the last check of each container's health say of a composed stack."""

import asyncio

import psutil

from deploy.composed.engine import Container, containers
from deploy.local.home import Home
from deploy.local.status import Row, integer, lag, reason, resident, uptime


async def rows(home: Home) -> list[Row]:
    """One for every container."""
    return [_row(one) for one in await asyncio.to_thread(containers, home)]


def _row(one: Container) -> Row:
    process, checks = _process(one), one.health.get("checks")
    return Row(
        name=one.name,
        state=one.state,
        pid=one.pid,
        port=one.port,
        url="",
        restarts=one.restarts,
        uptime_seconds=uptime(process) if process else None,
        resident_mib=resident(process) if process else None,
        relay_lag=lag(checks, "relay"),
        inbox_lag=lag(checks, "inbox"),
        position=integer(one.health, "position"),
        reason=reason(checks),
    )


def _process(one: Container) -> psutil.Process | None:
    """None where the engine runs on another kernel, as on a desktop."""
    try:
        return psutil.Process(one.pid) if one.pid else None
    except psutil.NoSuchProcess:
        return None
