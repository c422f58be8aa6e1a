"""The discipline auditor reads everything of every service, each time on record, and writes nothing."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from shared.contracts.access import RecordRead
from shared.contracts.topics import SERVICES
from shared.kernel.actor import Actor, Role
from tests.services.opened import Opened

AUDITOR = Actor("5c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017", Role.DISCIPLINE_AUDITOR)
FITTING = (
    "2017",
    "310101",
    "a" * 64,
    "00000000-0000-5000-8000-000000000000",
    "2017-08-01T12:00:00+08:00",
    "2017-08-01",
)
"""One of these fits the pattern of every parameter that a read needs."""


def reads() -> Iterator[tuple[str, str]]:
    """Every route of every service that reads and asks who does."""
    for service in SERVICES:
        for path, operations in Opened(service).app.openapi()["paths"].items():
            if operations.get("get", {}).get("security"):
                yield service, path


def fitting(parameter: dict[str, Any]) -> str:
    """A value that the parameter takes."""
    schema = parameter["schema"]
    if "enum" in schema:
        return str(schema["enum"][0])
    if schema.get("type") == "integer":
        return str(schema.get("minimum", 1))
    return next(text for text in FITTING if re.search(schema.get("pattern", ""), text))


@pytest.mark.parametrize(("service", "path"), list(reads()), ids=lambda one: one)
async def test_every_read_is_allowed_and_recorded(service: str, path: str) -> None:
    door = Opened(service)
    operation = door.app.openapi()["paths"][path]["get"]
    needed = [one for one in operation.get("parameters", ()) if one["required"]]
    asked = path.format(**{one["name"]: fitting(one) for one in needed if one["in"] == "path"})
    query = {one["name"]: fitting(one) for one in needed if one["in"] == "query"}
    async with door.client() as client:
        answer = await client.get(asked, params=query, headers=door.bearer(AUDITOR))
    assert answer.status_code not in (401, 403, 422), answer.text
    events = [one.event for one in await door.store.load(f"access-{AUDITOR.id}")]
    assert [type(event) for event in events] == [RecordRead], answer.text
    assert isinstance(events[0], RecordRead)
    assert events[0].path == asked
