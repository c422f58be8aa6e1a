"""Schemathesis at every door of the street: no failure of ours, nothing undocumented, no answer of another shape.

A bounded run belongs to `make test`; `make fuzz` takes hundreds of examples for each operation. What the fuzz brought
about is as good a log as any: it is whole, and replays.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from audit.replay import replay
from audit.verify import Proven, verify
from shared.contracts.envelope import Recorded
from shared.contracts.registration import AccountOpened, OrganizationRegistered
from shared.contracts.topics import SERVICES
from shared.kernel.actor import Actor, Role
from tests.audit.life import live
from tests.audit.street import Street
from tests.town.town import Town

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "4"))
"""For each operation."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
NAMED = ("application", "organization", "panel", "obligation", "district", "objection", "round")
KNOWN_OF_TEN = 8
"""Of ten ids in a path, how many name something that there is."""


@dataclass(frozen=True, slots=True)
class Lived:
    """A street that has lived through a round, and what there is on it."""

    town: Town
    people: list[Actor]
    ids: dict[str, list[str]]

    def choose(self, case: schemathesis.Case[Any], rng: random.Random) -> Actor:
        """Put what there is into most of the request's path, and say who asks."""
        for name in case.path_parameters:
            known = self.ids.get(name)
            if known and rng.randrange(10) < KNOWN_OF_TEN:
                case.path_parameters[name] = rng.choice(known)
        return rng.choice(self.people)


def known(events: list[Recorded]) -> tuple[list[Actor], dict[str, list[str]]]:
    """Everybody with an account, and the ids that a path may name."""
    organizations = {
        one.event.account: one.event.organization for one in events if isinstance(one.event, OrganizationRegistered)
    }
    accounts = [one.event for one in events if isinstance(one.event, AccountOpened)]
    people = [
        Actor(one.account, Role(one.role), one.district, one.organization or organizations.get(one.account))
        for one in accounts
    ]
    ids = {name: sorted({str(value) for one in events if (value := getattr(one.event, name, None))}) for name in NAMED}
    return people, {**ids, "round_id": ids["round"]}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """The street; at the end its whole log is held against what everybody did to it."""
    town = Town(tmp_path_factory.mktemp("town"))
    asyncio.run(live(town))
    people, ids = known(asyncio.run(town.events()))
    yield Lived(town, people, ids)
    asyncio.run(town.settle())
    street = Street.of(asyncio.run(town.events()))
    assert isinstance(verify(street.piles()), Proven)
    replay([one for log in street.logs.values() for one in log], "2017")


@pytest.mark.parametrize("service", SERVICES)
def test_no_request_meets_a_failure_or_anything_undocumented(service: str, lived: Lived) -> None:
    answered = fuzzed(lived.town.houses[service].app, lived)
    assert answered["2xx"], answered


def fuzzed(app: FastAPI, lived: Lived) -> Counter[str]:
    """Try out every operation of a door; how often each hundred of statuses was the answer."""
    document = schemathesis.openapi.from_asgi("/openapi.json", app)
    answered = Counter[str]()
    for operation in document.get_all_operations():
        assert isinstance(operation, Ok), operation
        _try_out(operation.ok(), lived, answered)
    return answered


def _try_out(operation: Any, lived: Lived, answered: Counter[str]) -> None:
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy())
    def one(case: schemathesis.Case[Any]) -> None:
        rng = random.Random(repr((case.path_parameters, case.body, case.query)))
        somebody = lived.choose(case, rng)
        answer = case.call_and_validate(checks=CHECKS, headers=asyncio.run(lived.town.bearer(somebody)))
        answered[f"{answer.status_code // 100}xx"] += 1

    one()


FAULTS = {"a failure": 500, "an undocumented status": 418, "an answer of another shape": 200}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_not_as_it_is_described_is_caught(fault: str, lived: Lived) -> None:
    app = FastAPI()

    @app.get("/broken", response_model=int)
    def broken() -> JSONResponse:
        return JSONResponse("not a number", FAULTS[fault])

    with pytest.raises(FailureGroup):
        fuzzed(app, lived)
