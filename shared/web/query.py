"""The query of a request: nothing in it that the route does not know, so that no misspelt filter is passed over."""

from fastapi import Request

from shared.kernel.refusal import Malformed

EVERYWHERE = frozenset({"at_least"})
"""A read that asks the log itself needs not wait, and may be asked to."""

FIELD_CHARACTERS_MAX = 100


class ParameterUnknown(Malformed):
    """The route has no parameter of this name."""

    title = "There is no such query parameter"


def known_query(request: Request) -> None:
    """Refuse a parameter that the OpenAPI document does not name for this route."""
    if not request.query_params:
        return
    operations = request.app.openapi()["paths"].get(request.scope["route"].path, {})
    described = operations.get(request.method.lower(), {}).get("parameters", ())
    known = EVERYWHERE | {one["name"] for one in described if one["in"] == "query"}
    for name in request.query_params:
        if name not in known:
            raise ParameterUnknown(f"known here: {', '.join(sorted(known))}", field=name[:FIELD_CHARACTERS_MAX])
