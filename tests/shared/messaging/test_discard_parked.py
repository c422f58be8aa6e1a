"""A parked record is given up on record, once and in its stream's order; what waited behind it goes on."""

import hashlib

import httpx
import pytest

from shared.contracts.access import ParkedRecordDiscarded
from shared.contracts.topics import ACCESS
from shared.eventstore.port import Context
from shared.kernel.actor import Actor, Role
from shared.kernel.ids import named
from shared.messaging.discard import EarlierIsParked, NotParked, Spot, discard
from shared.messaging.redrive import parked_records, parked_streams, redrive_all
from shared.runtime.parked import router
from shared.web.app import create_app
from tests.shared.messaging.street import NOON, Street, running, until
from tests.shared.messaging.test_parking import park_a, parked
from tests.shared.web.house import House

ADMINISTRATOR = Actor("2c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017", Role.ADMINISTRATOR)
WHY = "written by a probe of the network"


def context(name: str) -> Context:
    made = named("discard", name)
    return Context(made, ADMINISTRATOR, NOON, made)


def spot(record: str) -> Spot:
    topic, _, rest = record.partition("/")
    partition, _, offset = rest.partition("@")
    return Spot(topic, int(partition), int(offset))


@pytest.fixture(autouse=True)
def recorded_somewhere(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """The made-up service has a stream of access like every real one."""
    monkeypatch.setitem(ACCESS, street.service, street.stream("x").category)


async def discarded(street: Street) -> list[ParkedRecordDiscarded]:
    log = await street.store.read(0, 1_000)
    return [one.event for one in log if isinstance(one.event, ParkedRecordDiscarded)]


async def test_the_stream_goes_on_behind_what_is_given_up(street: Street) -> None:
    await park_a(street, "poison", "2", "3")
    first, second, _ = await parked_records(street.pool, street.delivery)
    with pytest.raises(EarlierIsParked):
        await discard(street.pool, street.delivery, spot(second.record), WHY, context("second"))
    made = await discard(street.pool, street.delivery, spot(first.record), WHY, context("first"))
    assert await discarded(street) == [made]
    assert (made.stream, made.version, made.fault, made.reason) == ("access-a", 1, "Broken: poison", WHY)
    assert made.sha256 == first.sha256
    with pytest.raises(NotParked):
        await discard(street.pool, street.delivery, spot(first.record), WHY, context("again"))
    assert len(await discarded(street)) == 1
    assert [one.first for one in await parked_streams(street.pool, street.delivery)] == [2]


async def test_what_waited_is_redriven_and_the_inbox_goes_on(street: Street) -> None:
    await street.produce(*await street.recorded("a", "because", "poison", "3"))
    async with running(street.inbox().run()) as (task,):
        await until(lambda: parked(street, 2), task)
    records = await parked_records(street.pool, street.delivery)
    assert [one.version for one in records] == [2, 3]
    await discard(street.pool, street.delivery, spot(records[0].record), WHY, context("poison"))
    street.reader.given_up = 1
    assert await redrive_all(street.pool, street.delivery) == (1, {})
    await street.produce(*await street.recorded("a", "4"))
    async with running(street.inbox().run()) as (task,):
        await until(lambda: has_versions(street, [1, 3, 4]), task)
    assert await street.parked() == []


async def has_versions(street: Street, versions: list[int]) -> bool:
    return await street.versions("a") == versions


async def test_what_is_no_event_is_shown_and_given_up(street: Street) -> None:
    await street.produce(b"no event", key=b"k")
    async with running(street.inbox().run()) as (task,):
        await until(lambda: parked(street, 1), task)
    (record,) = await parked_records(street.pool, street.delivery)
    assert (record.stream, record.version, record.bytes) == (None, None, 8)
    made = await discard(street.pool, street.delivery, spot(record.record), WHY, context("raw"))
    assert (made.stream, made.sha256) == (None, hashlib.sha256(b"no event").hexdigest())
    assert await street.parked() == []


async def test_only_the_administrator_gives_up_over_http(street: Street) -> None:
    await park_a(street, "poison")
    house = House()
    app = create_app("parked", "parked", [router(street.pool, street.delivery)], house.app.state.web)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://parked") as client:
        mine = house.bearer(ADMINISTRATOR)
        (record,) = (await client.get("/parked/records", headers=mine)).json()
        body = {"record": record["record"], "reason": WHY}
        assert (await client.post("/parked/discard", json=body, headers=house.bearer())).status_code == 403
        assert (await client.post("/parked/discard", json={**body, "reason": " "}, headers=mine)).status_code == 422
        assert (await client.post("/parked/discard", json={**body, "record": "x"}, headers=mine)).status_code == 422
        assert (await client.post("/parked/discard", json=body, headers=mine)).json()["version"] == 1
        gone = await client.post("/parked/discard", json=body, headers=mine)
        assert (gone.status_code, gone.json()["title_zh"]) == (404, "该处没有搁置的记录")
    assert len(await discarded(street)) == 1
