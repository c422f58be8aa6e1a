"""The administrator's routes of files: what no event names is shown and collected, and nothing else (C4)."""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import httpx
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.access import AccessRefused
from shared.contracts.category import Stream
from shared.contracts.topics import ACCESS
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Append, Context, Write
from shared.files.depot import Depot, depot
from shared.files.objects import objects_at
from shared.kernel.actor import Actor, Role
from shared.kernel.ids import named
from shared.runtime.orphans import NamesOfTheLog, router
from shared.web.app import Web, create_app
from tests.shared.files.conftest import PDF, PNG, hash_of
from tests.shared.web.house import CLERK, NOON, House

ADMINISTRATOR = Actor("2c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017", Role.ADMINISTRATOR)


class Cellar(House):
    """A house with files in it."""

    def __post_init__(self) -> None:
        House.__post_init__(self)
        self.depot: Depot = depot(objects_at("memory:"))
        web = Web(self.store, self.documents, self.models, self.verifier(), self.clock, self._health)
        self.app = create_app("files", "files", [router(self.store, self.depot)], web)


async def named_by_an_event(store: MemoryEventStore, *texts: str) -> None:
    for text in texts:
        command = named("command", text)
        trace = AccessRefused(command="Any", stream="any", reason=text)
        stream = Stream(ACCESS["review"], text[:8] or "none", "key")
        await store.append(Append((Write(stream, None, (trace,)),), Context(command, CLERK, NOON, command)))


@pytest.fixture
def cellar() -> Cellar:
    return Cellar()


@pytest_asyncio.fixture
async def client(cellar: Cellar) -> AsyncIterator[httpx.AsyncClient]:
    async with cellar.client() as client:
        yield client


@pytest.mark.parametrize(("method", "path"), [("GET", "/files/orphans"), ("POST", "/files/collection")])
async def test_it_is_the_administrators(cellar: Cellar, client: httpx.AsyncClient, method: str, path: str) -> None:
    assert (await client.request(method, path)).status_code == 401
    assert (await client.request(method, path, headers=cellar.bearer(CLERK))).status_code == 403
    answer = await client.request(method, path, headers=cellar.bearer(ADMINISTRATOR))
    assert (answer.status_code, set(answer.json())) == (200, {"condemned", "deleted", "restored", "abandoned"})


@pytest.mark.parametrize("hours", ["0", "23", "-1", "8761", "x"])
async def test_no_grace_is_shorter_than_a_day(cellar: Cellar, client: httpx.AsyncClient, hours: str) -> None:
    answer = await client.post(f"/files/collection?grace_hours={hours}", headers=cellar.bearer(ADMINISTRATOR))
    assert (answer.status_code, answer.json()["field"]) == (422, "grace_hours")


async def test_what_is_young_stays(cellar: Cellar, client: httpx.AsyncClient) -> None:
    await cellar.depot.files.put(hash_of(PDF), BytesIO(PDF))
    answer = await client.post("/files/collection", headers=cellar.bearer(ADMINISTRATOR))
    told: dict[str, Any] = answer.json()
    assert not any(told.values())
    assert await cellar.depot.files.stat(hash_of(PDF)) == len(PDF)


async def test_any_hash_in_any_event_is_a_name() -> None:
    store = MemoryEventStore("review", rehearsal=True)
    await named_by_an_event(store, f"evidence {hash_of(PDF)} and others", "none", "f" * 65)
    known = NamesOfTheLog(store)
    assert set(await known({hash_of(PDF), hash_of(PNG), "f" * 64})) == {hash_of(PDF)}
    assert set(await known(set())) == set()


async def test_the_whole_log_is_asked_however_long() -> None:
    store = MemoryEventStore("review", rehearsal=True)
    await named_by_an_event(store, *(hash_of(str(number).encode()) for number in range(1100)))
    everything = {hash_of(str(number).encode()) for number in range(1100)}
    assert set(await NamesOfTheLog(store)({*everything, hash_of(PNG)})) == everything


@given(
    hashes=st.lists(st.binary(min_size=1, max_size=4), max_size=6), asked=st.lists(st.binary(max_size=4), max_size=6)
)
async def test_exactly_what_is_named_is_named(hashes: list[bytes], asked: list[bytes]) -> None:
    store = MemoryEventStore("review", rehearsal=True)
    names = {hash_of(one) for one in hashes}
    await named_by_an_event(store, *sorted(names))
    wanted = {hash_of(one) for one in asked}
    assert set(await NamesOfTheLog(store)(wanted)) == wanted & names
