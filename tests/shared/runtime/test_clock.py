"""The two clocks, and that neither goes back."""

import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from shared.eventstore.connections import Pool
from shared.kernel.instants import to_datetime
from shared.observability.metrics import CLOCK_AHEAD
from shared.runtime.clock import NotARehearsal, RehearsalClock, SystemClock
from shared.testing.postgres import Database


@pytest_asyncio.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    """Connections to a database whose clock is this machine's."""
    async with asyncpg.create_pool(database.runtime, min_size=1) as pool:
        yield pool


@pytest_asyncio.fixture
async def jumping(database: Database) -> AsyncIterator[Pool]:
    """Connections to the same database, which see its clock an hour ahead."""
    superuser = await asyncpg.connect(database.superuser)
    await superuser.execute(
        "CREATE SCHEMA ahead; GRANT USAGE ON SCHEMA ahead TO PUBLIC; "
        "CREATE FUNCTION ahead.clock_timestamp() RETURNS timestamptz LANGUAGE sql "
        "AS $$ SELECT pg_catalog.clock_timestamp() + interval '1 hour' $$"
    )
    await superuser.close()
    seen = {"search_path": "ahead, pg_catalog"}
    async with asyncpg.create_pool(database.runtime, min_size=1, server_settings=seen) as pool:
        yield pool


def seconds_off(clock: SystemClock) -> float:
    """How far the clock is from the real time."""
    real = datetime.now(UTC)  # noqa: TID251 - the system clock is what is tested
    return abs((to_datetime(clock.now()) - real).total_seconds())


def ahead() -> float:
    """What the metric says."""
    (family,) = CLOCK_AHEAD.collect()
    return family.samples[0].value


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
    assert seconds_off(clock) < 1


@pytest.mark.asyncio
@pytest.mark.parametrize("jump", [3600, -3600])
async def test_a_machine_whose_clock_jumps_moves_nothing(
    pool: Pool, monkeypatch: pytest.MonkeyPatch, jump: int
) -> None:
    clock = SystemClock()
    await clock.follow(pool)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + jump)
    assert seconds_off(clock) < 1
    await clock.follow(pool)
    assert seconds_off(clock) < 1


@pytest.mark.asyncio
async def test_a_database_whose_clock_jumps_for_a_moment_dates_nothing(pool: Pool, jumping: Pool) -> None:
    clock = SystemClock()
    await clock.follow(pool)
    await clock.follow(jumping)
    assert seconds_off(clock) < 1
    assert ahead() == pytest.approx(3600, abs=1)
    await clock.follow(pool)
    assert seconds_off(clock) < 1
    assert ahead() == pytest.approx(0, abs=1)


@pytest.mark.asyncio
async def test_a_database_that_says_the_same_for_a_minute_is_believed(
    pool: Pool, jumping: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SystemClock()
    await clock.follow(pool)
    await clock.follow(jumping)
    monkeypatch.setattr("shared.runtime.clock.JUMP_SECONDS", 0.0)
    await clock.follow(jumping)
    assert seconds_off(clock) == pytest.approx(3600, abs=1)


@pytest.mark.asyncio
async def test_nothing_goes_back_when_a_jump_that_was_believed_is_taken_back(
    pool: Pool, jumping: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SystemClock()
    await clock.follow(jumping)
    before = clock.now()
    monkeypatch.setattr("shared.runtime.clock.JUMP_SECONDS", 0.0)
    await clock.follow(pool)
    assert clock.now() >= before
