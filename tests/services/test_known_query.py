"""A route knows the query parameters that the document of its whole service names for it, and no others."""

import pytest
from fastapi.routing import APIRoute, _IncludedRouter

from shared.contracts.topics import SERVICES
from shared.web.query import named
from tests.services.opened import Opened


@pytest.mark.parametrize("service", SERVICES)
def test_each_route_knows_what_is_described(service: str) -> None:
    app = Opened(service).app
    routes = [
        context.original_route
        for included in app.routes
        if isinstance(included, _IncludedRouter)
        for context in included.effective_route_contexts()
    ]
    known = {
        (route.path, method): named(route, method)
        for route in routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert known == {
        (path, method.upper()): {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
        for path, operations in app.openapi()["paths"].items()
        for method, operation in operations.items()
    }
    assert any(known.values())
