"""A parked record is given up on record, once and in its stream's order; what waited behind it goes on."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace

import asyncpg
import httpx
import pytest

from shared.contracts.access import ParkedRecordDiscarded
from shared.contracts.topics import ACCESS
from shared.eventstore.port import Context
from shared.kernel.actor import Actor, Role
from shared.kernel.ids import named
from shared.messaging import parked as parked_module
from shared.messaging.discard import Alike, EarlierIsParked, NotParked, discard
from shared.messaging.parked import ParkedRecord, Spot, parked_page, parked_streamless, parked_streams
from shared.messaging.redrive import redrive_all
from shared.runtime.parked import router
from shared.testing.postgres import Database
from shared.web.app import create_app
from tests.shared.messaging.street import NOON, Street, running, until
from tests.shared.messaging.test_parking import park_a, parked
from tests.shared.web.house import House

ADMINISTRATOR = Actor("2c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017", Role.ADMINISTRATOR)
WHY = "written by a probe of the network"


def context(name: str) -> Context:
    made = named("discard", name)
    return Context(made, ADMINISTRATOR, NOON, made)


async def records_of(street: Street) -> Sequence[ParkedRecord]:
    return (await parked_page(street.pool, street.delivery)).records


@pytest.fixture(autouse=True)
def recorded_somewhere(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """The made-up service has a stream of access like every real one."""
    monkeypatch.setitem(ACCESS, street.service, street.stream("x").category)


async def discarded(street: Street) -> list[ParkedRecordDiscarded]:
    log = await street.store.read(0, 1_000)
    return [one.event for one in log if isinstance(one.event, ParkedRecordDiscarded)]


async def test_the_stream_goes_on_behind_what_is_given_up(street: Street) -> None:
    await park_a(street, "poison", "2", "3")
    first, second, _ = await records_of(street)
    with pytest.raises(EarlierIsParked):
        await discard(street.pool, street.delivery, Spot.of(second.record), WHY, context("second"))
    done = await discard(street.pool, street.delivery, Spot.of(first.record), WHY, context("first"))
    (made,) = await discarded(street)
    assert done.events == (made,)
    assert (made.stream, made.version, made.fault, made.reason) == ("access-a", 1, "Broken: poison", WHY)
    assert made.sha256 == first.sha256
    with pytest.raises(NotParked):
        await discard(street.pool, street.delivery, Spot.of(first.record), WHY, context("again"))
    assert len(await discarded(street)) == 1
    assert [one.first for one in await parked_streams(street.pool, street.delivery)] == [2]


async def test_it_waits_for_a_delivery_of_its_topic(street: Street) -> None:
    await park_a(street, "poison")
    (first,) = await records_of(street)
    async with street.pool.acquire() as delivering:
        async with delivering.transaction():
            await delivering.execute("SELECT FROM delivery.cursor FOR UPDATE")
            work = discard(street.pool, street.delivery, Spot.of(first.record), WHY, context("first"))
            giving_up = asyncio.ensure_future(work)
            await until(street.somebody_waits)
            assert not giving_up.done()
        await giving_up
    assert len(await discarded(street)) == 1


async def test_what_waited_is_redriven_and_the_inbox_goes_on(street: Street) -> None:
    await street.produce(*await street.recorded("a", "because", "poison", "3"))
    async with running(street.inbox().run()) as (task,):
        await until(lambda: parked(street, 2), task)
    records = await records_of(street)
    assert [one.version for one in records] == [2, 3]
    await discard(street.pool, street.delivery, Spot.of(records[0].record), WHY, context("poison"))
    street.reader.given_up = 1
    assert await redrive_all(street.pool, street.delivery) == (1, {})
    await street.produce(*await street.recorded("a", "4"))
    async with running(street.inbox().run()) as (task,):
        await until(lambda: has_versions(street, [1, 3, 4]), task)
    assert await street.parked() == []


async def has_versions(street: Street, versions: list[int]) -> bool:
    return await street.versions("a") == versions


SET_BACK = (
    "TRUNCATE delivery.cursor, delivery.inbox, delivery.stream_versions, delivery.given_up, delivery.parked",
    "DELETE FROM views.documents",
)


async def set_back(database: Database) -> None:
    """Everything that was heard is heard again, as after a restore; only the log came back from the broker."""
    owner = await asyncpg.connect(database.superuser)
    for statement in SET_BACK:
        await owner.execute(statement)
    await owner.close()


async def test_what_was_given_up_takes_no_effect_when_a_restored_service_hears_it_again(
    street: Street, database: Database
) -> None:
    await street.produce(*await street.recorded("a", "poison", "2"))
    await street.produce(b"no event", key=b"k")
    async with running(street.inbox().run()) as (task,):
        await until(lambda: parked(street, 3), task)
    for one in await records_of(street):
        if one.version != 2:
            await discard(street.pool, street.delivery, Spot.of(one.record), WHY, context(one.record))
    await set_back(database)
    street.reader.given_up, street.reader.cured = 1, True
    async with running(street.inbox().run()) as (task,):
        await until(lambda: has_versions(street, [2]), task)
        await street.produce(*await street.recorded("a", "3"))
        await until(lambda: has_versions(street, [2, 3]), task)
    assert await street.parked() == []


async def test_a_copy_under_another_key_is_given_up_and_its_event_is_not(street: Street, database: Database) -> None:
    (true,) = await street.recorded("a", "1")
    await street.produce(true)
    await street.produce(true, key=b"another")
    async with running(street.inbox().run()) as (task,):
        await until(lambda: parked(street, 1), task)
        await until(lambda: has_versions(street, [1]), task)
    (copy,) = await records_of(street)
    assert copy.stream is None
    await discard(street.pool, street.delivery, Spot.of(copy.record), WHY, context("copy"))
    await set_back(database)
    async with running(street.inbox().run()) as (task,):
        await until(lambda: has_versions(street, [1]), task)
        await street.produce(*await street.recorded("a", "2"))
        await until(lambda: has_versions(street, [1, 2]), task)
    assert await street.parked() == []


async def test_another_record_of_the_bytes_that_were_given_up_is_set_aside(street: Street) -> None:
    await street.produce(b"no event", key=b"k")
    async with running(street.inbox().run()) as (task,):
        await until(lambda: parked(street, 1), task)
    (first,) = await records_of(street)
    await discard(street.pool, street.delivery, Spot.of(first.record), WHY, context("first"))
    await street.produce(b"no event", key=b"k")
    async with running(street.inbox().run()) as (task,):
        await until(lambda: parked(street, 1), task)
    (second,) = await records_of(street)
    assert second.record != first.record


async def test_what_was_given_up_takes_no_effect_either_when_it_is_redriven_behind_another(
    street: Street, database: Database
) -> None:
    street.reader.cured = True
    await street.produce(*await street.recorded("a", "poison"))
    async with running(street.inbox().run()) as (task,):
        await until(lambda: has_versions(street, [1]), task)
        street.reader.cured = False
        await street.produce(*await street.recorded("a", "poison"))
        await until(lambda: parked(street, 1), task)
    (second,) = await records_of(street)
    await discard(street.pool, street.delivery, Spot.of(second.record), WHY, context("second"))
    await set_back(database)
    async with running(street.inbox().run()) as (task,):
        await until(lambda: parked(street, 2), task)
    street.reader.cured = True
    assert await redrive_all(street.pool, street.delivery) == (2, {})
    assert await has_versions(street, [1])


async def test_what_is_no_event_is_shown_and_given_up(street: Street) -> None:
    await street.produce(b"no event", key=b"k")
    async with running(street.inbox().run()) as (task,):
        await until(lambda: parked(street, 1), task)
    (record,) = await records_of(street)
    assert (record.stream, record.version, record.bytes) == (None, None, 8)
    await discard(street.pool, street.delivery, Spot.of(record.record), WHY, context("raw"))
    (made,) = await discarded(street)
    assert (made.stream, made.sha256) == (None, hashlib.sha256(b"no event").hexdigest())
    assert await street.parked() == []


async def test_only_the_administrator_gives_up_over_http(street: Street) -> None:
    await park_a(street, "poison")
    house = House()
    app = create_app("parked", "parked", [router(street.pool, street.delivery)], house.app.state.web)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://parked") as client:
        mine = house.bearer(ADMINISTRATOR)
        page = (await client.get("/parked/records", headers=mine)).json()
        ((record,), more) = (page["records"], page["more"])
        assert more == 0
        body = {"record": record["record"], "reason": WHY}
        assert (await client.post("/parked/discard", json=body, headers=house.bearer())).status_code == 403
        assert (await client.post("/parked/discard", json={**body, "reason": " "}, headers=mine)).status_code == 422
        assert (await client.post("/parked/discard", json={**body, "record": "x"}, headers=mine)).status_code == 422
        assert (await client.post("/parked/discard", json=body, headers=mine)).json()["records"][0]["version"] == 1
        gone = await client.post("/parked/discard", json=body, headers=mine)
        assert (gone.status_code, gone.json()["title_zh"]) == (404, "该处没有搁置的记录")
    assert len(await discarded(street)) == 1


async def test_a_discard_is_answered_alike_when_it_is_sent_again(street: Street) -> None:
    await park_a(street, "poison")
    house = House()
    app = create_app(
        "parked", "parked", [router(street.pool, street.delivery)], replace(house.app.state.web, store=street.store)
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://parked") as client:
        mine = house.bearer(ADMINISTRATOR) | {"Idempotency-Key": "once"}
        (record,) = await records_of(street)
        body = {"record": record.record, "reason": WHY}
        several = [client.post("/parked/discard", json=body, headers=mine) for _ in range(3)]
        answers = [*await asyncio.gather(*several), await client.post("/parked/discard", json=body, headers=mine)]
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.text for answer in answers}) == 1
        other = await client.post("/parked/discard", json={**body, "reason": "another"}, headers=mine)
        assert other.status_code == 422
    assert len(await discarded(street)) == 1


async def test_a_record_or_a_topic_with_a_fault_is_named(street: Street) -> None:
    house = House()
    app = create_app("parked", "parked", [router(street.pool, street.delivery)], house.app.state.web)
    topic = {"topic": street.topic, "reason": WHY}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://parked") as client:
        mine = house.bearer(ADMINISTRATOR)
        for body in ({"reason": WHY}, topic, {**topic, "fault": "x", "record": f"{street.topic}/0@1"}):
            assert (await client.post("/parked/discard", json=body, headers=mine)).status_code == 422
        nothing = await client.post("/parked/discard", json={**topic, "fault": "x"}, headers=mine)
        assert nothing.status_code == 404


async def test_all_alike_are_given_up_some_at_a_time_and_no_other(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.discard.RECORDS_MAX", 4)
    await street.produce(*(b"junk %d" % number for number in range(10)))
    await park_a(street, "poison", "2", others=10)
    alike = Alike(street.topic, "Undecodable")
    left = []
    for number in range(3):
        done = await discard(street.pool, street.delivery, alike, WHY, context(f"alike {number}"))
        left.append(done.appended.response["left"])
    assert left == [6, 2, 0]
    with pytest.raises(NotParked):
        await discard(street.pool, street.delivery, alike, WHY, context("no more"))
    given_up = await discarded(street)
    assert len(given_up) == len({one.record for one in given_up}) == 10
    assert {one.reason for one in given_up} == {WHY}
    assert [one.version for one in await records_of(street)] == [1, 2]


async def test_of_one_stream_all_alike_are_given_up_in_its_order(street: Street) -> None:
    await park_a(street, "poison", "2", "3")
    waiting = Alike(street.topic, "an earlier event")
    with pytest.raises(NotParked):
        await discard(street.pool, street.delivery, waiting, WHY, context("behind another"))
    await discard(street.pool, street.delivery, Alike(street.topic, "Broken"), WHY, context("first"))
    done = await discard(street.pool, street.delivery, waiting, WHY, context("the rest"))
    assert [one.version for one in await discarded(street)] == [1, 2, 3]
    assert done.appended.response["left"] == 0
    assert await street.parked() == []


async def test_what_is_parked_is_listed_page_by_page(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parked_module, "RECORDS_MAX", 4)
    await street.produce(*(b"junk %d" % number for number in range(10)))
    await park_a(street, "poison", others=10)
    (kind,) = await parked_streamless(street.pool, street.delivery)
    assert (kind.topic, kind.records) == (street.topic, 10)
    first = await parked_page(street.pool, street.delivery, street.topic, "Undecodable")
    seen, more = list(first.records), [first.more]
    while more[-1]:
        after = Spot.of(seen[-1].record)
        page = await parked_page(street.pool, street.delivery, street.topic, "Undecodable", after)
        seen += page.records
        more.append(page.more)
    assert more == [6, 2, 0]
    assert len({one.record for one in seen}) == 10
    assert (await parked_page(street.pool, street.delivery, "elsewhere")).records == []


async def test_a_hole_that_an_unreadable_record_left_holds_nobody_once_it_is_given_up(street: Street) -> None:
    first, second, third = await street.recorded("a", "1", "2", "3")
    await street.produce(first)
    await street.produce(second.body[:100], key=first.envelope.partitionkey.encode())
    async with running(street.inbox().run()) as (task,):
        await until(lambda: parked(street, 1), task)
        (lost,) = await records_of(street)
        await discard(street.pool, street.delivery, Spot.of(lost.record), WHY, context("lost"))
        await street.produce(third)
        await until(lambda: parked(street, 1), task)
        (behind,) = await records_of(street)
        assert behind.version == 3
        await discard(street.pool, street.delivery, Spot.of(behind.record), WHY, context("behind"))
        street.reader.given_up = 2
        await street.produce(*await street.recorded("a", "4"))
        await until(lambda: has_versions(street, [1, 4]), task)
