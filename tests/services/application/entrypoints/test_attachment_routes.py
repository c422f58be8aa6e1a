"""Schemathesis on the routes of the materials: nothing undocumented, no failure of ours, whatever is sent."""

import asyncio
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings

from tests.services.application.entrypoints.test_attachments import FILER, Filing
from tests.shared.web.test_every_route import CHECKS

FILING = Filing()
asyncio.run(FILING.start())
FILING.models.position = 2**53
schema = schemathesis.openapi.from_asgi("/openapi.json", FILING.app)


@schema.parametrize()
@settings(max_examples=30, suppress_health_check=list(HealthCheck))
def test_every_route_does_what_it_says(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(checks=CHECKS, headers=FILING.headers(FILER))
