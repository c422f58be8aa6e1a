"""Reads that see what was just done, page by page."""

import asyncio

import httpx
import pytest

from shared.web import reads
from tests.shared.eventstore.examples import append, write
from tests.shared.web.house import House

pytestmark = pytest.mark.asyncio


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
