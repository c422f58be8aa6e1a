"""Whatever is sent, the answer is a problem that says which field and why, and nothing is stored."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from shared.web.entrance import BODY_BYTES_MAX
from tests.shared.web.house import House

pytestmark = pytest.mark.asyncio

PATH = "/notes/2c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017"
JSON = {"Content-Type": "application/json"}


async def send(house: House, client: httpx.AsyncClient, content: Any, **headers: str) -> httpx.Response:
    answer = await client.post(PATH, content=content, headers={**JSON, **house.bearer(), **headers})
    if answer.status_code != 201:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
        assert answer.json()["instance"].startswith("urn:uuid:")
        assert (await house.store.head()).position == 0
    return answer


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "",
        "nul",
        "[" * 100_000,
        '{"text":' * 5_000,
        '{"text": "a\nb"}',
        b"\xff\xfe",
        b'{"text": "\xff"}',
        '{"size": ' + "9" * 5_000 + "}",
        '{"text": "a"} x',
    ],
)
async def test_what_is_not_json_is_refused(house: House, client: httpx.AsyncClient, content: str | bytes) -> None:
    assert (await send(house, client, content)).status_code in {400, 422}


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "", "multipart/form-data"])
async def test_what_does_not_call_itself_json_is_refused(
    house: House, client: httpx.AsyncClient, content_type: str
) -> None:
    answer = await send(house, client, '{"text": "a"}', **{"Content-Type": content_type})
    assert (answer.status_code, answer.json()["field"]) == (415, "Content-Type")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"text": "\xff"}', "it is not UTF-8"),
        ("[" * 100_000, "it is nested too deeply"),
        ('{"size": ' + "9" * 5_000 + "}", "a number in it is too long"),
    ],
)
async def test_why_a_body_cannot_be_read_is_said(
    house: House, client: httpx.AsyncClient, content: str | bytes, reason: str
) -> None:
    told = (await send(house, client, content)).json()
    assert (told["type"], told["detail"]) == ("urn:nianlun:refusal:malformed-json", reason)


async def test_another_method_is_told_which_ones_there_are(house: House, client: httpx.AsyncClient) -> None:
    assert (await client.delete("/notes", headers=house.bearer())).headers["allow"] == "GET, HEAD"
    assert (await client.put(PATH, headers=house.bearer())).headers["allow"] == "POST"


async def test_what_may_be_read_may_be_asked_for_its_head(house: House, client: httpx.AsyncClient) -> None:
    read, head = [await client.request(method, "/notes", headers=house.bearer()) for method in ("GET", "HEAD")]
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == read.headers["content-length"]
    assert (await client.head(PATH, headers=house.bearer())).status_code == 405


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": None}, "text"),
        ({"text": 1}, "text"),
        ({"text": ""}, "text"),
        ({"text": "x" * 201}, "text"),
        ({"text": "line\nline"}, "text"),
        ({"text": "bell\x07"}, "text"),
        ({"text": "\x7f"}, "text"),
        ({"text": "a", "other": 1}, "other"),
        ({"text": "a", "size": "1"}, "size"),
        ({"text": "a", "size": 1.0}, "size"),
        ({"text": "a", "size": True}, "size"),
        ({"text": "a", "size": -1}, "size"),
        ({"text": "a", "size": 10**9 + 1}, "size"),
        ({"text": "a", "size": 10**300}, "size"),
        ({"text": "a", "on": "2017-02-29"}, "on"),
        ({"text": "a", "on": "2017-2-9"}, "on"),
        ({"text": "a", "on": "9999-12-31"}, "on"),
        ({"text": "a", "on": "20170209"}, "on"),
        ({"text": "a", "on": 20170209}, "on"),
        ({"text": "a", "at": "2017-02-09T00:00:00"}, "at"),
        ({"text": "a", "at": "2017-02-09T25:00:00Z"}, "at"),
        ({"text": "a", "at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"text": "a", "at": "2017-02-09T00:00:00+99:00"}, "at"),
        ({"text": "a", "parts": [{"area": 100.5}]}, "parts.0.area"),
        ({"text": "a", "parts": [{"area": "1"}, {"area": "1e3"}]}, "parts.1.area"),
        ({"text": "a", "parts": [{"area": "١"}]}, "parts.0.area"),
        ({"text": "a", "parts": [{"area": "1\n"}]}, "parts.0.area"),
        ({"text": "a", "parts": [{"area": "1", "x": 1}]}, "parts.0.x"),
        ({"text": "a", "parts": {}}, "parts"),
        ({"text": "a", "parts": [{}] * 4}, "parts"),
        ([], "body"),
        ("text", "body"),
        (7, "body"),
    ],
)
async def test_a_wrong_value_is_refused_with_its_field(
    house: House, client: httpx.AsyncClient, body: Any, field: str
) -> None:
    answer = await send(house, client, json.dumps(body))
    problem = answer.json()
    assert (answer.status_code, problem["field"]) == (422, field)
    assert problem["errors"][0]["field"] == field
    assert problem["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ('{"text": "a\\u0000b"}', "text"),
        ('{"text": "a", "parts": [{"area": "\\u0000"}]}', "parts.0.area"),
        ('{"text": "a", "\\u0000": 1}', ""),
        ('{"text": "\\\\\\u0000"}', "text"),
        ('"\\u0000"', "body"),
    ],
)
async def test_nul_is_refused_wherever_it_hides(
    house: House, client: httpx.AsyncClient, content: str, field: str
) -> None:
    answer = await send(house, client, content)
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:nianlun:refusal:text-holds-nul"
    assert answer.json().get("field", "") == field


async def test_text_that_only_looks_like_nul_is_text(house: House, client: httpx.AsyncClient) -> None:
    assert (await send(house, client, '{"text": "\\\\u0000"}')).status_code == 201


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ('{"text": "a", "text": "b"}', "text"),
        ('{"text": "a", "parts": [{"area": "1", "area": "1"}]}', "area"),
        ('{"text": "a", "t\\u0065xt": "b"}', "text"),
    ],
)
async def test_a_member_that_is_there_twice_is_refused(
    house: House, client: httpx.AsyncClient, content: str, field: str
) -> None:
    answer = await send(house, client, content)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert answer.json()["type"] == "urn:nianlun:refusal:member-twice"


async def test_members_of_one_name_in_two_objects_are_none_twice(house: House, client: httpx.AsyncClient) -> None:
    content = '{"text": "text", "parts": [{"area": "1"}, {"area": "1"}]}'
    assert (await send(house, client, content)).status_code == 201


async def test_a_query_parameter_that_the_route_does_not_know_is_refused(
    house: House, client: httpx.AsyncClient
) -> None:
    answer = await client.get("/notes?sate=x", headers=house.bearer())
    told = answer.json()
    assert (answer.status_code, told["type"], told["field"]) == (422, "urn:nianlun:refusal:parameter-unknown", "sate")
    assert "at_least" in told["detail"]
    assert (await client.get("/notes?limit=5", headers=house.bearer())).status_code == 200
    assert (await client.get("/health/live?x=1")).status_code == 422


@pytest.mark.parametrize("query", ["state=%00", "%00=1", "after=a%00", "at_least=%00"])
async def test_nul_in_a_query_is_refused(house: House, client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/notes?{query}", headers=house.bearer())
    assert answer.status_code == 422


async def test_nul_in_a_path_is_refused(house: House, client: httpx.AsyncClient) -> None:
    answer = await client.get("/failing/a%00b", headers=house.bearer())
    assert (answer.status_code, answer.json()["field"]) == (422, "path")


@pytest.mark.parametrize("content", ['{"text": "\\ud800"}', '{"\\udfff": 1}', '{"text": "a", "\\ud800": 1}'])
async def test_lone_surrogates_are_refused_and_the_answer_can_be_read(
    house: House, client: httpx.AsyncClient, content: str
) -> None:
    for headers in ({}, {"Idempotency-Key": "k"}):
        assert (await send(house, client, content, **headers)).status_code == 422


async def test_a_body_of_the_limit_is_read_and_one_byte_more_is_not(house: House, client: httpx.AsyncClient) -> None:
    body = json.dumps({"text": "a"})
    fits = body + " " * (BODY_BYTES_MAX - len(body))
    assert (await send(house, client, fits + " ")).status_code == 413
    assert (await send(house, client, fits)).status_code == 201


async def test_a_body_that_does_not_tell_its_length_is_limited_too(house: House, client: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 65_536

    assert (await send(house, client, endless())).status_code == 413


async def test_a_body_that_is_too_large_is_refused_before_its_sender_is_known(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post(PATH, content=b"x" * (BODY_BYTES_MAX + 1))
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


async def test_a_flood_of_mistakes_is_answered_shortly(house: House, client: httpx.AsyncClient) -> None:
    answer = await send(house, client, json.dumps({f"member{n}": n for n in range(40_000)}))
    assert answer.status_code == 422
    assert len(answer.content) < 20_000
    long = await send(house, client, json.dumps({"x" * 500_000: 1}))
    assert len(long.content) < 20_000


async def test_values_are_not_told_back(house: House, client: httpx.AsyncClient) -> None:
    body = {"text": "a", "on": "13-secret", "at": "secret", "parts": [{"area": "secret"}], "size": "secret"}
    assert "secret" not in (await send(house, client, json.dumps(body))).text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/notes/", 404),
        ("GET", "/docs", 404),
        ("DELETE", "/notes", 405),
        ("GET", PATH, 405),
        ("POST", "/notes/NOT-AN-ID", 422),
        ("GET", "/notes?limit=0", 422),
        ("GET", "/notes?limit=x", 422),
        ("GET", "/notes?limit=1e2", 422),
        ("GET", f"/notes?limit={'9' * 5000}", 422),
        ("GET", "/notes?at_least=-1", 422),
        ("GET", "/notes?after=%F0%9F%98%80", 422),
    ],
)
async def test_what_is_not_there_is_a_problem_too(
    house: House, client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    content = b"{}" if method == "POST" else b""
    answer = await client.request(method, path, headers={**JSON, **house.bearer()}, content=content)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
