"""What a composed stack says through its doors, to who has no engine to ask: the console in its container."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from deploy.composed.place import brokers, door, extras, variables
from deploy.local.home import Home
from deploy.local.ports import answers
from deploy.local.provision import STATISTICS
from deploy.local.status import ANSWER_SECONDS_MAX, Row, integer, lag, reason
from shared.contracts.topics import SERVICES

LOOPBACK = "127.0.0.1"
DATABASE = "postgres"
Health = Mapping[str, Any]


async def rows(home: Home) -> list[Row]:
    """One for every service, by whichever replica answers; none where no door is open. Restarts are the engine's."""
    told = variables(home)
    names = (*SERVICES, STATISTICS)
    async with httpx.AsyncClient(timeout=ANSWER_SECONDS_MAX, trust_env=False) as client:
        said = await asyncio.gather(*(_health(client, int(told[door(name)])) for name in names))
    listening = {name: int(told[door(name.replace("-", "_"))]) for name in (*brokers(told), *extras(told))}
    open_ones = await asyncio.gather(*(answers(LOOPBACK, port, ANSWER_SECONDS_MAX) for port in listening.values()))
    if not any(open_ones) and all(one is None for one in said):
        return []
    found = [_service(name, int(told[door(name)]), one) for name, one in zip(names, said, strict=True)]
    found += [
        _row(name, port, "ready" if is_open else "down")
        for (name, port), is_open in zip(listening.items(), open_ones, strict=True)
    ]
    found += _database([one for one in said if one])
    return sorted(found, key=lambda one: one.name)


async def _health(client: httpx.AsyncClient, port: int) -> Health | None:
    """What a service says of itself; None where its door is shut, nothing where no replica is behind it."""
    try:
        said = (await client.get(f"http://{LOOPBACK}:{port}/health/ready")).json()
    except httpx.HTTPError:
        return None
    except ValueError:
        return {}
    return said if isinstance(said, dict) and "checks" in said else {}


def _service(name: str, port: int, said: Health | None) -> Row:
    if not said:
        return _row(name, port, "down")
    state, checks = "ready" if said.get("status") == "ready" else "unready", said["checks"]
    return _row(name, port, state, checks, integer(said, "position"))


def _database(said: Sequence[Health]) -> list[Row]:
    """It has no door: those that stand on it say whether it answers."""
    asked = [one["checks"]["database"]["ok"] for one in said if "database" in one["checks"]]
    return [_row(DATABASE, 0, "ready" if all(asked) else "unready")] if asked else []


def _row(name: str, port: int, state: str, checks: object = None, position: int | None = None) -> Row:
    return Row(
        name=name,
        state=state,
        pid=None,
        port=port,
        url="",
        restarts=0,
        uptime_seconds=None,
        resident_mib=None,
        relay_lag=lag(checks, "relay"),
        inbox_lag=lag(checks, "inbox"),
        position=position,
        reason=reason(checks),
    )
