"""A rebuild beside a service that goes on: what is wrong is found and mended, and a killed one has changed nothing."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx
import pytest

from shared.eventstore.connections import DISCONNECTED
from shared.eventstore.documents import READ_PLACE
from shared.eventstore.draft import Compared, Draft
from shared.messaging.notices import silence
from shared.runtime import rebuild as rebuilding
from shared.runtime.process import projections_of
from shared.runtime.rebuild import RebuildRefused, Wish, rebuild
from tests.shared.runtime.service import SERVICE
from tests.shared.runtime.started import Ground, Started

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(600)]

ODD, WRONG = "access-nobody", '{"text": "nobody said this"}'
PLACE = READ_PLACE.format(view="'words'")
ONE = f"(SELECT {{}}(key) FROM views.documents WHERE view = {PLACE} AND key <> '{ODD}')"
PLANTED = (
    f"INSERT INTO views.documents VALUES ({PLACE}, '{ODD}', '{WRONG}')",
    f"UPDATE views.documents SET doc = '{WRONG}' WHERE key = {ONE.format('min')}",
    f"DELETE FROM views.documents WHERE key = {ONE.format('max')}",
)
WORDS = f"SELECT count(*) FROM views.documents WHERE view = {PLACE}"
EVERYWHERE = "SELECT count(*) FROM views.documents WHERE view LIKE 'words%'"
READ = f"SELECT FROM views.documents WHERE view = {PLACE} FOR UPDATE"
IN_THE_WAY = (
    f"INSERT INTO views.documents SELECT CASE {PLACE} WHEN 'words' THEN 'words/' ELSE 'words' END, {{}}, '{{{{}}}}'"
)
ENDED = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name LIKE '% rebuild'"
SAID = "SELECT count(DISTINCT stream) FROM log.events WHERE stream LIKE 'access-%'"
STILL = "SELECT FROM views.projection WHERE name = 'own' FOR UPDATE"
SECONDS_MAX = 120.0


@asynccontextmanager
async def database(ground: Ground) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(ground.pair.dsn("review"))
    try:
        yield connection
    finally:
        await connection.close()


async def planted(ground: Ground) -> None:
    async with database(ground) as connection:
        for statement in PLANTED:
            assert (await connection.execute(statement))[-1] == "1"


async def rebuilt(ground: Ground, *options: str) -> tuple[int, dict[str, Any]]:
    """Its exit code and its last line."""
    async with ground.process("--rebuild", *options) as started:
        async with asyncio.timeout(SECONDS_MAX):
            code = await started.process.wait()
        return code, started.lines()[-1]


async def talking(started: Started, until: asyncio.Event) -> int:
    said = 0
    while not until.is_set():
        answer = await started.say(f"word {said}")
        assert answer.status_code == httpx.codes.OK
        said += 1
    return said


async def spoken(started: Started, number: int) -> None:
    for word in range(number):
        receipt = (await started.say(f"before {word}")).json()
    assert (await started.client.get(f"/words?at_least={receipt['position']}")).is_success


async def test_the_database_goes_on_without_one_that_is_frozen(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "FROZEN", "300ms")
    async with database(ground) as frozen, database(ground) as other:

        async def freeze() -> None:
            async with rebuilding._standing_still(frozen), asyncio.timeout(SECONDS_MAX):
                await other.execute(STILL)

        with pytest.raises(DISCONNECTED):
            await freeze()


async def test_what_is_wrong_is_mended_while_words_are_said(ground: Ground) -> None:
    async with ground.process() as started:
        await started.ready()
        await spoken(started, 9)
        await planted(ground)
        over = asyncio.Event()
        load = asyncio.create_task(talking(started, over))
        code, found = await rebuilt(ground, "words", "--rows", "3", "--compare")
        assert (code, found["event"], found["replaced"]) == (0, "rebuilt", False)
        code, found = await rebuilt(ground, "words", "--rows", "3")
        (words,) = found["views"]
        assert (code, found["replaced"]) == (0, True)
        assert (words["missing"], words["surplus"], words["changed"]) == (1, 1, 1)
        assert [row["present"] for row in found["rows"] if row["key"] == ODD] == [WRONG]
        over.set()
        assert await load > 0
        code, found = await rebuilt(ground)
        assert {one["view"]: one["digest"] == one["drafted_digest"] for one in found["views"]} == {
            "ended_tokens": True,
            "signing_keys": True,
            "words": True,
        }
        assert not found["replaced"]
        async with database(ground) as connection:
            assert await connection.fetchval(WORDS) == await connection.fetchval(SAID)


async def test_words_are_said_and_read_while_views_are_compared(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare, heard = Draft.compare, []
    async with ground.process() as started:
        await started.ready()
        await spoken(started, 3)
        await planted(ground)

        async def slowly(draft: Draft) -> Sequence[Compared]:
            await spoken(started, 1)
            heard.append(await compare(draft))
            return heard[-1]

        monkeypatch.setattr(Draft, "compare", slowly)
        settings = ground.settings(monkeypatch)
        done = await rebuild("review", settings, projections_of(SERVICE), Wish(["words"]), silence)
        again = await rebuild("review", settings, projections_of(SERVICE), Wish(["words"]), silence)
    first, last = heard
    assert (done.replaced, again.replaced) == (True, False)
    assert [one.missing + one.surplus + one.changed for one in (*first, *last)] == [3, 0]
    assert (done.views, again.views) == (first, last)


async def test_views_that_would_stand_still_too_long_are_left_as_they_are(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "STILL_SECONDS_MAX", 0.0)
    monkeypatch.setattr(rebuilding, "WAIT_SECONDS_MAX", 0.001)
    settings = ground.settings(monkeypatch)
    with pytest.raises(RebuildRefused, match=r"^the views would stand still for more than 0 s and were left"):
        await rebuild("review", settings, projections_of(SERVICE), Wish(["words"]), silence)


async def test_one_that_is_killed_has_changed_nothing_and_can_be_begun_again(ground: Ground) -> None:
    async with ground.process() as started:
        await started.ready()
        await spoken(started, 3)
        await planted(ground)
        async with database(ground) as connection, ground.process("--rebuild") as rebuilding:
            async with connection.transaction():
                await connection.execute(STILL)
                await _waits(ground, "FOR UPDATE")
                code, refused = await rebuilt(ground)
                assert (code, refused["reason"]) == (1, "another rebuild of review is under way")
                rebuilding.process.kill()
                await rebuilding.process.wait()
            assert await connection.fetchval("SELECT doc::text FROM views.documents WHERE key = $1", ODD) == WRONG
        code, found = await rebuilt(ground)
        assert (code, found["replaced"]) == (0, True)
        async with database(ground) as connection:
            assert await connection.fetchval(WORDS) == await connection.fetchval(SAID)


async def test_one_that_is_killed_while_it_lays_aside_has_changed_nothing_and_kept_nobody_waiting(
    ground: Ground,
) -> None:
    async with ground.process() as started:
        await started.ready()
        await spoken(started, 3)
        await planted(ground)
        async with database(ground) as connection:
            whole = connection.transaction()
            await whole.start()
            first = ONE.format("max")
            await connection.execute(IN_THE_WAY.format(first))
            async with ground.process("--rebuild") as rebuilding:
                await _waits(ground, "INSERT")
                await spoken(started, 1)
                rebuilding.process.kill()
                await rebuilding.process.wait()
            await whole.rollback()
            assert await connection.fetchval("SELECT doc::text FROM views.documents WHERE key = $1", ODD) == WRONG
            code, found = await rebuilt(ground)
            assert (code, found["replaced"]) == (0, True)
            assert await connection.fetchval(WORDS) == await connection.fetchval(SAID)
            assert await connection.fetchval(EVERYWHERE) == await connection.fetchval(WORDS)


async def test_one_that_is_killed_while_it_sweeps_has_replaced_everything(ground: Ground) -> None:
    async with ground.process() as started:
        await started.ready()
        await spoken(started, 3)
        await planted(ground)
        async with database(ground) as connection:
            async with connection.transaction():
                await connection.execute(READ)
                async with ground.process("--rebuild") as rebuilding:
                    await _waits(ground, "DELETE")
                    await spoken(started, 1)
                    rebuilding.process.kill()
                    await rebuilding.process.wait()
                    assert await connection.fetch(ENDED)
            assert await connection.fetchval(WORDS) == await connection.fetchval(SAID)
            assert await connection.fetchval(EVERYWHERE) > await connection.fetchval(WORDS)
            code, found = await rebuilt(ground)
            assert (code, found["replaced"]) == (0, False)
            assert await connection.fetchval(EVERYWHERE) == await connection.fetchval(WORDS)


async def _waits(ground: Ground, statement: str) -> None:
    """Until the rebuild waits for a lock in a statement that has these words."""
    waiting = (
        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE '% rebuild' AND wait_event_type = 'Lock' "
        "AND strpos(query, $1) > 0"
    )
    async with asyncio.timeout(SECONDS_MAX), database(ground) as connection:
        while not await connection.fetchval(waiting, statement):
            await asyncio.sleep(0.05)


async def test_a_view_that_does_not_exist_is_refused_by_name(ground: Ground) -> None:
    code, refused = await rebuilt(ground, "nothing")
    assert (code, refused["reason"]) == (
        1,
        "review has no view 'nothing'; there are ended_tokens, signing_keys, words",
    )
