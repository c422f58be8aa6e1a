"""A corrupted view on a busy day: found and healed while organizations register, and nobody waits for it."""

import asyncio
import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from deploy.local import state
from deploy.local.home import Home, read_json
from deploy.local.postgres import Cluster
from shared.eventstore.documents import READ_PLACE
from shared.kernel.uscc import check_character
from tests.nianlun.commands import NIANLUN, Answer, Stack, ending

pytestmark = pytest.mark.timeout(900)
PASSWORD = "a-long-enough-password"  # pragma: allowlist secret
PERSON = "王建国"
PROFILE = {
    "legal_form": "enterprise",
    "district": "310104",
    "established_on": "2010-01-01",
    "reg_address": "上海市徐汇区",
    "legal_representative": PERSON,
    "contact": PERSON,
    "documents": [],
}
BEFORE = 6
SECONDS_MAX = 60.0
ANSWER_SECONDS_MAX = 30.0
PLACE = READ_PLACE.format(view="'profiles'")
CORRUPT = (
    f"UPDATE views.documents SET doc = doc || '{{\"requested\": {{}}}}' WHERE view = {PLACE} AND key = $1",
    f"DELETE FROM views.documents WHERE view = {PLACE} AND key = $1",
    f'INSERT INTO views.documents VALUES ({PLACE}, $1, \'{{"organization": "nobody"}}\')',
)
VIEWS = f"SELECT count(*) FROM views.documents WHERE view = {PLACE}"
REBUILDING = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE '% rebuild'"
WAITING = f"{REBUILDING} AND wait_event_type = 'Lock'"
STILL = "SELECT FROM views.projection WHERE name = 'own' FOR UPDATE"


@dataclass(slots=True)
class Applicants:
    """Who registers one organization after the other, and how long the slowest answer took."""

    url: str
    organizations: list[str] = field(default_factory=list)
    slowest_seconds: float = 0.0

    def register(self) -> None:
        """One more."""
        name = f"applicant-{len(self.organizations)}"
        credentials = {"username": name, "password": PASSWORD}
        with httpx.Client(base_url=self.url, trust_env=False, timeout=ANSWER_SECONDS_MAX) as client:
            assert client.post("/accounts", json=credentials).is_success
            client.headers["Authorization"] = f"Bearer {client.post('/tokens', json=credentials).json()['token']}"
            first = f"91310000{len(self.organizations):09d}"
            began = time.monotonic()
            answer = client.post("/organizations", json={"uscc": first + check_character(first), "name": name})
            self.slowest_seconds = max(self.slowest_seconds, time.monotonic() - began)
            assert answer.is_success, answer.text
            organization = answer.json()["organization"]
            answer = client.post(f"/organizations/{organization}/certification-requests", json=PROFILE)
            assert answer.is_success, answer.text
            self.organizations.append(organization)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """As long as the context lasts, without a pause."""
        over, before = threading.Event(), len(self.organizations)

        def registering() -> None:
            while not over.is_set():
                self.register()

        thread = threading.Thread(target=registering)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
        assert len(self.organizations) > before


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    running = Stack(Home(Path(tmp_path_factory.mktemp("rebuild")) / "home"))
    running.up("registration", "application")
    with ending(running):
        yield running


@pytest.fixture(scope="module")
def applicants(stack: Stack) -> Applicants:
    services: dict[str, dict[str, str]] = read_json(stack.home.run)["services"]  # type: ignore[assignment]
    return Applicants(services["registration"]["url"])


async def connected(stack: Stack) -> "asyncpg.Connection[asyncpg.Record]":
    cluster = Cluster(stack.home, state.load(stack.home).ports["postgres"])
    password = stack.home.secret("application", "database_password")
    return await asyncpg.connect(cluster.dsn("application", "application_runtime", password))


def asked(stack: Stack, statement: str, *arguments: str) -> Any:
    """What the database of application answers."""

    async def ask() -> Any:
        connection = await connected(stack)
        try:
            return await connection.fetchval(statement, *arguments)
        finally:
            await connection.close()

    return asyncio.run(ask())


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def corrupted(stack: Stack, applicants: Applicants) -> None:
    """One document says less, one is gone, one is there that nobody registered."""
    while len(applicants.organizations) < BEFORE:
        applicants.register()
    until(lambda: asked(stack, VIEWS) == len(applicants.organizations))
    for statement, key in zip(CORRUPT, (*applicants.organizations[:2], "nobody"), strict=True):
        asked(stack, statement, key)


@contextmanager
def moving(stack: Stack) -> Iterator[None]:
    """Somebody moves the read models as long as the context lasts: a rebuild has to wait before it switches."""
    ends, begun = threading.Event(), threading.Event()

    async def move() -> None:
        connection = await connected(stack)
        async with connection.transaction():
            await connection.execute(STILL)
            begun.set()
            await asyncio.to_thread(ends.wait)
        await connection.close()

    thread = threading.Thread(target=lambda: asyncio.run(move()))
    thread.start()
    begun.wait()
    try:
        yield
    finally:
        ends.set()
        thread.join()


def rebuilt(stack: Stack, *options: str) -> tuple[Answer, dict[str, Any]]:
    done = stack.command("rebuild", "application", "profiles", "--json", *options)
    (view,) = json.loads(done.out)["views"]
    return done, view


def test_a_corrupted_view_is_found_and_healed_while_organizations_register(
    stack: Stack, applicants: Applicants
) -> None:
    corrupted(stack, applicants)
    with applicants.busy():
        tried, view = rebuilt(stack, "--dry-run", "--rows", "9")
        assert tried.code == 1
        assert (view["missing"], view["surplus"], view["changed"]) == (1, 1, 1)
        rows = {row["key"]: row for row in json.loads(tried.out)["rows"]}
        assert set(rows) == {*applicants.organizations[:2], "nobody"}
        assert rows["nobody"]["drafted"] is None
        done, view = rebuilt(stack)
        assert (done.code, view["missing"], view["surplus"], view["changed"]) == (0, 1, 1, 1)
    until(lambda: asked(stack, VIEWS) == len(applicants.organizations))
    whole, view = rebuilt(stack, "--dry-run")
    assert (whole.code, view["digest"]) == (0, view["drafted_digest"])
    assert applicants.slowest_seconds < ANSWER_SECONDS_MAX / 2


def test_what_people_read_of_it(stack: Stack, applicants: Applicants) -> None:
    corrupted(stack, applicants)
    done = stack.command("rebuild", "application", "profiles", "--rows", "9")
    assert done.code == 0
    assert "requested: {} → {" in done.out
    assert "documents replaced: 3;" in done.out
    again = stack.command("rebuild", "application")
    assert "every document is what the log says;" in again.out
    assert "timelines" in again.out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_one_that_is_killed_in_the_middle_leaves_the_views_alone(
    stack: Stack, applicants: Applicants, number: signal.Signals
) -> None:
    corrupted(stack, applicants)
    with moving(stack):
        command = [NIANLUN, "rebuild", "application", "profiles", "--home", str(stack.home.root)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            until(lambda: asked(stack, WAITING) == 1)
            process.send_signal(number)
            assert process.wait(SECONDS_MAX) != 0
    until(lambda: asked(stack, REBUILDING) == 0)
    _, view = rebuilt(stack, "--dry-run")
    assert (view["missing"], view["surplus"], view["changed"]) == (1, 1, 1)
    done, _ = rebuilt(stack)
    assert json.loads(done.out)["replaced"]


def test_it_says_in_one_line_why_it_cannot_be(stack: Stack) -> None:
    refused = {
        ("somebody",): "nianlun: there is no service 'somebody'; there are registration, application, review,",
        ("application", "nothing"): "nianlun: application has no view 'nothing'; there are applications, assignments,",
    }
    for arguments, line in refused.items():
        said = stack.command("rebuild", *arguments)
        assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
        assert said.err.startswith(line)
