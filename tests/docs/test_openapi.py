"""Every route of the five services says in one line what it does, and which problems it may answer with."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI

from shared.contracts.topics import SERVICES
from shared.files.depot import depot_at
from shared.web.app import create_app
from shared.web.openapi import PROBLEMS
from shared.web.problem import MEDIA_TYPE
from tests.shared.web.house import House

LINE_CHARACTERS_MAX = 80
COMMANDS_ONLY = {"400", "408", "409", "415", "429"}
NOT_A_PROBLEM = "GET /health/ready: 503 is not described"
"""Its 503 is the readiness report itself, which names the part that is not ready."""


def described(service: str) -> dict[str, Any]:
    """The OpenAPI document of a service; describing it asks nothing of what its routes stand on."""
    house: Any = import_module(f"services.{service}.main").SERVICE
    nothing = dict.fromkeys(("settings", "pool", "store", "reads", "vault", "clock", "projector", "sessions"))
    runtime: Any = SimpleNamespace(**nothing, depot=depot_at("memory:"))
    return opened(house.name, house.routers(runtime))


def opened(title: str, routers: list[APIRouter]) -> dict[str, Any]:
    app: FastAPI = create_app(title, title, routers, House().app.state.web)
    return app.openapi()


def faults(document: dict[str, Any]) -> list[str]:
    """What is missing, each named by its operation."""
    found = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            name = f"{method.upper()} {path}"
            summary = operation.get("summary", "")
            if not summary or "\n" in summary or len(summary) > LINE_CHARACTERS_MAX:
                found.append(f"{name}: {summary!r} is not one line")
            expected = set(PROBLEMS) if method == "post" else set(PROBLEMS) - COMMANDS_ONLY
            told = {status for status, one in operation["responses"].items() if is_problem(one)}
            found += [f"{name}: {status} is not described" for status in sorted(expected - told)]
    return [fault for fault in found if fault != NOT_A_PROBLEM]


def is_a_file(body: dict[str, Any]) -> bool:
    return set(body["content"]) == {"application/octet-stream"}


def is_named(shape: dict[str, Any]) -> bool:
    """Whether a body has a shape of its own; one that may be left out has it too."""
    return all("$ref" in one for one in shape.get("anyOf", [shape]) if one != {"type": "null"})


def is_problem(response: dict[str, Any]) -> bool:
    shape = response.get("content", {}).get(MEDIA_TYPE, {}).get("schema", {})
    return bool(shape == {"$ref": "#/components/schemas/Problem"})


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_says_what_it_does_and_how_it_may_fail(service: str) -> None:
    document = described(service)
    assert len(document["paths"]) > 3
    assert faults(document) == []


@pytest.mark.parametrize("service", SERVICES)
def test_no_command_takes_just_anything(service: str) -> None:
    shapes = [
        operation["requestBody"]["content"]["application/json"]["schema"]
        for operations in described(service)["paths"].values()
        for operation in operations.values()
        if "requestBody" in operation and not is_a_file(operation["requestBody"])
    ]
    assert all(is_named(shape) for shape in shapes)


def test_a_route_that_says_nothing_is_caught() -> None:
    silent, wordy = APIRouter(), APIRouter()

    @silent.post("/silent")
    def say_nothing() -> None: ...

    @wordy.get("/wordy")
    def say_much() -> None:
        """One line.

        And then another.
        """

    assert [one.partition(":")[0] for one in faults(opened("planted", [silent, wordy]))] == [
        "POST /silent",
        "GET /wordy",
    ]
