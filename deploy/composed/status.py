"""What the engine, the kernel and the last check of each container's health say of a composed stack."""

import asyncio
from collections.abc import Mapping

import psutil

from deploy.composed.doors import DATABASE
from deploy.composed.engine import Container, containers
from deploy.composed.found import DOOR
from deploy.composed.place import brokers, extras, variables
from deploy.local.home import Home
from deploy.local.provision import STATISTICS
from deploy.local.status import Row, integer, lag, reason, resident, uptime
from shared.contracts.topics import SERVICES


async def rows(home: Home) -> list[Row]:
    """One for every container."""
    return [_row(one) for one in await asyncio.to_thread(containers, home)]


async def whole(home: Home) -> list[Row]:
    """Also one that is down for each part of the stack that has no container; none where it has none at all."""
    there = await asyncio.to_thread(containers, home)
    missing = parts(variables(home)) - {one.service for one in there} if there else set()
    gone = [Container(name, name, "down", None, 0, 0, {}) for name in missing]
    return sorted(map(_row, [*there, *gone]), key=lambda row: row.name)


def parts(told: Mapping[str, str]) -> set[str]:
    """What a stack is made of, by its brokers and profiles."""
    return {DATABASE, DOOR, STATISTICS, *SERVICES, *brokers(told), *extras(told)}


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
