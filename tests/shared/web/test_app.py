"""What every service's door has: health, metrics and a description that is true."""

import json
from typing import Any

import httpx
import pytest

from shared.web.openapi import PROBLEMS
from tests.shared.web.house import House

pytestmark = pytest.mark.asyncio


async def test_it_lives_as_long_as_it_answers(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health/live")).json() == {"status": "live"}


async def test_readiness_is_what_the_checks_say(house: House, client: httpx.AsyncClient) -> None:
    assert (await client.get("/health/ready")).status_code == 200
    house.health = {"status": "not ready", "checks": {"broker": {"ok": False}}, "position": 7}
    answer = await client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (503, house.health)


async def test_metrics_name_routes_and_not_paths(house: House, client: httpx.AsyncClient) -> None:
    await client.get("/notes?state=a", headers=house.bearer())
    await client.get("/failing/bug")
    await client.get("/nowhere/at/all")
    await client.request("BREW", "/notes")
    text = (await client.get("/metrics")).text
    for line in (
        'nianlun_http_requests_total{method="GET",route="/notes",status="200"}',
        'nianlun_http_requests_total{method="GET",route="/failing/{name}",status="500"}',
        'nianlun_http_requests_total{method="GET",route="none",status="404"}',
        'method="other"',
        "process_resident_memory_bytes",
    ):
        assert line in text
    assert "/nowhere" not in text


async def described(client: httpx.AsyncClient) -> dict[str, Any]:
    document: dict[str, Any] = (await client.get("/openapi.json")).json()
    return document


async def test_every_route_documents_its_problems(client: httpx.AsyncClient) -> None:
    document = await described(client)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            expected = set(PROBLEMS) if method == "post" else set(PROBLEMS) - {"400", "408", "409", "415", "429"}
            assert expected <= set(operation["responses"]), (method, path)
    assert "HTTPValidationError" not in json.dumps(document)
    take = document["paths"]["/notes/{note}"]["post"]
    assert take["security"] == [{"token": []}]
    assert {one["name"] for one in take["parameters"]} == {"note", "Idempotency-Key", "traceparent"}
    assert document["paths"]["/open"]["post"]["security"] == [{}, {"token": []}]
    assert set(document["components"]["securitySchemes"]) == {"token"}
    assert "Idempotent-Replayed" in take["responses"]["201"]["headers"]
    assert "WWW-Authenticate" in take["responses"]["401"]["headers"]
    assert "Retry-After" in take["responses"]["429"]["headers"]


async def test_a_problem_has_the_shape_that_is_described(client: httpx.AsyncClient) -> None:
    shape = (await described(client))["components"]["schemas"]["Problem"]
    for answer in (
        await client.get("/failing/refused"),
        await client.get("/notes"),
        await client.post("/open", json={"parts": 1}),
    ):
        assert set(answer.json()) <= set(shape["properties"])
        assert set(shape["required"]) <= set(answer.json())
