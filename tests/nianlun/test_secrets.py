"""Secrets are replaced in a running stack under load: what was acknowledged stays, and the old secret is void."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import asyncpg
import httpx
import pytest

from deploy.local import state
from deploy.local.administrator import ADMIN, KAFKA_PASSWORD
from deploy.local.home import read_json
from deploy.local.postgres import Cluster
from deploy.local.provision import AUDITOR
from nianlun import renewal
from shared.contracts.topics import SERVICES
from shared.runtime.database import PASSWORD
from tests.deploy.readers import Client
from tests.journeys.callers import Load
from tests.nianlun.commands import Stack

pytestmark = pytest.mark.timeout(600)
SERVICE = "registration"
REFUSED = 401
KILLED = 9
OPERATORS_SAID = "the broker's administrator has a new password, with which kafka started again"
IN_THE_DATABASE = f"renewal.database_passwords(home, ['{SERVICE}'], print, leaked=True)"
AT_THE_BROKER = f"renewal.broker_passwords(home, ['{SERVICE}'], print)"
OF_OPERATORS = "operators.operator_passwords(home, print, leaked=True)"
SUPERUSER_TOLD, AN_OWNER_TOLD, AUDITOR_TOLD, ADMINISTRATOR_TOLD, BROKER_RESTARTED = 0, 3, 7, 8, 9
"""How many tellings of `OF_OPERATORS` come before each."""
KILLED_ROTATION = """
import os, pathlib
from deploy.local.home import Home
from nianlun import operators, renewal

left = {after}

def killing(tell):
    def told(*arguments):
        global left
        left -= 1
        return os._exit(9) if left < 0 else tell(*arguments)
    return told

for module in (renewal, operators):
    for name in ("set_password", "set_users", "replace_users", "restart_brokers"):
        if hasattr(module, name):
            setattr(module, name, killing(getattr(module, name)))
home = Home(pathlib.Path({home!r}))
{call}
"""
"""A rotation that is killed before it tells a server, or a process, something for so many plus one times."""


def url(stack: Stack) -> str:
    services: dict[str, dict[str, str]] = read_json(stack.home.run)["services"]  # type: ignore[assignment]
    return services[SERVICE]["url"]


@pytest.fixture
def load(stack: Stack, request: pytest.FixtureRequest) -> Iterator[Load]:
    """Commands all the while, none of which is forgotten in the end."""
    with Load(url(stack), f"renewal-{request.node.name.replace('_', '-')[:12]}") as load:
        load.more()
        yield load
        load.more()
    assert load.wrong == []
    assert load.forgotten() == []


def database(stack: Stack) -> Cluster:
    return Cluster(stack.home, state.load(stack.home).ports["postgres"])


def admitted(stack: Stack, password: str, role: str = f"{SERVICE}_runtime", to: str = SERVICE) -> bool:
    """Whether a database lets a role in with this password."""

    async def connect() -> bool:
        try:
            connection = await asyncpg.connect(database(stack).dsn(to, role, password))
        except asyncpg.InvalidPasswordError:
            return False
        await connection.close()
        return True

    return asyncio.run(connect())


def test_a_leaked_database_password_is_replaced_and_its_sessions_are_cut(stack: Stack, load: Load) -> None:
    leaked = stack.home.secret(SERVICE, "database_password")
    done = stack.command("secrets", "rotate", "database", "--service", SERVICE, "--leaked")
    assert (done.code, done.out.splitlines()) == (
        0,
        [
            f"{SERVICE}_runtime has a new password",
            f"new database passwords: {SERVICE}; the sessions of the old ones are cut",
        ],
    )
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
    for what, user in (("kafka", "portal"), ("database", "auditor")):
        done = stack.command("secrets", "rotate", what, "--service", user)
        assert (done.code, done.err.count("\n")) == (1, 1)
        assert done.err.startswith(f"nianlun: there is no service {user}; there are ")


def test_a_rotation_killed_before_the_role_stops_nobody_and_is_done_again(stack: Stack, load: Load) -> None:
    leaked = stack.home.secret(SERVICE, PASSWORD)
    killed(stack, IN_THE_DATABASE, after=1)
    assert not admitted(stack, stack.home.secret(SERVICE, PASSWORD))
    assert admitted(stack, leaked)
    cut(stack)
    load.more()
    stack.until(lambda: httpx.get(f"{url(stack)}/health/ready", trust_env=False).status_code == httpx.codes.OK)
    assert stack.command("secrets", "rotate", "database", "--service", SERVICE).code == 0
    assert admitted(stack, stack.home.secret(SERVICE, PASSWORD))
    assert not admitted(stack, leaked)


def test_after_a_killed_rotation_the_stack_starts_again_and_what_leaked_is_void(stack: Stack) -> None:
    leaked = stack.home.secret(SERVICE, PASSWORD)
    killed(stack, IN_THE_DATABASE, after=1)
    killed(stack, AT_THE_BROKER, after=1)
    restarted(stack, "database", "operators")
    assert admitted(stack, stack.home.secret(SERVICE, PASSWORD))
    assert not admitted(stack, leaked)
    assert stack.home.previous_secret(SERVICE, KAFKA_PASSWORD) is None
    stack.until(lambda: _row(stack)["relay_lag"] == 0)


def test_a_rotation_killed_before_the_broker_lets_a_service_start_and_is_done_again(stack: Stack, load: Load) -> None:
    path, before = f"{SERVICE}/{KAFKA_PASSWORD}", stack.home.secret(SERVICE, KAFKA_PASSWORD)
    for _ in range(2):
        killed(stack, AT_THE_BROKER, after=1)
    assert not _opens(stack, path, stack.home.secret(SERVICE, KAFKA_PASSWORD))
    started_again(stack)
    load.more()
    stack.until(lambda: _row(stack)["relay_lag"] == 0)
    assert stack.command("secrets", "rotate", "kafka", "--service", SERVICE).code == 0
    assert stack.home.previous_secret(SERVICE, KAFKA_PASSWORD) is None
    assert _opens(stack, path, stack.home.secret(SERVICE, KAFKA_PASSWORD))
    assert not _opens(stack, path, before)


def test_an_auditor_reads_while_the_password_is_half_replaced(stack: Stack) -> None:
    killed(stack, OF_OPERATORS, after=AUDITOR_TOLD)
    assert not _opens(stack, f"{AUDITOR}/{KAFKA_PASSWORD}", stack.home.secret(AUDITOR, KAFKA_PASSWORD))
    assert stack.command("audit", "verify").code == 0
    assert stack.command("secrets", "rotate", "operators").code == 0
    run: Any = read_json(stack.home.run)
    assert set(run["kafka"]["sasl"]) == {"mechanism", "username", "password"}
    assert stack.command("audit", "verify").code == 0


def test_what_operators_hold_is_replaced_under_load(stack: Stack, load: Load) -> None:
    before = held(stack)
    done = stack.command("secrets", "rotate", "operators", "--leaked")
    assert (done.code, done.out.splitlines()[-1]) == (0, OPERATORS_SAID), done
    load.more()
    assert let_in(stack, before) == set()
    assert let_in(stack, held(stack)) == set(before)
    run: Any = read_json(stack.home.run)
    assert run["kafka"]["sasl"]["password"] == stack.home.secret(AUDITOR, "kafka_password")
    stack.until(lambda: _row(stack)["relay_lag"] == 0)


@pytest.mark.parametrize("after", [SUPERUSER_TOLD, AN_OWNER_TOLD, AUDITOR_TOLD, ADMINISTRATOR_TOLD, BROKER_RESTARTED])
def test_wherever_it_is_killed_people_go_on_and_it_is_done_again(stack: Stack, load: Load, after: int) -> None:
    before = held(stack)
    killed(stack, OF_OPERATORS, after=after)
    load.more()
    done = stack.command("secrets", "rotate", "operators")
    assert (done.code, done.out.splitlines()[-1]) == (0, OPERATORS_SAID), done
    assert let_in(stack, before) == set()
    assert let_in(stack, held(stack)) == set(before)


@pytest.mark.parametrize("after", [SUPERUSER_TOLD, ADMINISTRATOR_TOLD])
def test_a_start_finishes_what_was_killed(stack: Stack, after: int) -> None:
    before = held(stack)
    killed(stack, OF_OPERATORS, after=after)
    replaced = {name for name, secret in held(stack).items() if secret != before[name]}
    restarted(stack)
    assert let_in(stack, held(stack)) == set(before)
    assert let_in(stack, before) == set(before) - replaced != set(before)


def held(stack: Stack) -> dict[str, str]:
    """What operators hold, by the file's name."""
    names = [(ADMIN, "postgres_password"), (ADMIN, "kafka_password"), (AUDITOR, "kafka_password")]
    owners = [(ADMIN, f"{service}_owner_password") for service in SERVICES]
    return {f"{folder}/{name}": stack.home.secret(folder, name) for folder, name in (*names, *owners)}


def let_in(stack: Stack, secrets: dict[str, str]) -> set[str]:
    """Whose secrets still open something."""
    return {path for path, secret in secrets.items() if _opens(stack, path, secret)}


def _opens(stack: Stack, path: str, secret: str) -> bool:
    folder, _, name = path.partition("/")
    if name == "kafka_password":
        bootstrap = read_json(stack.home.run)["kafka"]["bootstrap"]  # type: ignore[index]
        return Client(bootstrap, folder, secret).read(f"nianlun.{SERVICE}.account.v1") == "read"
    role = name.removesuffix("_password")
    return admitted(stack, secret, role, role.removesuffix("_owner"))


def restarted(stack: Stack, *refused: str) -> None:
    """Stop the stack and start it again; meanwhile no secret is replaced."""
    assert stack.command("down").code == 0
    assert stack.wait() == 0
    for what in refused:
        down = stack.command("secrets", "rotate", what)
        assert (down.code, down.err.count("\n")) == (1, 1)
        assert "does not answer" in down.err or "is not up" in down.err
    stack.up()


def killed(stack: Stack, what: str, after: int = 0) -> None:
    """Let a rotation be killed after so many tellings."""
    script = KILLED_ROTATION.format(home=str(stack.home.root), call=what, after=after)
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == KILLED


def started_again(stack: Stack) -> None:
    """Kill the service's process, and wait for the next one to be ready."""
    before = stack.row(SERVICE)["pid"]
    os.kill(before, signal.SIGKILL)
    stack.until(lambda: (row := stack.row(SERVICE))["state"] == "ready" and row["pid"] not in {None, before})


def cut(stack: Stack) -> None:
    """End every session that the service has, so that it has to sign in again."""

    async def ended() -> None:
        connection = await database(stack).databases.connect()
        await connection.execute(renewal.CUT, f"{SERVICE}_runtime")
        await connection.close()

    asyncio.run(ended())


def _keys(stack: Stack) -> set[str]:
    told = httpx.get(f"{url(stack)}/.well-known/jwks.json", trust_env=False).json()
    return {key["kid"] for key in told["keys"]}


def _row(stack: Stack) -> dict[str, object]:
    rows = json.loads(stack.command("status", "--json").out)["processes"]
    return next(row for row in rows if row["name"] == SERVICE)
