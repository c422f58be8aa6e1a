"""Parking and redrive: what cannot be handled is set aside with what follows in its stream, and comes back in order."""

import asyncio
from dataclasses import dataclass, field, replace

import asyncpg
import httpx
import pytest

from deploy.recovery.places import hear_anew
from shared.contracts.codec import decode
from shared.contracts.envelope import Recorded
from shared.eventstore.documents import Documents
from shared.eventstore.memory import MemoryEventStore
from shared.kernel.actor import Actor, Role
from shared.messaging.dead_letters import DeadLetters
from shared.messaging.delivery import Delivery
from shared.messaging.failures import StreamHasAHole
from shared.messaging.inbox import Inbox
from shared.messaging.parked import parked_streams
from shared.messaging.redrive import redrive, redrive_all
from shared.runtime.parked import router
from shared.web.app import create_app
from tests.shared.messaging.street import Broken, Reader, Street, running, until
from tests.shared.messaging.test_inbox import caught_up, set_cursor
from tests.shared.web.house import House


async def parked(street: Street, records: int) -> bool:
    return len(await street.parked()) == records


async def test_a_poison_event_holds_its_stream_and_no_other(street: Street) -> None:
    mine = await street.recorded("a", "1", "2", "poison", "4", "5")
    others = await street.recorded("b", *map(str, range(6)))
    await street.produce(*mine, *others)
    inbox = street.inbox()
    async with running(inbox.run()) as (task,):
        await until(lambda: parked(street, 3), task)
        await until(lambda: caught_up(street, "b", 6), task)
        await street.produce(*await street.recorded("a", "6"))
        await until(lambda: parked(street, 4), task)
        await until(lambda: counted(inbox, 4), task)
    assert await street.versions("a") == [1, 2]
    assert (await street.parked())[0] == "Broken: poison"
    assert set((await street.parked())[1:]) == {"an earlier event of its stream is parked"}
    (stream,) = await parked_streams(street.pool, street.delivery)
    assert (stream.stream, stream.events, stream.first, stream.reason) == ("access-a", 4, 3, "Broken: poison")


async def counted(inbox: Inbox, parked_records: int) -> bool:
    return inbox.state.parked == parked_records


async def park_a(street: Street, *reasons: str, others: int = 0) -> None:
    await street.produce(*await street.recorded("a", *reasons))
    async with running(street.inbox().run()) as (task,):
        await until(lambda: parked(street, len(reasons) + others), task)


async def test_redrive_handles_in_order_and_exactly_once(street: Street) -> None:
    await park_a(street, "poison", "2", "3")
    with pytest.raises(Broken):
        await redrive(street.pool, street.delivery, f"nianlun/{street.service}", "access-a")
    assert await street.versions("a") == []
    assert await redrive_all(street.pool, street.delivery) == (
        0,
        {f"nianlun/{street.service}/access-a": "Broken: poison"},
    )
    street.reader.cured = street.reader.reacts = True
    assert await redrive_all(street.pool, street.delivery) == (3, {})
    assert await redrive_all(street.pool, street.delivery) == (0, {})
    assert await street.versions("a") == [1, 2, 3]
    assert len(await street.store.load("echo-access-a")) == 3
    await street.produce(*await street.recorded("a", "4"))
    async with running(street.inbox().run()) as (task,):
        await until(lambda: caught_up(street, "a", 4), task)


@dataclass
class Slow(Reader):
    """Takes its time over the event that was parked, as one does on a busy machine."""

    began: asyncio.Event = field(default_factory=asyncio.Event)
    may_end: asyncio.Event = field(default_factory=asyncio.Event)

    async def project(self, documents: Documents, recorded: Recorded) -> None:
        self.began.set()
        await self.may_end.wait()
        await super().project(documents, recorded)


async def test_a_redrive_keeps_an_inbox_waiting_that_begins_anew(street: Street) -> None:
    await park_a(street, "poison")
    owner = await asyncpg.connect(street.database.superuser)
    try:
        await hear_anew(owner)
        await street.produce(*await street.recorded("a", "2"))
        street.reader.cured = True
        slow = Slow(cured=True, service=street.service)
        delivery = Delivery(street.store, slow, rehearsal=True)
        redriving = asyncio.ensure_future(redrive(street.pool, delivery, f"nianlun/{street.service}", "access-a"))
        await slow.began.wait()
        async with running(street.inbox().run()) as (task,):
            try:
                await until(street.somebody_waits, task)
            finally:
                slow.may_end.set()
            assert await redriving == 1
            await until(lambda: caught_up(street, "a", 2), task)
    finally:
        await owner.close()
    assert await street.parked() == []


async def test_the_administrator_sees_what_is_parked_and_redrives_it_over_http(street: Street) -> None:
    await park_a(street, "poison", "2")
    house = House()
    app = create_app("parked", "parked", [router(street.pool, street.delivery)], house.app.state.web)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://parked") as client:
        assert (await client.get("/parked")).status_code == 401
        assert (await client.post("/parked/redrive", headers=house.bearer())).status_code == 403
        mine = house.bearer(Actor("2c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017", Role.ADMINISTRATOR))
        (stream,) = (await client.get("/parked", headers=mine)).json()
        assert (stream["stream"], stream["events"], stream["first"]) == ("access-a", 2, 1)
        place = f"nianlun/{street.service}/access-a"
        again = (await client.post("/parked/redrive", headers=mine)).json()
        assert again == {"handled": 0, "failed": {place: "Broken: poison"}}
        street.reader.cured = True
        assert (await client.post("/parked/redrive", headers=mine)).json() == {"handled": 2, "failed": {}}
        assert (await client.get("/parked", headers=mine)).json() == []


async def test_redrive_and_inbox_at_once_lose_and_repeat_nothing(street: Street) -> None:
    await park_a(street, "poison", "2")
    street.reader.cured = True
    events = await street.recorded("a", *map(str, range(60)))

    async def redriving() -> None:
        while await street.versions("a") != list(range(1, 63)):
            await redrive_all(street.pool, street.delivery)
            await asyncio.sleep(0.005)

    async with running(street.inbox().run()) as (task,):
        await asyncio.wait_for(asyncio.gather(street.produce(*events), redriving()), 20)
        assert not task.done()
    assert await street.parked() == []


async def test_a_document_that_cannot_be_stored_is_found_by_halving(street: Street) -> None:
    await street.produce(*await street.recorded("a", *map(str, range(30)), "unstorable", *map(str, range(30))))
    async with running(street.inbox().run()) as (task,):
        await until(lambda: parked(street, 31), task)
    assert await street.versions("a") == list(range(1, 31))
    assert "UntranslatableCharacter" in (await street.parked())[0]


async def test_raw_records_are_parked_with_their_place_and_reason(street: Street) -> None:
    event, other = await street.recorded("a", "1", "2")
    wrong = event.body.replace(b"AccessRefused.v1", b"AccessRefused.v9")
    foreign = (await MemoryEventStoreOf("elsewhere").recorded(street))[0]
    await street.produce(b"\x00\xffnot json")
    await street.produce(event, key=b"another key")
    await street.produce(foreign)
    await street.produce(b'{"x": "%s"}' % (b"y" * 80_000))
    await street.produce(b"")
    await street.produce(wrong, key=event.envelope.partitionkey.encode())
    inbox = street.inbox()
    async with running(inbox.run()) as (task,):
        await until(lambda: parked(street, 6), task)
        await street.produce(other)
        await until(lambda: parked(street, 7), task)
        await street.produce(*await street.recorded("b", "1"))
        await until(lambda: caught_up(street, "b", 1), task)
    rows = await street.pool.fetch('SELECT topic, partition, "offset", body, stream, reason FROM delivery.parked')
    reasons = "\n".join(row["reason"] for row in rows)
    assert "Undecodable" in reasons
    assert "its key is not its partitionkey key-a" in reasons
    assert f"does not belong on {street.topic}" in reasons
    assert "UnknownEventType: nianlun.AccessRefused.v9" in reasons
    assert sorted(row["body"] for row in rows if row["stream"]) == sorted([wrong, other.body])
    assert all(row["topic"] == street.topic for row in rows)


class MemoryEventStoreOf:
    """A log of another service."""

    def __init__(self, service: str) -> None:
        self.store = MemoryEventStore(service, rehearsal=True)

    async def recorded(self, street: Street) -> list[Recorded]:
        await self.store.append(street.append("a"))
        return list(await self.store.read(0, 1))


@pytest.mark.parametrize("rehearsal", [True, False])
async def test_rehearsals_and_production_refuse_each_other(street: Street, *, rehearsal: bool) -> None:
    store = MemoryEventStore(street.service, rehearsal=not rehearsal)
    await store.append(street.append("a", "1", "2"))
    await street.produce(*await store.read(0, 2))
    async with running(street.inbox(rehearsal=rehearsal).run()) as (task,):
        await until(lambda: parked(street, 2), task)
    assert await street.versions("a") == []
    assert all("rehearsal is" in reason for reason in await street.parked())


async def test_events_behind_an_unreadable_record_wait_for_it_to_be_repaired(street: Street) -> None:
    first, second, third = await street.recorded("a", "1", "2", "3")
    key = first.envelope.partitionkey.encode()
    await street.produce(first)
    await street.produce(second.body[:100], key=key)
    await street.produce(third)
    async with running(street.inbox().run()) as (task,):
        await until(lambda: parked(street, 2), task)
        assert await street.versions("a") == [1]
        with pytest.raises(StreamHasAHole, match="version 2 is neither handled nor parked"):
            await redrive(street.pool, street.delivery, first.envelope.source, "access-a")
        await street.produce(second)
        await until(lambda: parked(street, 3), task)
    assert await redrive(street.pool, street.delivery, first.envelope.source, "access-a") == 2
    assert await street.versions("a") == [1, 2, 3]


async def test_another_event_of_a_version_that_was_is_parked_and_holds_nothing(street: Street) -> None:
    await street.produce(*await street.recorded("a", "1"))
    forger = MemoryEventStoreOf(street.service)
    await street.produce(*await forger.recorded(street))
    async with running(street.inbox().run()) as (task,):
        await until(lambda: parked(street, 1), task)
        await street.produce(*await street.recorded("a", "2"))
        await until(lambda: caught_up(street, "a", 2), task)
    assert await street.parked() == ["version 1 of access-a was another event"]


async def test_a_long_stream_behind_one_poison_event_is_no_reason_to_stop(street: Street) -> None:
    limit = DeadLetters(failed_max=1, window=10)
    await street.produce(*await street.recorded("a", "poison", *map(str, range(30))))
    async with running(street.inbox(dead_letters=limit).run()) as (task,):
        await until(lambda: parked(street, 31), task)
        await street.produce(*await street.recorded("b", "1"))
        await until(lambda: caught_up(street, "b", 1), task)


async def test_two_hundred_poison_messages_among_good_ones_stop_nobody(street: Street) -> None:
    async with running(street.inbox(dead_letters=DeadLetters()).run()) as (task,):
        for number in range(50):
            good = await street.recorded(f"g{number}", *map(str, range(5)))
            bad = await street.recorded(f"p{number}", "poison")
            broken = replace(bad[0], body=bad[0].body[:-7])
            await street.produce(*good, *bad, broken)
            await until(lambda number=number: caught_up(street, f"g{number}", 5), task)  # type: ignore[misc]
        await until(lambda: parked(street, 100), task)


async def test_the_handler_never_sees_what_is_parked(street: Street) -> None:
    reader = Reader(service=street.service)
    events = await street.recorded("a", "poison", "2")
    await set_cursor(street, 0)
    await street.produce(*events)
    async with running(street.inbox(reader).run()) as (task,):
        await until(lambda: parked(street, 2), task)
    assert set(reader.asked) == {decode(events[0].body).envelope.id}
