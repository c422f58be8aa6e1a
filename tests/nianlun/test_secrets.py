"""Secrets are replaced in a running stack under load: what was acknowledged stays, and the old secret is void."""

import asyncio
import json
from collections.abc import Iterator

import asyncpg
import httpx
import pytest

from deploy.local import state
from deploy.local.home import read_json
from deploy.local.postgres import Cluster
from tests.deploy.readers import Client
from tests.journeys.callers import Load
from tests.nianlun.commands import Stack

SERVICE = "registration"
REFUSED = 401


def url(stack: Stack) -> str:
    services: dict[str, dict[str, str]] = read_json(stack.home.run)["services"]  # type: ignore[assignment]
    return services[SERVICE]["url"]


@pytest.fixture
def load(stack: Stack, request: pytest.FixtureRequest) -> Iterator[Load]:
    """Commands without pause, none of which is forgotten in the end."""
    with Load(url(stack), f"renewal-{request.node.name.replace('_', '-')[:12]}") as load:
        load.more()
        yield load
        load.more()
    assert load.wrong == []
    assert load.forgotten() == []


def admitted(stack: Stack, password: str) -> bool:
    """Whether the database lets a service in with this password."""
    cluster = Cluster(stack.home, state.load(stack.home).ports["postgres"])

    async def connect() -> bool:
        try:
            connection = await asyncpg.connect(cluster.dsn(SERVICE, f"{SERVICE}_runtime", password))
        except asyncpg.InvalidPasswordError:
            return False
        await connection.close()
        return True

    return asyncio.run(connect())


def test_a_leaked_database_password_is_replaced_and_its_sessions_are_cut(stack: Stack, load: Load) -> None:
    leaked = stack.home.secret(SERVICE, "database_password")
    done = stack.command("secrets", "rotate", "database", "--service", SERVICE, "--leaked")
    assert (done.code, done.out) == (0, f"new database passwords: {SERVICE}; the sessions of the old ones are cut\n")
    assert not admitted(stack, leaked)
    assert admitted(stack, stack.home.secret(SERVICE, "database_password"))
    assert load.receipts


def test_a_broker_password_is_replaced_and_events_go_on(stack: Stack, load: Load) -> None:
    bootstrap = read_json(stack.home.run)["kafka"]["bootstrap"]  # type: ignore[index]
    old = stack.home.secret(SERVICE, "kafka_password")
    done = stack.command("secrets", "rotate", "kafka", "--service", SERVICE)
    assert done.code == 0, done
    assert done.out.splitlines() == [f"{SERVICE} uses the new password", f"new broker passwords: {SERVICE}"]
    new = stack.home.secret(SERVICE, "kafka_password")
    assert Client(bootstrap, SERVICE, old).read("nianlun.application.application.v1") == "login refused"
    assert Client(bootstrap, SERVICE, new).write("nianlun.application.application.v1") == "topic refused"
    load.more()
    stack.until(lambda: _row(stack)["relay_lag"] == 0)


def test_tokens_are_signed_with_a_new_key_and_the_old_ones_stay_good(stack: Stack) -> None:
    answer = {"username": "administrator", "password": stack.home.secret(SERVICE, "administrator_password")}
    token = httpx.post(f"{url(stack)}/tokens", json=answer, trust_env=False).json()["token"]
    before = _keys(stack)
    done = stack.command("secrets", "rotate", "tokens")
    assert done.code == 0, done
    (made,) = _keys(stack) - before
    assert done.out == f"tokens are signed with {made} from now on\n"
    bearer = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{url(stack)}/parked", headers=bearer, trust_env=False).status_code == httpx.codes.OK


def test_after_a_leak_no_earlier_token_is_good(stack: Stack) -> None:
    answer = {"username": "administrator", "password": stack.home.secret(SERVICE, "administrator_password")}
    token = httpx.post(f"{url(stack)}/tokens", json=answer, trust_env=False).json()["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    done = stack.command("secrets", "rotate", "tokens", "--leaked")
    assert done.code == 0, done
    assert len(_keys(stack)) == 1
    stack.until(lambda: httpx.get(f"{url(stack)}/parked", headers=bearer, trust_env=False).status_code == REFUSED)


def test_whom_nobody_knows_gets_no_secret(stack: Stack) -> None:
    done = stack.command("secrets", "rotate", "kafka", "--service", "portal")
    assert (done.code, done.err) == (1, "nianlun: there is no service portal\n")


def _keys(stack: Stack) -> set[str]:
    told = httpx.get(f"{url(stack)}/.well-known/jwks.json", trust_env=False).json()
    return {key["kid"] for key in told["keys"]}


def _row(stack: Stack) -> dict[str, object]:
    rows = json.loads(stack.command("status", "--json").out)["processes"]
    return next(row for row in rows if row["name"] == SERVICE)
