"""The two clocks, and that neither goes back."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from shared.contracts.access import ClockPassedOver
from shared.eventstore.connections import Pool
from shared.eventstore.postgres import PostgresEventStore
from shared.kernel.instants import Instant, from_datetime, to_datetime
from shared.observability.metrics import CLOCK_AHEAD
from shared.runtime.clock import NEVER, NotARehearsal, RehearsalClock, SystemClock
from shared.runtime.start import keep_on_record
from shared.testing.postgres import Database
from tests.shared.eventstore.examples import append, write

HEARD = 1001
"""More than are looked at of a service's own."""


@pytest_asyncio.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    """Connections to a database whose clock is this machine's."""
    async with asyncpg.create_pool(database.runtime, min_size=1) as pool:
        yield pool


@asynccontextmanager
async def seen_ahead(database: Database, hours: int) -> AsyncIterator[Pool]:
    """Connections to the same database, which see its clock so far ahead."""
    superuser, schema = await asyncpg.connect(database.superuser), f"ahead_{hours}"
    await superuser.execute(
        f"CREATE SCHEMA {schema}; GRANT USAGE ON SCHEMA {schema} TO PUBLIC; "
        f"CREATE FUNCTION {schema}.clock_timestamp() RETURNS timestamptz LANGUAGE sql "
        f"AS $$ SELECT pg_catalog.clock_timestamp() + interval '{hours} hours' $$"
    )
    await superuser.close()
    seen = {"search_path": f"{schema}, pg_catalog"}
    async with asyncpg.create_pool(database.runtime, min_size=1, server_settings=seen) as pool:
        yield pool


@pytest_asyncio.fixture
async def jumping(database: Database) -> AsyncIterator[Pool]:
    """An hour ahead."""
    async with seen_ahead(database, 1) as pool:
        yield pool


def real(seconds: float = 0) -> Instant:
    """The real time, or so many seconds later."""
    return from_datetime(datetime.now(UTC) + timedelta(seconds=seconds))  # noqa: TID251 - the system clock is tested


def seconds_off(clock: SystemClock) -> float:
    """How far the clock is from the real time."""
    return (to_datetime(clock.now()) - to_datetime(real())).total_seconds()


def ahead(which: str = "database") -> float:
    """What the metric says."""
    (family,) = CLOCK_AHEAD.collect()
    (value,) = [sample.value for sample in family.samples if sample.labels == {"clock": which}]
    return value


def machine_is(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    """Set the machine's own clock so far ahead."""
    clock = time.time
    monkeypatch.setattr(time, "time", lambda: clock() + seconds)


async def dated(pool: Pool, at: Instant, causation_id: str | None = None) -> None:
    """Append an event of that date, as of a person or as it follows from another."""
    store = PostgresEventStore(pool, "review")
    one = append(write(f"at-{at}", 0))
    await store.append(replace(one, context=replace(one.context, at=at, causation_id=causation_id)))
    await store.queue.drain()


def write_file(path: Path, now: str, *, rehearsal: bool = True) -> None:
    """Replace the clock file as the console command does."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps({"rehearsal": rehearsal, "now": now}))
    draft.replace(path)


def test_a_rehearsal_stands_still_until_it_is_moved(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    write_file(path, "2017-08-01T01:00:00.000Z")
    clock = RehearsalClock(path)
    assert {clock.now() for _ in range(3)} == {"2017-08-01T01:00:00.000Z"}
    write_file(path, "2017-09-20T17:00:00+08:00")
    assert clock.now() == "2017-09-20T09:00:00.000Z"
    assert clock.rehearsal


def test_a_rehearsal_does_not_go_back(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    write_file(path, "2017-09-20T09:00:00.000Z")
    clock = RehearsalClock(path)
    clock.now()
    write_file(path, "2017-08-01T01:00:00.000Z")
    assert clock.now() == "2017-09-20T09:00:00.000Z"


def test_a_file_that_is_no_rehearsals_is_no_clock(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    write_file(path, "2017-09-20T09:00:00.000Z", rehearsal=False)
    with pytest.raises(NotARehearsal):
        RehearsalClock(path).now()


@pytest.mark.asyncio
@pytest.mark.parametrize("jump", [3600, -3600])
async def test_a_machine_whose_clock_jumps_moves_nothing(
    pool: Pool, monkeypatch: pytest.MonkeyPatch, jump: int
) -> None:
    clock = SystemClock()
    await clock.follow(pool)
    machine_is(monkeypatch, jump)
    assert seconds_off(clock) == pytest.approx(0, abs=1)
    await clock.follow(pool)
    assert seconds_off(clock) == pytest.approx(0, abs=1)
    assert ahead("machine") == pytest.approx(jump, abs=1)


@pytest.mark.asyncio
async def test_a_database_whose_clock_jumps_for_a_moment_dates_nothing(pool: Pool, jumping: Pool) -> None:
    clock = SystemClock()
    await clock.follow(pool)
    await clock.follow(jumping)
    assert seconds_off(clock) == pytest.approx(0, abs=1)
    assert ahead() == pytest.approx(3600, abs=1)
    await clock.follow(pool)
    assert seconds_off(clock) == pytest.approx(0, abs=1)
    assert ahead() == pytest.approx(0, abs=1)


@pytest.mark.asyncio
async def test_a_database_is_believed_after_a_minute_when_the_machine_says_the_same(
    pool: Pool, jumping: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SystemClock()
    await clock.follow(pool)
    await clock.follow(jumping)
    with monkeypatch.context() as set_ahead:
        machine_is(set_ahead, 3600)
        await clock.follow(jumping)
        assert seconds_off(clock) == pytest.approx(0, abs=1), "before the minute is over"
    monkeypatch.setattr("shared.runtime.clock.JUMP_SECONDS", 0.0)
    await clock.follow(jumping)
    assert seconds_off(clock) == pytest.approx(0, abs=1), "while the machine says something else"
    machine_is(monkeypatch, 3600)
    with monkeypatch.context() as slow:
        slow.setattr("shared.runtime.clock.ROUND_TRIP_SECONDS_MAX", 0.0)
        await clock.follow(jumping)
        assert seconds_off(clock) == pytest.approx(0, abs=1), "by an answer that was slow"
    await clock.follow(jumping)
    assert seconds_off(clock) == pytest.approx(3600, abs=1)


@pytest.mark.asyncio
async def test_a_database_that_says_something_else_each_time_is_not_believed(
    pool: Pool, jumping: Pool, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SystemClock()
    await clock.follow(pool)
    await clock.follow(jumping)
    monkeypatch.setattr("shared.runtime.clock.JUMP_SECONDS", 0.2)
    await asyncio.sleep(0.3)
    machine_is(monkeypatch, 7200)
    async with seen_ahead(database, 2) as elsewhere:
        await clock.follow(elsewhere)
        assert seconds_off(clock) == pytest.approx(0, abs=1)


@pytest.mark.asyncio
async def test_a_start_goes_by_the_machine_while_the_database_is_ahead(pool: Pool, jumping: Pool) -> None:
    await dated(pool, real(-60))
    clock = SystemClock()
    await clock.follow(jumping)
    assert seconds_off(clock) == pytest.approx(0, abs=1)
    assert ahead() == pytest.approx(3600, abs=1)
    await clock.follow(pool)
    assert ahead() == pytest.approx(0, abs=1)
    assert clock.waits == ""


@pytest.mark.asyncio
async def test_a_start_goes_by_the_database_while_the_machine_is_ahead(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine_is(monkeypatch, 3600)
    clock = SystemClock()
    await clock.follow(pool)
    assert seconds_off(clock) == pytest.approx(0, abs=1)
    assert ahead("machine") == pytest.approx(3600, abs=1)


@pytest.mark.asyncio
async def test_a_clock_before_the_end_of_the_log_is_not_gone_by(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    machine_is(monkeypatch, -3600)
    await dated(pool, real(-60))
    clock = SystemClock()
    await clock.follow(pool)
    assert not clock.rehearsal
    assert seconds_off(clock) == pytest.approx(0, abs=1)
    assert clock.waits == ""


@pytest.mark.asyncio
async def test_behind_the_end_of_its_log_it_waits_and_dates_nothing_before_it(
    pool: Pool, jumping: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = real(1800)
    await dated(pool, end)
    clock = SystemClock()
    await clock.follow(pool)
    assert clock.now() == end
    assert end in clock.waits
    assert ahead("log") == pytest.approx(1800, abs=1)
    machine_is(monkeypatch, 3600)
    await clock.follow(jumping)
    assert clock.waits == ""
    assert seconds_off(clock) == pytest.approx(3600, abs=1)
    assert ahead("log") == 0


@pytest.mark.asyncio
async def test_an_end_that_a_person_passes_over_is_not_waited_for(pool: Pool) -> None:
    end = real(1800)
    await dated(pool, end)
    clock = SystemClock(passes_over=end)
    await clock.follow(pool)
    assert (clock.waits, clock.passed_over) == ("", end)
    assert seconds_off(clock) == pytest.approx(0, abs=1)


@pytest.mark.asyncio
async def test_an_end_that_is_later_than_a_person_passes_over_is_waited_for(pool: Pool) -> None:
    await dated(pool, end := real(1800))
    clock = SystemClock(passes_over=real(1700))
    await clock.follow(pool)
    assert (end in clock.waits, clock.passed_over) == (True, NEVER)


@pytest.mark.asyncio
async def test_nothing_is_passed_over_while_the_clocks_differ(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    await dated(pool, end := real(1800))
    machine_is(monkeypatch, -7200)
    clock = SystemClock(passes_over=end)
    await clock.follow(pool)
    assert (end in clock.waits, clock.passed_over) == (True, NEVER)


@pytest.mark.asyncio
async def test_an_end_is_seen_behind_whatever_follows_from_another_house(pool: Pool) -> None:
    await dated(pool, end := real(1800))
    store = PostgresEventStore(pool, "review")
    context = replace(append(write("heard", 0)).context, causation_id="0c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017")
    for number in range(HEARD):
        heard = append(write(f"heard-{number}", 0))
        await store.append(replace(heard, context=replace(context, command_id=heard.context.command_id)))
    await store.queue.drain()
    clock = SystemClock()
    await clock.follow(pool)
    assert end in clock.waits


@pytest.mark.asyncio
async def test_nothing_is_passed_over_where_the_clocks_are_there(pool: Pool) -> None:
    await dated(pool, real(-1800))
    clock = SystemClock(passes_over=real(1800))
    await clock.follow(pool)
    assert (clock.waits, clock.passed_over) == ("", NEVER)


@pytest.mark.asyncio
async def test_an_end_that_was_passed_over_is_so_for_every_later_start_and_replica(pool: Pool) -> None:
    await dated(pool, end := real(1800))
    store = PostgresEventStore(pool, "review")
    replicas = [SystemClock(passes_over=end), SystemClock(passes_over=end)]
    for clock in replicas:
        await clock.follow(pool)
    for clock in replicas:
        await keep_on_record(clock, store, "a wrong time server")
    kept = await store.read(1, 10)
    assert [(one.event, one.envelope.actorid) for one in kept] == [
        (ClockPassedOver(dated=end, reason="a wrong time server"), "system-review")
    ]
    assert seconds_off(replicas[0]) == pytest.approx(0, abs=1)
    assert kept[0].envelope.time < end
    started = SystemClock()
    await started.follow(pool)
    assert started.waits == ""


@pytest.mark.asyncio
async def test_what_another_house_dated_is_not_waited_for(pool: Pool) -> None:
    await dated(pool, real(1800), causation_id="0c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017")
    clock = SystemClock()
    await clock.follow(pool)
    assert clock.waits == ""
    assert seconds_off(clock) == pytest.approx(0, abs=1)


@pytest.mark.asyncio
async def test_a_jump_that_was_believed_and_taken_back_is_waited_for(
    pool: Pool, jumping: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SystemClock()
    with monkeypatch.context() as set_ahead:
        machine_is(set_ahead, 3600)
        await clock.follow(jumping)
        before = clock.now()
    monkeypatch.setattr("shared.runtime.clock.JUMP_SECONDS", 0.0)
    await clock.follow(pool)
    assert clock.now() >= before
    assert "it is " in clock.waits
