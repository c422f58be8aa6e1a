"""Failures that are not the caller's: what is told, and what is kept inside."""

import json

import httpx
import pytest

from shared.web.problem import kebab
from tests.shared.web.house import House


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("name", "status", "kind", "retry"),
    [
        ("busy", 429, "busy", "2"),
        ("conflict", 409, "stale-version", None),
        ("reused", 422, "key-reused", None),
        ("outcome", 503, "outcome-unknown", "1"),
        ("away", 503, "unavailable", "1"),
        ("full", 503, "unavailable", "1"),
        ("bug", 500, "unexpected", None),
        ("refused", 403, "not-permitted", None),
        ("none", 404, "unknown", None),
    ],
)
async def test_each_failure_has_its_answer(
    client: httpx.AsyncClient, name: str, status: int, kind: str, retry: str | None
) -> None:
    answer = await client.get(f"/failing/{name}")
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:nianlun:refusal:{kind}")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers.get("retry-after") == retry


@pytest.mark.asyncio
async def test_nothing_of_the_inside_is_told(house: House, client: httpx.AsyncClient) -> None:
    told = (await client.get("/failing/bug")).text + (await client.get("/failing/away")).text
    assert "ZeroDivision" not in told
    assert "secret" not in told
    assert "10.1.2.3" not in told
    house.failures["late"] = RuntimeError()
    assert json.loads((await client.get("/failing/late")).text)["status"] == 500


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("NotTheAssignedExpert", "not-the-assigned-expert"),
        ("RoleNeedsADistrict", "role-needs-a-district"),
        ("Method Not Allowed", "method-not-allowed"),
        ("malformed-json", "malformed-json"),
    ],
)
def test_names_become_kebabs(name: str, told: str) -> None:
    assert kebab(name) == told
