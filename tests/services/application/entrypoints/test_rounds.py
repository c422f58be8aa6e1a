"""The office's door: a round in the wrong shape is refused at its first wrong place, the right one kept as it is."""

import copy
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from services.application.adapters.facts import DocumentFacts
from services.application.entrypoints.http import routers
from services.application.entrypoints.parts import Parts
from services.application.entrypoints.round_body import RoundBody, parameters_of
from shared.contracts.application import RoundPlanned
from shared.contracts.round import RoundParameters
from shared.documents.press import Press
from shared.eventstore.memory import MemoryEventStore
from shared.files.depot import depot_at
from shared.vault.vault import MemoryVault
from shared.web.app import Web, create_app
from tests.services.people import OFFICER
from tests.shared.web.house import House

ROUND: dict[str, Any] = json.loads((Path(__file__).parents[4] / "rounds" / "2017.json").read_text())


class Office(House):
    """Application's own routes behind the real door, in memory."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.store = MemoryEventStore("application", rehearsal=True)
        verifier = self.verifier()
        web = Web(self.store, self.documents, self.models, verifier, self.clock, self._health)
        parts = Parts(
            self.store,
            self.documents,
            MemoryVault(),
            DocumentFacts(self.documents, self.store),
            depot_at("memory:"),
            Press(),
        )
        self.app = create_app("application", "rounds", routers(parts), web)


@pytest.fixture
def office() -> Office:
    return Office()


@pytest_asyncio.fixture
async def client(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    async with office.client() as client:
        yield client


def changed(path: str, value: Any) -> dict[str, Any]:
    """The round of 2017 with one place changed; a value of None takes it away."""
    body = copy.deepcopy(ROUND)
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = body
    for part in way:
        place = place[part]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return body


async def test_a_round_is_kept_word_for_word(office: Office, client: httpx.AsyncClient) -> None:
    answer = await client.post("/rounds", json=ROUND, headers=office.bearer(OFFICER))
    assert answer.status_code == 201, answer.text
    (planned,) = [one.event for one in await office.store.read(0, 10)]
    assert isinstance(planned, RoundPlanned)
    assert planned.parameters == msgspec.convert(ROUND, RoundParameters)


def test_an_absent_threshold_is_an_absent_one() -> None:
    with_null = copy.deepcopy(ROUND)
    with_null["rules"][0]["threshold"] = None
    assert parameters_of(RoundBody.model_validate(with_null)) == msgspec.convert(ROUND, RoundParameters)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("rules.5.threshold", 10),
        ("rules.5.threshold", 0.7),
        ("rules.5.threshold", ""),
        ("rules.0.kind", "Hard"),
        ("rules.2.weight", "3"),
        ("calendar.opens_at.value", "2017-08-21T09:00:00+08:00"),
        ("calendar.valid_to.value", "2017-02-30"),
        ("calendar.holidays.1", "2017-10-3"),
        ("calendar.notice_working_days.value", 5.0),
        ("calendar.notice_working_days.value", "5"),
        ("panels.tie_order.0", 7),
        ("panels.scoring_days.value", -1),
        ("quotas.7.places", 2**53),
        ("categories.7.open", "false"),
        ("rubric.4.maximum", None),
        ("obligations.0.due.source", None),
        ("round", "2017/18"),
        ("title_zh", None),
    ],
)
async def test_the_wrong_place_is_named(office: Office, client: httpx.AsyncClient, path: str, value: Any) -> None:
    answer = await client.post("/rounds", json=changed(path, value), headers=office.bearer(OFFICER))
    assert (answer.status_code, answer.json()["field"]) == (422, path), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert not await office.store.read(0, 10)


async def test_what_only_the_domain_can_know_is_named_by_the_rule(office: Office, client: httpx.AsyncClient) -> None:
    answer = await client.post("/rounds", json=changed("rules.5.threshold", "many"), headers=office.bearer(OFFICER))
    assert (answer.status_code, answer.json()["field"]) == (422, "rules.R6.threshold"), answer.text


async def test_openapi_describes_every_parameter(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    body = document["paths"]["/rounds"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    described = document["components"]["schemas"][body["$ref"].rpartition("/")[2]]
    assert set(described["properties"]) == set(RoundParameters.__annotations__)
