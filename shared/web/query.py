"""The query of a request: no parameter that the route does not know, and the page that it asks for."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from shared.kernel.refusal import Malformed

EVERYWHERE = frozenset({"at_least"})
"""A read that asks the log itself needs not wait, and may be asked to."""

FIELD_CHARACTERS_MAX = 100


class ParameterUnknown(Malformed):
    """The route has no parameter of this name."""

    title = "There is no such query parameter"


async def known_query(request: Request) -> None:
    """Refuse a parameter that the OpenAPI document does not name for this route."""
    if request.query_params.keys() <= EVERYWHERE:
        return
    seen, route = request.app.state.queries, request.scope["route"]
    if (asked := (route.path, request.method)) not in seen:
        seen[asked] = EVERYWHERE | named(route, request.method)
    known = seen[asked]
    for name in request.query_params:
        if name not in known:
            raise ParameterUnknown(f"known here: {', '.join(sorted(known))}", field=name[:FIELD_CHARACTERS_MAX])


def named(route: BaseRoute, method: str) -> frozenset[str]:
    """The query parameters of one route, as its OpenAPI document names them.

    Of this route alone: the document of a whole service takes so long that everybody else would wait.
    """
    (operations,) = get_openapi(title="one route", version="1", routes=[route])["paths"].values()
    described = operations.get(method.lower(), {}).get("parameters", ())
    return frozenset(one["name"] for one in described if one["in"] == "query")


def page(
    rows: Sequence[Mapping[str, Any]],
    by: str,
    after: str,
    limit: int,
    *,
    key: str = "application",
    descending: bool = False,
) -> list[dict[str, Any]]:
    """The rows that follow the one whose `key` is `after`, by a member and then by key; who lacks it comes last."""
    known = sorted((dict(row) for row in rows if row.get(by) is not None), key=lambda row: str(row[key]))
    known.sort(key=lambda row: row[by], reverse=descending)
    lacking = sorted((dict(row) for row in rows if row.get(by) is None), key=lambda row: str(row[key]))
    ordered = [*known, *lacking]
    seen = next((number for number, row in enumerate(ordered, 1) if str(row[key]) == after), 0)
    return ordered[seen : seen + limit]
