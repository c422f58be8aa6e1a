"""The two clocks, and that neither goes back."""

import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from shared.eventstore.connections import Pool
from shared.kernel.instants import to_datetime
from shared.runtime.clock import NotARehearsal, RehearsalClock, SystemClock
from shared.testing.postgres import Database


@pytest_asyncio.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    """Connections to a database whose clock is this machine's."""
    async with asyncpg.create_pool(database.runtime, min_size=1) as pool:
        yield pool


def write(path: Path, now: str, *, rehearsal: bool = True) -> None:
    """Replace the clock file as the console command does."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps({"rehearsal": rehearsal, "now": now}))
    draft.replace(path)


def test_a_rehearsal_stands_still_until_it_is_moved(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    write(path, "2017-08-01T01:00:00.000Z")
    clock = RehearsalClock(path)
    assert {clock.now() for _ in range(3)} == {"2017-08-01T01:00:00.000Z"}
    write(path, "2017-09-20T17:00:00+08:00")
    assert clock.now() == "2017-09-20T09:00:00.000Z"
    assert clock.rehearsal


def test_a_rehearsal_does_not_go_back(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    write(path, "2017-09-20T09:00:00.000Z")
    clock = RehearsalClock(path)
    clock.now()
    write(path, "2017-08-01T01:00:00.000Z")
    assert clock.now() == "2017-09-20T09:00:00.000Z"


def test_a_file_that_is_no_rehearsals_is_no_clock(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    write(path, "2017-09-20T09:00:00.000Z", rehearsal=False)
    with pytest.raises(NotARehearsal):
        RehearsalClock(path).now()


@pytest.mark.asyncio
async def test_the_database_corrects_the_machine(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 3600)
    clock = SystemClock()
    await clock.follow(pool)
    assert not clock.rehearsal
    assert abs(to_datetime(clock.now()) - datetime.now(UTC)) < timedelta(seconds=1)  # noqa: TID251 - the system clock is what is tested


@pytest.mark.asyncio
async def test_a_machine_whose_clock_jumps_does_not_take_us_back(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SystemClock()
    await clock.follow(pool)
    before, real = clock.now(), time.time
    monkeypatch.setattr(time, "time", lambda: real() - 3600)
    assert clock.now() == before
    await clock.follow(pool)
    assert abs(to_datetime(clock.now()) - datetime.now(UTC)) < timedelta(seconds=1)  # noqa: TID251 - the system clock is what is tested
