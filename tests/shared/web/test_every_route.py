"""Schemathesis on every route of the door: nothing undocumented, no failure of ours, whatever is sent."""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.shared.web.house import House

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    ignored_auth,
    unsupported_method,
]
HOUSE = House()
HOUSE.failures.clear()
HOUSE.models.position = 2**53
schema = schemathesis.openapi.from_asgi("/openapi.json", HOUSE.app)


@schema.parametrize()
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_every_route_does_what_it_says(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(checks=CHECKS, headers=HOUSE.bearer())
