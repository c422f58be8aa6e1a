"""Whatever the discipline auditor sends to any address that changes something, nothing happens but its trace."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from shared.contracts.topics import SERVICES
from tests.services.opened import Opened
from tests.services.test_auditor import AUDITOR

TRACES = {"AccessRefused"}
OF_NOBODY = {"/tokens"}
"""Exchanging a password for a token changes nothing."""
READING = {"GET", "HEAD"}
SENT_TO_EACH = settings(
    max_examples=3,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def commands(door: Opened) -> Iterator[Any]:
    """Every operation of the service that changes something."""
    schema: Any = schemathesis.openapi.from_asgi("/openapi.json", door.app)
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.method.upper() not in READING and operation.path not in OF_NOBODY:
            yield operation


def attempt(door: Opened, operation: Any) -> None:
    """Send the operation what its description allows."""

    @SENT_TO_EACH
    @given(case=operation.as_strategy())
    def sent(case: Any) -> None:
        answer = case.call(headers=door.bearer(AUDITOR))
        assert answer.status_code >= 400, f"{operation.label}: {answer.text}"

    sent()


@pytest.mark.parametrize("service", SERVICES)
def test_the_auditor_writes_nothing(service: str) -> None:
    door = Opened(service)
    for operation in commands(door):
        attempt(door, operation)
    recorded = asyncio.run(door.store.read(0, 10_000))
    assert {type(one.event).__name__ for one in recorded} <= TRACES
