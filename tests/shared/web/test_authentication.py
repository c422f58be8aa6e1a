"""Who gets in, and with which words the others are sent away."""

import base64
import json
from typing import Any

import httpx
import pytest
from joserfc.jwk import OKPKey

from shared.observability.metrics import UNAUTHENTICATED
from tests.shared.web.house import CLERK, EXPERT, House

pytestmark = pytest.mark.asyncio


def segment(content: object) -> str:
    """A part of a token as RFC 7515 writes it."""
    text = content if isinstance(content, str) else json.dumps(content)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


async def asked(client: httpx.AsyncClient, authorization: str | None) -> httpx.Response:
    return await client.get("/notes", headers={"Authorization": authorization} if authorization else {})


async def refused(client: httpx.AsyncClient, authorization: str | None) -> str:
    """The reason of a refusal that has everything a refusal must have."""
    answer = await asked(client, authorization)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith('Bearer realm="nianlun"')
    problem = answer.json()
    assert problem["type"] == "urn:nianlun:refusal:unauthenticated"
    return str(problem["detail"])


async def test_a_valid_token_opens(house: House, client: httpx.AsyncClient) -> None:
    assert (await asked(client, f"Bearer {house.token()}")).status_code == 200


async def test_a_token_is_good_from_its_first_second_until_before_its_last(
    house: House, client: httpx.AsyncClient
) -> None:
    token = f"Bearer {house.token()}"
    house.clock.move(-1)
    assert await refused(client, token) == "token not valid yet"
    house.clock.move(1 + 899)
    assert (await asked(client, token)).status_code == 200
    house.clock.move(1)
    assert await refused(client, token) == "expired token"


async def test_a_token_of_a_key_that_was_retired_does_not_open(house: House, client: httpx.AsyncClient) -> None:
    token = f"Bearer {house.token()}"
    assert (await asked(client, token)).status_code == 200
    house.keys.published.clear()
    assert await refused(client, token) == "retired key"


async def test_foreign_keys_do_not_open(house: House, client: httpx.AsyncClient) -> None:
    stranger = OKPKey.generate_key("Ed25519", auto_kid=True)
    assert await refused(client, f"Bearer {house.token(key=stranger)}") == "unknown key"
    forged = OKPKey.import_key({**stranger.as_dict(private=True), "kid": str(house.key.kid)})
    assert await refused(client, f"Bearer {house.token(key=forged)}") == "wrong signature"


async def test_a_changed_token_does_not_open(house: House, client: httpx.AsyncClient) -> None:
    header, payload, signature = house.token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    promoted = segment({**claims, "role": "city_leader"})
    assert await refused(client, f"Bearer {header}.{promoted}.{signature}") == "wrong signature"
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
    assert await refused(client, f"Bearer {header}.{payload}.{flipped}") == "wrong signature"
    assert await refused(client, f"Bearer {header}.{payload}.") == "wrong signature"


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "Ed448", "RS256", "Ed25519", 7, None])
async def test_no_other_algorithm_opens(house: House, client: httpx.AsyncClient, algorithm: object) -> None:
    _, payload, signature = house.token().split(".")
    header = segment({"alg": algorithm, "kid": house.key.kid})
    for end in (signature, ""):
        reason = await refused(client, f"Bearer {header}.{payload}.{end}")
        assert reason == "wrong algorithm or no key id"


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "nianlun/review"}, "foreign token"),
        ({"iss": None}, "malformed claims"),
        ({"aud": "elsewhere"}, "foreign token"),
        ({"aud": ["nianlun", "elsewhere"]}, "malformed claims"),
        ({"sub": None}, "malformed claims"),
        ({"sub": 7}, "malformed claims"),
        ({"role": "emperor"}, "malformed claims"),
        ({"role": ["expert"]}, "malformed claims"),
        ({"district": 310104}, "malformed claims"),
        ({"exp": None}, "malformed claims"),
        ({"exp": "9999999999"}, "malformed claims"),
        ({"exp": 1e300}, "malformed claims"),
        ({"nbf": True}, "malformed claims"),
    ],
)
async def test_claims_must_be_ours(
    house: House, client: httpx.AsyncClient, claims: dict[str, Any], reason: str
) -> None:
    assert await refused(client, f"Bearer {house.token(CLERK, **claims)}") == reason


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic Zm9vOmJhcg==",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer a.b.c",
        "Bearer ....",
        f"Bearer {segment('[' * 20_000)}.{segment('{}')}.x",
        f"Bearer {segment('[1]')}.{segment('{}')}.x",
        f"Bearer {segment('null')}.{segment('{}')}.x",
        f"Bearer {segment({'alg': 'EdDSA', 'kid': 'x', 'crit': ['b64'], 'b64': False})}.e30.x",
    ],
)
async def test_what_is_no_token_does_not_open(client: httpx.AsyncClient, authorization: str) -> None:
    assert await refused(client, authorization) in {"malformed token", "unknown key"}


async def test_without_a_token_nobody_gets_in_and_it_is_counted(client: httpx.AsyncClient) -> None:
    before = UNAUTHENTICATED.labels("no token")._value.get()
    assert await refused(client, None) == "no token"
    assert UNAUTHENTICATED.labels("no token")._value.get() == before + 1


async def test_a_token_that_ended_early_does_not_open(house: House, client: httpx.AsyncClient) -> None:
    house.ended.generations[CLERK.id] = 1
    assert await refused(client, f"Bearer {house.token()}") == "ended token"
    assert await refused(client, f"Bearer {house.token(CLERK, generation=1)}") == "ended token"
    assert (await asked(client, f"Bearer {house.token(CLERK, generation=2)}")).status_code == 200
    assert (await asked(client, f"Bearer {house.token(EXPERT)}")).status_code == 200
    assert await refused(client, f"Bearer {house.token(CLERK, generation='2')}") == "malformed claims"
