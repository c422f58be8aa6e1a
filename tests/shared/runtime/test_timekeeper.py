"""What falls due by a clock waits for that clock."""

import asyncio
from pathlib import Path

import pytest

from shared.eventstore.documents import Reads
from shared.eventstore.port import EventStore
from shared.kernel.instants import Instant
from shared.runtime.service import Service
from shared.runtime.timekeeper import Timekeeper
from tests.town.house import HandClock, House

WAIT_SECONDS_MAX = 10.0
NOON = Instant("2017-08-01T04:00:00.000Z")


@pytest.mark.asyncio
async def test_nothing_falls_due_while_the_clock_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.runtime.timekeeper.ROUND_SECONDS", 0.01)
    looked: list[Instant] = []

    async def fall_due(_store: EventStore, _reads: Reads, now: Instant) -> None:
        looked.append(now)

    service = Service("review", "Due", lambda _runtime: [], [], fall_due=fall_due)
    house = House(service, HandClock(NOON, waits="it is behind the log"), tmp_path)
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        keeping = asyncio.create_task(Timekeeper(service, house.runtime).run())
        await asyncio.sleep(0.1)
        assert looked == []
        house.clock.waits = ""
        while not looked:
            await asyncio.sleep(0.01)
        keeping.cancel()
    assert set(looked) == {NOON}
