"""What falls due by a clock waits for that clock, and until what was said by then has been heard."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from aiokafka.errors import KafkaConnectionError

from shared.eventstore.documents import Reads
from shared.eventstore.port import EventStore
from shared.kernel.instants import Instant
from shared.runtime.service import Service
from shared.runtime.timekeeper import Timekeeper
from tests.town.house import HandClock, House

WAIT_SECONDS_MAX = 10.0
NOON = Instant("2017-08-01T04:00:00.000Z")


LATER = Instant("2017-08-01T05:00:00.000Z")


@dataclass
class Ear:
    """Hears as far as it is told to."""

    end: int = 0
    heard: int = 0
    away: bool = False
    asked: int = 0
    meanwhile: Callable[[], None] = lambda: None

    async def ends(self) -> Mapping[str, int]:
        self.asked += 1
        if self.away:
            raise KafkaConnectionError
        self.meanwhile()
        return {"topic": self.end}

    async def reached(self, ends: Mapping[str, int]) -> bool:
        return self.heard >= ends["topic"]


@dataclass
class Kept:
    """A timekeeper at work, and the instants for which it asked."""

    clock: HandClock
    ear: Ear = field(default_factory=Ear)
    looked: list[Instant] = field(default_factory=list)

    async def until_looked(self, at: Instant) -> None:
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            while at not in self.looked:
                await asyncio.sleep(0.01)

    async def until_asked(self) -> None:
        """Twice more, so that the last answer was used."""
        before = self.ear.asked
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            while self.ear.asked < before + 2:
                await asyncio.sleep(0.01)

    async def stays(self) -> bool:
        """Whether it asks for nothing more."""
        self.looked.clear()
        await asyncio.sleep(0.1)
        return not self.looked


@asynccontextmanager
async def keeping(folder: Path, monkeypatch: pytest.MonkeyPatch, waits: str = "") -> AsyncIterator[Kept]:
    monkeypatch.setattr("shared.runtime.timekeeper.ROUND_SECONDS", 0.01)
    kept = Kept(HandClock(NOON, waits=waits))

    async def fall_due(_store: EventStore, _reads: Reads, now: Instant) -> None:
        kept.looked.append(now)

    service = Service("review", "Due", lambda _runtime: [], [], fall_due=fall_due)
    task = asyncio.create_task(Timekeeper(service, House(service, kept.clock, folder).runtime, kept.ear).run())
    yield kept
    task.cancel()


@pytest.mark.asyncio
async def test_nothing_falls_due_while_the_clock_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with keeping(tmp_path, monkeypatch, waits="it is behind the log") as kept:
        assert await kept.stays()
        kept.clock.waits = ""
        await kept.until_looked(NOON)
        assert set(kept.looked) == {NOON}


@pytest.mark.asyncio
async def test_nothing_falls_due_before_what_was_said_by_then_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with keeping(tmp_path, monkeypatch) as kept:
        await kept.until_looked(NOON)
        kept.ear.end = 7
        await asyncio.sleep(0.1)
        assert await kept.stays()
        kept.clock.instant, kept.ear.end = LATER, 9
        kept.ear.heard = 7
        await kept.until_looked(NOON)
        assert await kept.stays(), "of what is said by a later instant, two are unheard"
        kept.ear.heard = 9
        await kept.until_looked(LATER)


@pytest.mark.asyncio
async def test_the_instant_is_noted_before_the_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with keeping(tmp_path, monkeypatch) as kept:
        kept.ear.meanwhile = partial(setattr, kept.clock, "instant", LATER)
        await kept.until_looked(LATER)
        assert kept.looked[0] == NOON


@pytest.mark.asyncio
async def test_while_the_broker_is_away_nothing_falls_due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with keeping(tmp_path, monkeypatch) as kept:
        kept.ear.away = True
        await asyncio.sleep(0.1)
        assert await kept.stays()
        kept.ear.away = False
        await kept.until_looked(NOON)


@pytest.mark.asyncio
async def test_that_the_broker_is_away_is_seen_while_something_is_unheard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with keeping(tmp_path, monkeypatch) as kept:
        kept.ear.end = 1
        await kept.until_asked()
        kept.ear.away = True
        await kept.until_asked()
        kept.ear.heard = 1
        assert await kept.stays()
        kept.ear.away = False
        await kept.until_looked(NOON)
