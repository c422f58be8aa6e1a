"""The office's door: a round in the wrong shape is refused at its first wrong place, the right one kept as it is."""

import copy
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio
from pydantic import ValidationError

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


def members(part: Any, place: str = "") -> Iterator[str]:
    """Every place of a round at which it says something."""
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for name, value in inner:
        if isinstance(part, dict):
            yield f"{place}{name}"
        yield from members(value, f"{place}{name}.")


SILENT = {"threshold", "period", "only", "opens_at"}
"""Where a rule or an obligation that says nothing says something; the calendar's opening is no such place."""


@pytest.mark.parametrize("path", sorted({place.split(".")[0] for place in members(ROUND)}))
def test_a_round_that_leaves_something_out_is_refused_by_its_place(path: str) -> None:
    for place in (one for one in members(ROUND) if one.split(".")[0] == path):
        if place.split(".")[0] in {"rules", "obligations"} and place.rpartition(".")[2] in SILENT:
            RoundBody.model_validate(changed(place, None))
            continue
        with pytest.raises(ValidationError) as refusal:
            RoundBody.model_validate(changed(place, None))
        assert [".".join(map(str, one["loc"])) for one in refusal.value.errors()] == [place]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("decisions", None),
        ("decisions.appeals_by_another", None),
        ("corrections.appeal_days.value", 0),
        ("decisions.offers.value", 0),
        ("extensions.days_max", 0),
        ("materials", []),
        ("assessment.rubric", []),
        ("evidence.media_types", []),
        ("levels.source", "unsaid"),
    ],
)
async def test_no_new_round_takes_a_right_away_by_saying_nothing(
    office: Office, client: httpx.AsyncClient, path: str, value: Any
) -> None:
    """What earlier rounds left unsaid is read as nobody asking; a new one says it (C5.4)."""
    answer = await client.post("/rounds", json=changed(path, value), headers=office.bearer(OFFICER))
    assert (answer.status_code, answer.json()["field"]) == (422, path), answer.text
    assert not await office.store.read(0, 10)


async def test_what_only_the_domain_can_know_is_named_by_the_rule(office: Office, client: httpx.AsyncClient) -> None:
    answer = await client.post("/rounds", json=changed("rules.5.threshold", "many"), headers=office.bearer(OFFICER))
    assert (answer.status_code, answer.json()["field"]) == (422, "rules.R6.threshold"), answer.text


async def test_openapi_describes_every_parameter(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    body = document["paths"]["/rounds"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    described = document["components"]["schemas"][body["$ref"].rpartition("/")[2]]
    assert set(described["properties"]) == set(RoundParameters.__annotations__)
