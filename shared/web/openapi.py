"""What OpenAPI says of every route beyond its own shapes: its one line and all the problems it may answer with."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field

from shared.web.authentication import COMMAND, COMMAND_OR_NOT, TOKEN
from shared.web.command import KEY, KEY_PATTERN, REPLAYED
from shared.web.problem import MEDIA_TYPE

PROBLEMS = {
    "400": "The body is not JSON",
    "401": "No valid token",
    "403": "The actor may not do this; the attempt of a command is recorded",
    "404": "There is no such thing",
    "408": "The body did not come in time",
    "409": "Refused in the present state",
    "413": "Too large",
    "415": "The body does not call itself JSON",
    "422": "A field has a value it cannot have",
    "429": "Too many commands at once",
    "500": "An unexpected failure; it was logged",
    "503": "Not there yet, or the database is away",
}
HEADERS = {
    "401": {"WWW-Authenticate": "Which token is needed, and what was wrong"},
    "429": {"Retry-After": "Seconds"},
    "503": {"Retry-After": "Seconds"},
}
COMMAND_HEADERS = [
    {
        "name": KEY,
        "in": "header",
        "description": "Repeat it to get the same answer instead of a second effect",
        "schema": {"type": "string", "pattern": f"^{KEY_PATTERN}$"},
    },
    {
        "name": "traceparent",
        "in": "header",
        "description": "W3C trace context; carried into the events when it is valid",
        "schema": {"type": "string"},
    },
]
PARTS_ONLY = {"416": "There is no such part of the file"}
COMMANDS_ONLY = frozenset({"400", "408", "409", "415", "429"})


class FieldError(BaseModel):
    """One field that has a value it cannot have."""

    field: str = Field(description="Dotted path, for instance t2.roster.3.education")
    detail: str = Field(description="What is expected there")
    detail_zh: str = Field(description="The same in Chinese")
    kind: str


class Problem(BaseModel):
    """RFC 9457, with the rule, the clause and the field that a refusal names."""

    type: str = Field(description="urn:nianlun:refusal:…")
    title: str
    title_zh: str | None = Field(None, description="The title in Chinese")
    status: int
    detail: str = Field(description="What it rests on; instants are those of Shanghai")
    detail_zh: str | None = Field(None, description="In Chinese what its title does not say")
    instance: str | None = Field(None, description="urn:uuid: of the command, as in the log and in its events")
    rule: str | None = None
    clause: str | None = None
    field: str | None = None
    errors: list[FieldError] | None = None


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of `app`, made once."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        shape = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(shape.pop("$defs"), Problem=shape)
        if schemes := document["components"].pop("securitySchemes", {}):
            document["components"]["securitySchemes"] = {TOKEN: next(iter(schemes.values()))}
        for operations in document["paths"].values():
            for method, operation in operations.items():
                _describe(operation, command=method in ("post", "patch"))
        app.openapi_schema = document
    return app.openapi_schema


def _describe(operation: dict[str, Any], *, command: bool) -> None:
    operation["summary"] = operation.pop("description", "").removesuffix(".")
    asked = {name for scheme in operation.get("security", ()) for name in scheme}
    if asked:
        operation["security"] = [{TOKEN: []}] if asked & {TOKEN, COMMAND} else [{}, {TOKEN: []}]
    if asked & {COMMAND, COMMAND_OR_NOT}:
        operation.setdefault("parameters", []).extend(COMMAND_HEADERS)
    responses = operation["responses"]
    responses.pop("422", None)
    more = PARTS_ONLY if "206" in responses else {}
    for status, text in (PROBLEMS | more).items():
        if status not in responses and (command or status not in COMMANDS_ONLY):
            responses[status] = _problem(status, text)
    for status in ("200", "201"):
        if command and status in responses:
            responses[status]["headers"] = _headers({REPLAYED: "true when this answer was given before"})


def _problem(status: str, text: str) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    headers = HEADERS.get(status)
    return {"description": text, "content": content, **({"headers": _headers(headers)} if headers else {})}


def _headers(texts: dict[str, str]) -> dict[str, Any]:
    return {name: {"description": text, "schema": {"type": "string"}} for name, text in texts.items()}
