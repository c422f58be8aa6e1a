"""Routes whose body is a file: read as it comes, never as a whole, and limited by whoever takes it in."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

RAW_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file's bytes; its type is the request's Content-Type",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""For `openapi_extra` of such a route; it is also how the entrance knows one."""


def takes_a_file(route: object) -> bool:
    """Whether the body of a route is a file."""
    extra: dict[str, Any] = getattr(route, "openapi_extra", None) or {}
    return "requestBody" in extra


def file_routes(routers: Sequence[APIRouter]) -> tuple[BaseRoute, ...]:
    """Those of all routes."""
    return tuple(route for router in routers for route in router.routes if takes_a_file(route))


def leads_to_one(scope: Scope, routes: Sequence[BaseRoute]) -> bool:
    """Whether a request that is not routed yet is going to one of these."""
    return any(route.matches(scope)[0] is Match.FULL for route in routes)
