"""What makes a process not ready."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from shared.eventstore.postgres import PostgresEventStore
from shared.messaging.inbox import InboxState
from shared.messaging.relay import RelayState
from shared.observability.metrics import INBOX_HOLDING, INBOX_LAG, RELAY_LAG, UNDERREPLICATED
from shared.runtime import health
from shared.runtime.health import Health, Progress
from shared.testing.postgres import Database
from tests.shared.eventstore.examples import append, write
from tests.shared.web.house import Models

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def store(database: Database) -> AsyncIterator[PostgresEventStore]:
    """A log of one event."""
    async with asyncpg.create_pool(database.runtime, min_size=1) as pool:
        store = PostgresEventStore(pool, "review")
        await store.append(append(write("a", 0)))
        yield store
        await store.queue.drain()


async def answering() -> int:
    """A broker that answers, and lacks a partition of another."""
    return 1


async def silent() -> int:
    """A broker that does not."""
    await asyncio.sleep(3600)
    return 0


async def test_it_is_ready_when_every_part_is(store: PostgresEventStore) -> None:
    relay = RelayState(leading=True, position=1, head=3)
    inbox = InboxState(running=True, lag={"t/0": 2, "t/1": 3})
    report = await Health(store, Models(1), answering, relay, inbox).report()
    assert report == {
        "status": "ready",
        "position": 1,
        "checks": {
            "database": {"ok": True},
            "broker": {"ok": True},
            "projector": {"ok": True, "lag": 0},
            "relay": {"ok": True, "leading": True, "position": 1, "lag": 2},
            "inbox": {"ok": True, "lag": 5, "holding": {}, "parked": 0},
        },
    }
    assert RELAY_LAG.collect()
    assert [sample.value for family in UNDERREPLICATED.collect() for sample in family.samples] == [1]
    inbox.lag.pop("t/1")
    await Health(store, Models(1), answering, relay, inbox).report()
    (family,) = INBOX_LAG.collect()
    assert [sample.labels for sample in family.samples] == [{"partition": "t/0"}]


async def test_one_part_that_is_not_makes_all_not_ready(
    store: PostgresEventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "CHECK_SECONDS_MAX", 0.5)
    good, running = RelayState(), InboxState(running=True)
    for bad, part in (
        (Health(store, Models(1), silent, good, running), "broker"),
        (Health(store, Models(1), answering, RelayState(error="KafkaError: x"), running), "relay"),
        (Health(store, Models(1), answering, good, InboxState(running=False, error="x")), "inbox"),
        (Health(store, Models(1), answering, good, InboxState(running=True, error="CursorBeyondLog: x")), "inbox"),
    ):
        report = await bad.report()
        assert report["status"] == "not ready"
        assert [name for name, check in report["checks"].items() if not check["ok"]] == [part]
        assert report["checks"][part]["reason"]


async def test_an_inbox_that_has_stopped_says_so(store: PostgresEventStore) -> None:
    inbox = InboxState(stopped=True, error="TooManyParked: x", holding={"t/0": "TooManyParked: x"})
    report = await Health(store, Models(1), answering, RelayState(), inbox).report()
    assert report["status"] == "not ready"
    assert report["checks"]["inbox"]["stopped"] is True
    assert report["checks"]["inbox"]["reason"] == "TooManyParked: x"
    (family,) = INBOX_HOLDING.collect()
    assert [sample.value for sample in family.samples] == [1]


async def test_a_database_that_is_away_is_said_and_not_raised(database: Database) -> None:
    pool = await asyncpg.create_pool(database.runtime, min_size=1)
    pool.terminate()
    report = await Health(PostgresEventStore(pool, "review"), Models(7), answering, None, None).report()
    assert not report["checks"]["database"]["ok"]
    assert set(report["checks"]) == {"database", "broker", "projector"}


async def test_work_that_waits_and_does_not_move_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "STALL_SECONDS_MAX", 0.05)
    progress = Progress()
    assert not progress.stalled(5, 0)
    await asyncio.sleep(0.1)
    assert not progress.stalled(5, 3)
    await asyncio.sleep(0.1)
    assert progress.stalled(5, 3)
    assert not progress.stalled(6, 2)
    await asyncio.sleep(0.1)
    assert progress.stalled(6, 2)
    assert not progress.stalled(6, 0)


async def test_a_relay_that_waits_for_people_says_so(store: PostgresEventStore) -> None:
    relay = RelayState(stopped=True, error="BrokerSetBack: x")
    report = await Health(store, Models(1), answering, relay, None).report()
    assert report["status"] == "not ready"
    assert report["checks"]["relay"]["stopped"] is True
    assert report["checks"]["relay"]["reason"] == "BrokerSetBack: x"
