"""The quick slice: every named crash point and every kind of kill once, two processes of each house, then the judge."""

import asyncio
from contextlib import suppress
from time import monotonic

import httpx
import pytest

from shared.messaging.crash_points import CrashPoint
from tests.faults.drill import CRASHES, Drill, drill, suffer, together
from tests.faults.machines import Houses, ground

ACKNOWLEDGED_MIN = 200
TAKEOVER_SECONDS_MAX = 5.0


async def takeover_seconds(drilled: Drill) -> float:
    """How long nobody leads after the process of the leading relay was killed."""
    leader = await leading(drilled.source)
    began = monotonic()
    drilled.source.kept[leader].kill()
    while await leading(drilled.source) == leader:
        await asyncio.sleep(0.01)
    return monotonic() - began


async def leading(houses: Houses) -> int:
    """Which process's relay leads; waits until one does, and the killed one's door is shut."""
    async with httpx.AsyncClient(trust_env=False, timeout=2) as client, asyncio.timeout(20):
        while True:
            for number, url in enumerate(houses.urls):
                with suppress(httpx.TransportError):
                    checks = (await client.get(f"{url}/health/ready")).json()["checks"]
                    if checks["relay"]["leading"]:
                        return number
            await asyncio.sleep(0.05)


@pytest.mark.timeout(240)
async def test_nothing_is_lost_repeated_or_reordered_by_any_fault() -> None:
    faults = [
        together(CRASHES[CrashPoint.RELAY_BEFORE_SEND], CRASHES[CrashPoint.INBOX_BEFORE_COMMIT]),
        together(CRASHES[CrashPoint.RELAY_MID_BATCH], CRASHES[CrashPoint.INBOX_AFTER_COMMIT]),
        CRASHES[CrashPoint.RELAY_AFTER_SEND_BEFORE_CURSOR],
        CRASHES[CrashPoint.APPEND_AFTER_COMMIT],
        Drill.kill_postgres,
        Drill.kill_source,
        Drill.kill_broker,
        Drill.kill_sink,
    ]
    async with ground() as made, drill(made, seed=1) as drilled:
        assert await takeover_seconds(drilled) < TAKEOVER_SECONDS_MAX
        await suffer(drilled, faults, 1, print)
        assert await drilled.verdict() == []
        assert len(drilled.load.acknowledged) > ACKNOWLEDGED_MIN
        killed = [kept.ends for kept in (*drilled.source.kept, *drilled.sink.kept, made.postgres, made.kafka)]
        assert all(killed), "every process died at least once"
