"""A command's way through the door: its receipt, its key, its refusals and their traces."""

import asyncio
from typing import Any

import httpx
import pytest

from shared.contracts.access import AccessRefused
from shared.eventstore.memory import MemoryEventStore
from shared.kernel.ids import event_id, named
from tests.shared.web.house import CLERK, EXPERT, NOON, House

pytestmark = pytest.mark.asyncio

NOTE = "2c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017"
PATH = f"/notes/{NOTE}"
BODY = {"text": "申请材料齐全"}
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


async def send(
    house: House, client: httpx.AsyncClient, body: Any = BODY, *, path: str = PATH, **headers: str
) -> httpx.Response:
    named_headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post(path, json=body, headers={**house.bearer(), **named_headers})


async def test_a_receipt_tells_where_the_events_are(house: House, client: httpx.AsyncClient) -> None:
    answer = await send(house, client)
    assert answer.status_code == 201
    assert answer.json() == {
        "note": NOTE,
        "position": 1,
        "stream": f"access-{NOTE}",
        "version": 1,
        "events": ["nianlun.AccessRefused.v1"],
    }
    assert answer.headers["cache-control"] == "no-store"


async def test_the_event_says_who_when_and_under_which_command(house: House, client: httpx.AsyncClient) -> None:
    await send(house, client, Idempotency_Key="k1", traceparent=TRACE)
    (recorded,) = await house.store.read(0, 10)
    command_id = named("command", "review", f"{CLERK.id}:k1")
    envelope = recorded.envelope
    assert (envelope.actorid, envelope.actorrole, envelope.actordistrict) == (
        CLERK.id,
        "district_clerk",
        "310104",
    )
    assert (envelope.id, envelope.correlationid) == (event_id(command_id, 0), command_id)
    assert (envelope.time, envelope.traceparent) == (NOON, TRACE)


@pytest.mark.parametrize(
    "trace",
    ["", "x", TRACE.upper(), f"{TRACE}-00", "ff" + TRACE[2:], f"00-{'0' * 32}-00f067aa0ba902b7-01", "\xff"],
)
async def test_a_trace_that_is_none_is_left_out(house: House, client: httpx.AsyncClient, trace: str) -> None:
    sent = [*house.bearer().items(), ("traceparent", trace)]
    headers = [(name.encode(), value.encode("latin-1")) for name, value in sent]
    answer = await client.post(PATH, json=BODY, headers=headers)
    assert answer.status_code == 201
    (recorded,) = await house.store.read(0, 10)
    assert recorded.envelope.traceparent is None


async def test_a_command_that_nothing_can_date_comes_later_and_a_read_comes_now(
    house: House, client: httpx.AsyncClient
) -> None:
    house.clock.waits = "it is behind the log"
    answer = await send(house, client)
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:nianlun:refusal:unavailable")
    assert answer.headers["retry-after"] == "1"
    assert (await client.get("/notes", headers=house.bearer())).status_code == 200
    house.clock.waits = ""
    assert (await send(house, client)).status_code == 201


async def test_time_stands_from_the_moment_of_arrival(house: House, client: httpx.AsyncClient) -> None:
    async def wait() -> None:
        house.clock.move(3600)

    house.before_append = wait
    assert (await send(house, client)).status_code == 201
    (recorded,) = await house.store.read(0, 10)
    assert recorded.envelope.time == NOON


async def test_without_a_key_two_requests_are_two_commands(house: House, client: httpx.AsyncClient) -> None:
    other = PATH.replace("2c9d", "3c9d")
    await send(house, client)
    await send(house, client, path=other)
    first, second = await house.store.read(0, 10)
    assert first.envelope.correlationid != second.envelope.correlationid


async def test_a_repeated_key_is_answered_alike(house: House, client: httpx.AsyncClient) -> None:
    first = await send(house, client, Idempotency_Key="k1")
    again = await client.post(
        PATH,
        content='{ "text" : "\\u7533请材料齐全" }',
        headers={**house.bearer(), "Idempotency-Key": "k1", "Content-Type": "application/json"},
    )
    assert (again.status_code, again.json()) == (201, first.json())
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert (await house.store.head()).position == 1


async def test_a_key_with_another_request_is_refused(house: House, client: httpx.AsyncClient) -> None:
    await send(house, client, Idempotency_Key="k1")
    for path, body in ((PATH, {"text": "else"}), (PATH.replace("2c9d", "3c9d"), BODY)):
        answer = await send(house, client, body, path=path, Idempotency_Key="k1")
        assert answer.status_code == 422
        assert answer.json()["type"] == "urn:nianlun:refusal:key-reused"
        assert answer.json()["field"] == "Idempotency-Key"
    assert (await house.store.head()).position == 1


async def test_a_key_belongs_to_its_actor(house: House, client: httpx.AsyncClient) -> None:
    await send(house, client, Idempotency_Key="k1")
    other = CLERK.__class__("4c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017", CLERK.role)
    answer = await client.post(PATH, json=BODY, headers={**house.bearer(other), "Idempotency-Key": "k1"})
    assert answer.status_code == 201
    assert "idempotent-replayed" not in answer.headers
    assert answer.json()["events"] == []


async def test_strangers_who_choose_one_key_do_not_meet(client: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "k1"}
    answers = [await client.post("/open", json={"text": text}, headers=key) for text in ("a", "b", "a")]
    assert [answer.is_success for answer in answers] == [True, False, True]
    assert answers[1].json()["type"] != "urn:nianlun:refusal:key-reused", "the note itself is refused: it is another"
    assert ["idempotent-replayed" in answer.headers for answer in answers] == [False, False, True]


async def test_of_two_at_once_one_does_the_work_and_both_are_answered_alike(
    house: House, client: httpx.AsyncClient
) -> None:
    both = asyncio.Barrier(2)

    async def meet() -> None:
        async with both:
            pass

    house.before_append = meet
    answers = await asyncio.gather(*(send(house, client, Idempotency_Key="k1") for _ in range(2)))
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert (await house.store.head()).position == 1


async def test_of_two_different_ones_at_once_with_one_key_the_second_is_refused(
    house: House, client: httpx.AsyncClient
) -> None:
    both = asyncio.Barrier(2)

    async def meet() -> None:
        async with both:
            pass

    house.before_append = meet
    bodies = ({"text": "one"}, {"text": "two"})
    paths = (PATH, PATH.replace("2c9d", "3c9d"))
    answers = await asyncio.gather(
        *(send(house, client, b, path=p, Idempotency_Key="k1") for b, p in zip(bodies, paths, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 422]
    assert (await house.store.head()).position == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "ü", "k" * 129])
async def test_a_key_is_short_and_visible(house: House, client: httpx.AsyncClient, key: str) -> None:
    sent = [*house.bearer().items(), ("Idempotency-Key", key)]
    headers = [(name.encode(), value.encode()) for name, value in sent]
    answer = await client.post(PATH, json=BODY, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["field"] == "Idempotency-Key"


async def test_a_password_is_not_part_of_the_stored_hash(client: httpx.AsyncClient) -> None:
    for password in ("first", "second"):
        answer = await client.post("/open", json={**BODY, "password": password}, headers={"Idempotency-Key": "k1"})
        assert answer.status_code == 200
    assert answer.headers["idempotent-replayed"] == "true"


async def test_a_refusal_names_rule_clause_and_field(house: House, client: httpx.AsyncClient) -> None:
    await send(house, client)
    answer = await send(house, client, {"text": "else"}, Idempotency_Key="k2")
    problem = answer.json()
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem == {
        "type": "urn:nianlun:refusal:already-noted",
        "title": "A note was taken before",
        "status": 409,
        "detail": "A note was taken before",
        "rule": "R7",
        "clause": "C2.1.2",
        "field": "text",
        "instance": f"urn:uuid:{named('command', 'review', f'{CLERK.id}:k2')}",
    }
    assert (await house.store.head()).position == 1


async def test_a_refused_authority_leaves_its_trace_and_nothing_else(house: House, client: httpx.AsyncClient) -> None:
    answer = await client.post(PATH, json=BODY, headers=house.bearer(EXPERT))
    assert answer.status_code == 403
    assert answer.json()["field"] == "role"
    (recorded,) = await house.store.read(0, 10)
    assert recorded.envelope.stream == f"access-{EXPERT.id}"
    assert isinstance(recorded.event, AccessRefused)
    assert recorded.event.command == "TakeNote"


async def test_a_token_that_is_wrong_does_not_pass_as_none(house: House, client: httpx.AsyncClient) -> None:
    assert (await client.post("/open", json=BODY)).status_code == 200
    expired = house.bearer(exp=0)
    assert (await client.post("/open", json=BODY, headers=expired)).status_code == 401


async def test_one_key_at_two_houses_is_two_commands(house: House, client: httpx.AsyncClient) -> None:
    await send(house, client, Idempotency_Key="k1")
    other = House(store=MemoryEventStore("publication", rehearsal=True))
    async with other.client() as there:
        await send(other, there, Idempotency_Key="k1")
    (here,), (elsewhere,) = await house.store.read(0, 10), await other.store.read(0, 10)
    assert here.envelope.id != elsewhere.envelope.id
