"""Many callers and two processes at once on PostgreSQL: one order, one winner, everyone answered for himself."""

import asyncio
from collections import Counter
from contextlib import suppress

import asyncpg
import pytest

from shared.auditlog.chain import Head, follow
from shared.contracts.codec import EventTooLarge
from shared.eventstore.connections import Pool
from shared.eventstore.port import AlreadyHandled, Append, Appended, OutcomeUnknown, StoreBusy, StreamConflict
from shared.eventstore.postgres import PostgresEventStore
from shared.testing.postgres import Database
from tests.shared.eventstore.examples import append, breaking, key, too_large, write

pytestmark = pytest.mark.asyncio

CALLERS = 64
ROUNDS = 10


async def _answers(store: PostgresEventStore, *requests: Append) -> list[Appended | BaseException]:
    return await asyncio.gather(*(store.append(request) for request in requests), return_exceptions=True)


async def _check_log(store: PostgresEventStore, events: int) -> None:
    log = await store.read(0, events + 1)
    assert follow(Head(), [one.body for one in log]) == await store.head()
    assert len(log) == len({one.envelope.id for one in log}) == events
    versions: Counter[str] = Counter()
    for one in log:
        versions[one.envelope.stream] += 1
        assert one.envelope.streamversion == versions[one.envelope.stream]


async def test_callers_share_transactions_and_keep_one_order(pool: Pool) -> None:
    batches: list[int] = []
    store = PostgresEventStore(pool, "review", committed=batches.append)

    async def caller(name: str) -> None:
        last = 0
        for version in range(ROUNDS):
            done = await store.append(append(write(name, version)))
            assert done.position > last
            last = done.position

    await asyncio.gather(*(caller(f"c{number}") for number in range(CALLERS)))

    await _check_log(store, CALLERS * ROUNDS)
    assert sum(batches) == CALLERS * ROUNDS
    assert len(batches) < CALLERS * ROUNDS / 8


async def test_one_caller_wins_each_version(postgres: PostgresEventStore) -> None:
    for version in range(5):
        answers = await _answers(postgres, *(append(write("a", version)) for _ in range(CALLERS)))
        assert sum(isinstance(answer, Appended) for answer in answers) == 1
        assert sum(isinstance(answer, StreamConflict) for answer in answers) == CALLERS - 1

    await _check_log(postgres, 5)


async def test_two_stores_on_one_database_make_one_log(pool: Pool) -> None:
    stores = [PostgresEventStore(pool, "review"), PostgresEventStore(pool, "review")]

    async def caller(number: int) -> None:
        for version in range(ROUNDS):
            await stores[(number + version) % 2].append(append(write(f"c{number}", version), write("shared", None)))

    await asyncio.gather(*(caller(number) for number in range(16)))

    await _check_log(stores[0], 16 * ROUNDS * 2)


async def test_two_stores_have_one_winner_for_a_version_and_one_answer_for_a_key(pool: Pool) -> None:
    stores = [PostgresEventStore(pool, "review"), PostgresEventStore(pool, "review")]
    for version in range(ROUNDS):
        answers = await asyncio.gather(
            *(stores[number % 2].append(append(write("a", version))) for number in range(8)), return_exceptions=True
        )
        assert sum(isinstance(answer, Appended) for answer in answers) == 1

    answers = await asyncio.gather(
        *(stores[number % 2].append(append(write("b", None), key=key("k"))) for number in range(8)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Appended) for answer in answers) == 1
    assert sum(isinstance(answer, AlreadyHandled) for answer in answers) == 7
    await _check_log(stores[0], ROUNDS + 1)


async def test_the_second_append_of_a_batch_sees_the_first(postgres: PostgresEventStore) -> None:
    answers = await _answers(postgres, *(append(write("a", version)) for version in range(10)))

    assert [answer.versions["access-a"] for answer in answers if isinstance(answer, Appended)] == list(range(1, 11))


async def test_what_is_refused_leaves_its_neighbours_alone(postgres: PostgresEventStore) -> None:
    await postgres.append(append(write("old", 0), key=key("used")))

    answers = await _answers(
        postgres,
        append(write("a", 0)),
        append(write("old", 0)),
        append(write("b", 0)),
        append(write("c", 0), key=key("used")),
        too_large("d"),
        breaking("e"),
        append(write("f", 0)),
    )

    kinds = [type(answer) for answer in answers]
    assert kinds == [
        Appended,
        StreamConflict,
        Appended,
        AlreadyHandled,
        EventTooLarge,
        asyncpg.CharacterNotInRepertoireError,
        Appended,
    ]
    await _check_log(postgres, 4)


async def test_the_same_command_twice_in_one_batch_is_written_once(postgres: PostgresEventStore) -> None:
    command = append(write("a", None), command_id="3f0c6c0e-0000-5000-8000-000000000003")

    first, second = await _answers(postgres, command, command)

    assert first == second
    await _check_log(postgres, 1)


async def test_a_full_queue_refuses_at_once_and_loses_nobody(pool: Pool) -> None:
    store = PostgresEventStore(pool, "review", waiting_max=10)

    answers = await _answers(store, *(append(write(f"s{number}", 0)) for number in range(50)))

    accepted = [answer for answer in answers if isinstance(answer, Appended)]
    refused = [answer for answer in answers if isinstance(answer, StoreBusy)]
    assert (len(accepted), len(refused)) == (10, 40)
    assert refused[0].retry_after_seconds >= 1
    await _check_log(store, 10)


async def test_a_caller_that_gives_up_does_not_disturb_the_others(postgres: PostgresEventStore) -> None:
    given_up = asyncio.create_task(postgres.append(append(write("a", 0))))
    await asyncio.sleep(0)
    others = asyncio.gather(*(postgres.append(append(write(f"s{number}", 0))) for number in range(5)))
    given_up.cancel()

    assert len(await others) == 5
    with suppress(asyncio.CancelledError):
        await given_up
    await postgres.queue.drain()
    await _check_log(postgres, 6)


async def test_killed_connections_neither_lose_nor_repeat_an_append(
    postgres: PostgresEventStore, database: Database
) -> None:
    rounds = 200
    stop = asyncio.Event()

    async def killer() -> int:
        """Kill again whenever something was committed since: on a busy machine an append takes longer than a pause."""
        killed, known = 0, 0
        connection = await asyncpg.connect(database.superuser)
        while not stop.is_set():
            position = await connection.fetchval("SELECT position FROM log.log_head")
            if position > known:
                known = position
                killed += await connection.fetchval(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            await asyncio.sleep(0.1)
        await connection.close()
        return killed

    async def certainly(request: Append) -> None:
        """As the port says: the same again under the same key, until the outcome is known."""
        for _ in range(50):
            with suppress(OutcomeUnknown):
                await postgres.append(request)
                return
        raise AssertionError("the outcome stayed unknown")

    async def caller(name: str) -> None:
        for version in range(rounds):
            with suppress(AlreadyHandled):
                await certainly(append(write(name, version), key=key(f"{name}/{version}")))

    async with asyncio.TaskGroup() as group:
        killing = group.create_task(killer())
        await asyncio.gather(*(caller(f"c{number}") for number in range(16)))
        stop.set()

    assert killing.result() > 3
    await _check_log(postgres, 16 * rounds)
