"""Failures that are not the caller's: what is told, and what is kept inside."""

import json

import httpx
import pytest

from shared.kernel.refusal import Refusal
from shared.web.failures import Unauthenticated, WrongCredentials
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
async def test_details_come_in_both_languages_and_in_shanghai_s_time(house: House, client: httpx.AsyncClient) -> None:
    house.failures["late"] = Refusal("until 2017-09-20T09:00:00.000Z", detail_zh="截止2017-09-20T09:00:00.000Z")
    told = (await client.get("/failing/late")).json()
    assert (told["detail"], told["detail_zh"]) == ("until 2017-09-20 17:00:00", "截止2017-09-20 17:00:00")
    house.failures["plain"] = Refusal("so")
    assert "detail_zh" not in (await client.get("/failing/plain")).json()


@pytest.mark.asyncio
async def test_who_may_not_read_is_not_told_of_a_trace_that_nobody_keeps(client: httpx.AsyncClient) -> None:
    assert (await client.get("/failing/refused")).json()["title_zh"] == "您无权进行此操作"


@pytest.mark.asyncio
async def test_a_wrong_password_is_another_problem_than_no_token(house: House, client: httpx.AsyncClient) -> None:
    house.failures["password"], house.failures["token"] = WrongCredentials("wrong"), Unauthenticated("no token")
    kinds = [(await client.get(f"/failing/{one}")) for one in ("password", "token")]
    assert [(one.status_code, one.json()["title_zh"]) for one in kinds] == [
        (401, "用户名或密码不正确"),
        (401, "请先登录"),
    ]
    assert "invalid_token" not in kinds[0].headers["www-authenticate"]


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
