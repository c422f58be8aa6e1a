"""Reads that see what was just done, page by page."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from shared.eventstore.port import LogMoved
from shared.kernel.instants import Instant
from shared.web import reads
from tests.shared.eventstore.examples import append, write
from tests.shared.web.house import House

pytestmark = pytest.mark.asyncio
AS_OF = (
    ("2011-01-01", "2017-09-20", "2017-09-21"),
    ("2017-09-20T23:29:59+08:00", "2017-09-20T23:30:00+08:00", "2017-09-20T23:30:00.001+08:00"),
)
"""A day or an instant that is over, the present one, and the next."""


async def test_a_read_waits_until_the_models_are_there(house: House, client: httpx.AsyncClient) -> None:
    async with asyncio.TaskGroup() as group:
        for number in range(3):
            await house.store.append(append(write(f"a{number}", 0)))
        asked = group.create_task(client.get("/notes?at_least=3", headers=house.bearer()))
        await asyncio.sleep(0.05)
        assert not asked.done()
        await house.models.move(3)
    assert asked.result().status_code == 200


async def test_a_read_does_not_wait_for_ever(
    house: House, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "WAIT_SECONDS_MAX", 0.05)
    await house.store.append(append(write("a", 0)))
    answer = await client.get("/notes?at_least=1", headers=house.bearer())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["type"] == "urn:nianlun:refusal:not-yet"


@pytest.mark.parametrize("position", [2, 2**53 - 1, 2**53])
async def test_nobody_waits_for_what_was_never_stored(house: House, client: httpx.AsyncClient, position: int) -> None:
    await house.store.append(append(write("a", 0)))
    answer = await client.get(f"/notes?at_least={position}", headers=house.bearer())
    assert (answer.status_code, answer.json()["field"]) == (422, "at_least")


async def test_pages_follow_one_another(house: House, client: httpx.AsyncClient) -> None:
    for number in range(5):
        await house.documents.put("notes", f"n{number}", {"note": f"n{number}"})
    seen: list[str] = []
    while page := (await client.get(f"/notes?limit=2&after={seen[-1] if seen else ''}", headers=house.bearer())).json():
        assert len(page) <= 2
        seen += [note["note"] for note in page]
    assert seen == [f"n{number}" for number in range(5)]


async def test_a_decision_on_everything_is_made_again_when_the_log_moved_on(house: House) -> None:
    asked: list[int] = []

    async def work(log_at: int) -> int:
        asked.append(log_at)
        if len(asked) < 3:
            await house.store.append(append(write(f"other{len(asked)}", 0)))
            house.models.position += 1
        return (await house.store.append(replace(append(write("mine", 0)), log_at=log_at))).position

    assert await reads.on_everything(house.store, house.models, work) == 3
    assert asked == [0, 1, 2]


async def test_a_decision_on_everything_gives_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "ATTEMPTS_MAX", 3)

    async def beaten(log_at: int) -> None:
        raise LogMoved(log_at, log_at + 1)

    with pytest.raises(LogMoved):
        await reads.on_everything(house.store, house.models, beaten)


@pytest.mark.parametrize(("before", "now", "after"), AS_OF)
async def test_nobody_is_told_what_will_have_happened(
    house: House, client: httpx.AsyncClient, before: str, now: str, after: str
) -> None:
    house.clock.instant = Instant("2017-09-20T15:30:00.000Z")
    for moment in (before, now):
        answer = await client.get("/then", params={"as_of": moment}, headers=house.bearer())
        assert answer.status_code == 200
    refused = await client.get("/then", params={"as_of": after}, headers=house.bearer())
    told = refused.json()
    assert (refused.status_code, told["type"], told["field"]) == (422, "urn:nianlun:refusal:as-of-the-future", "as_of")
    assert "2017-09-20 23:30:00" in told["detail_zh"]
