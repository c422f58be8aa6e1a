"""The query of a request: no parameter that the route does not know, and the page that it asks for."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request

from shared.kernel.refusal import Malformed

EVERYWHERE = frozenset({"at_least"})
"""A read that asks the log itself needs not wait, and may be asked to."""

FIELD_CHARACTERS_MAX = 100


class ParameterUnknown(Malformed):
    """The route has no parameter of this name."""

    title = "There is no such query parameter"


async def known_query(request: Request) -> None:
    """Refuse a parameter that the OpenAPI document does not name for this route."""
    if not request.query_params:
        return
    operations = request.app.openapi()["paths"].get(request.scope["route"].path, {})
    described = operations.get(request.method.lower(), {}).get("parameters", ())
    known = EVERYWHERE | {one["name"] for one in described if one["in"] == "query"}
    for name in request.query_params:
        if name not in known:
            raise ParameterUnknown(f"known here: {', '.join(sorted(known))}", field=name[:FIELD_CHARACTERS_MAX])


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
