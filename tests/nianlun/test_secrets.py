"""Secrets are replaced in a running stack under load: what was acknowledged stays, and the old secret is void."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator

import asyncpg
import httpx
import pytest

from deploy.local import state
from deploy.local.home import read_json
from deploy.local.postgres import Cluster
from nianlun import renewal
from shared.runtime.database import NEXT_PASSWORD, PASSWORD
from tests.deploy.readers import Client
from tests.journeys.callers import Load
from tests.nianlun.commands import Stack

SERVICE = "registration"
REFUSED = 401
KILLED = 9
IN_THE_DATABASE = "database_passwords(home, {}, leaked=False)"
AT_THE_BROKER = "broker_passwords(home, {}, print)"
KILLED_ROTATION = """
import os, pathlib
from deploy.local.home import Home
from nianlun import renewal

replace = pathlib.Path.replace

def killed(path, to):
    os._exit(9) if path.name == renewal.NEXT_PASSWORD else replace(path, to)

pathlib.Path.replace = killed
renewal.set_users = lambda *_: os._exit(9)
home = Home(pathlib.Path({home!r}))
renewal.{call}
"""


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
    for what, user in (("kafka", "portal"), ("database", "statistics")):
        done = stack.command("secrets", "rotate", what, "--service", user)
        assert (done.code, done.err.count("\n")) == (1, 1)
        assert done.err.startswith(f"nianlun: there is no service {user}; there are ")


def test_a_rotation_killed_before_the_file_stops_nobody_and_is_done_again(stack: Stack, load: Load) -> None:
    folder = stack.home.secrets_of(SERVICE)
    killed(stack, IN_THE_DATABASE)
    assert not admitted(stack, (folder / PASSWORD).read_text())
    assert admitted(stack, (folder / NEXT_PASSWORD).read_text())
    cut(stack)
    load.more()
    assert httpx.get(f"{url(stack)}/health/ready", trust_env=False).status_code == httpx.codes.OK
    assert stack.command("secrets", "rotate", "database", "--service", SERVICE).code == 0
    assert admitted(stack, stack.home.secret(SERVICE, PASSWORD))
    assert not (folder / NEXT_PASSWORD).exists()


def test_after_a_killed_rotation_the_stack_starts_again(stack: Stack) -> None:
    killed(stack, IN_THE_DATABASE)
    (stack.home.secrets_of(SERVICE) / NEXT_PASSWORD).unlink()
    killed(stack, AT_THE_BROKER)
    assert stack.command("down").code == 0
    assert stack.wait() == 0
    down = stack.command("secrets", "rotate", "database")
    assert (down.code, down.err.count("\n")) == (1, 1)
    assert "does not answer" in down.err
    stack.up()
    assert admitted(stack, stack.home.secret(SERVICE, PASSWORD))
    stack.until(lambda: _row(stack)["relay_lag"] == 0)


def killed(stack: Stack, what: str) -> None:
    """Let a rotation be killed once the server knows the new password, or, at the broker, once the file does."""
    script = KILLED_ROTATION.format(home=str(stack.home.root), call=what.format(f"[{SERVICE!r}]"))
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == KILLED


def cut(stack: Stack) -> None:
    """End every session that the service has, so that it has to sign in again."""

    async def ended() -> None:
        connection = await Cluster(stack.home, state.load(stack.home).ports["postgres"]).databases.connect()
        await connection.execute(renewal.CUT, f"{SERVICE}_runtime")
        await connection.close()

    asyncio.run(ended())


def _keys(stack: Stack) -> set[str]:
    told = httpx.get(f"{url(stack)}/.well-known/jwks.json", trust_env=False).json()
    return {key["kid"] for key in told["keys"]}


def _row(stack: Stack) -> dict[str, object]:
    rows = json.loads(stack.command("status", "--json").out)["processes"]
    return next(row for row in rows if row["name"] == SERVICE)
