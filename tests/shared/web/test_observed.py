"""The discipline auditor's reads are in the log before they are answered."""

from typing import Any

import httpx
import pytest
from asyncpg.exceptions import ConnectionDoesNotExistError

from shared.contracts.access import RecordRead
from shared.eventstore.port import OutcomeUnknown, StoreBusy
from shared.kernel.actor import Actor, Role
from tests.shared.web.house import CLERK, House

pytestmark = pytest.mark.asyncio
AUDITOR = Actor("5c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017", Role.DISCIPLINE_AUDITOR)


async def seen(house: House, actor: Actor = AUDITOR) -> list[Any]:
    """What the log says the actor read."""
    return [one.event for one in await house.store.load(f"access-{actor.id}")]


async def test_every_read_is_recorded_with_its_path_and_query(house: House, client: httpx.AsyncClient) -> None:
    await house.models.move(10)
    for asked in ("/notes", "/notes?state=NEW&limit=3", "/notes?state=%E5%B7%B2"):
        assert (await client.get(asked, headers=house.bearer(AUDITOR))).status_code == 200
    assert await seen(house) == [
        RecordRead(path="/notes", query=""),
        RecordRead(path="/notes", query="state=NEW&limit=3"),
        RecordRead(path="/notes", query="state=%E5%B7%B2"),
    ]
    (first, *_) = await house.store.load(f"access-{AUDITOR.id}")
    assert (first.envelope.actorrole, first.envelope.time) == ("discipline_auditor", house.clock.now())


async def test_a_head_is_a_read(house: House, client: httpx.AsyncClient) -> None:
    assert (await client.head("/notes", headers=house.bearer(AUDITOR))).status_code == 200
    assert await seen(house) == [RecordRead(path="/notes", query="")]


async def test_also_a_read_that_is_refused(house: House, client: httpx.AsyncClient) -> None:
    assert (await client.get("/notes?limit=0", headers=house.bearer(AUDITOR))).status_code == 422
    assert await seen(house) == [RecordRead(path="/notes", query="limit=0")]


async def test_nobody_else_s_read_is_recorded(house: House, client: httpx.AsyncClient) -> None:
    assert (await client.get("/notes", headers=house.bearer(CLERK))).status_code == 200
    assert (await client.get("/notes")).status_code == 401
    assert (await house.store.head()).position == 0


async def test_a_command_of_the_auditor_is_no_read(house: House, client: httpx.AsyncClient) -> None:
    answer = await client.post(f"/notes/{CLERK.id}", json={"text": "x"}, headers=house.bearer(AUDITOR))
    assert answer.status_code == 403
    assert [type(event).__name__ for event in await seen(house)] == ["AccessRefused"]


@pytest.mark.parametrize(
    "failure",
    [StoreBusy(1), OutcomeUnknown(OSError("gone")), ConnectionRefusedError("no"), ConnectionDoesNotExistError("x")],
    ids=lambda one: type(one).__name__,
)
async def test_what_cannot_be_recorded_is_not_answered(
    house: House, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    async def append(_request: object) -> None:
        raise failure

    monkeypatch.setattr(house.store, "append", append)
    answer = await client.get("/notes", headers=house.bearer(AUDITOR))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["type"] == "urn:nianlun:refusal:read-not-recorded"
    assert (await client.get("/notes", headers=house.bearer(CLERK))).status_code == 200
