"""Problems (RFC 9457): one table from refusals to HTTP, naming rule, clause and field."""

import re
from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.auditlog.canonical import NotCanonical
from shared.contracts.codec import EventTooLarge
from shared.eventstore.port import StoreBusy, StreamConflict
from shared.kernel.refusal import Malformed, NotPermitted, Refusal, Unknown
from shared.observability.metrics import REFUSALS

MEDIA_TYPE = "application/problem+json"
STATUSES: tuple[tuple[type[Refusal], int], ...] = ((NotPermitted, 403), (Unknown, 404), (Malformed, 422), (Refusal, 409))


class Unauthenticated(Exception):  # noqa: N818 - an answer, not an error
    """No valid token; `reason` is one of a few words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class KeyReused(Malformed):
    """An idempotency key came again with another request."""

    title = "The Idempotency-Key was used for another request"
    field = "Idempotency-Key"


class NotReachedYet(Exception):  # noqa: N818 - a state, not an error
    """The read models are not at the position asked for."""


def problem(
    status: int, title: str, detail: str = "", *, kind: str = "", headers: Mapping[str, str] | None = None, **members: Any
) -> JSONResponse:
    """A problem document; members that are None are left out."""
    body = {
        "type": f"urn:nianlun:refusal:{_kebab(kind or title)}",
        "title": title,
        "status": status,
        "detail": detail or title,
        **{name: value for name, value in members.items() if value is not None},
    }
    return JSONResponse(body, status, dict(headers or {}), MEDIA_TYPE)


def from_refusal(refusal: Refusal) -> JSONResponse:
    """What a refused command is told."""
    name = type(refusal).__name__
    REFUSALS.labels(name, refusal.rule or "").inc()
    status = next(status for family, status in STATUSES if isinstance(refusal, family))
    return problem(
        status,
        refusal.title,
        refusal.detail,
        kind=name,
        rule=refusal.rule,
        clause=refusal.clause,
        field=refusal.field,
    )


def install(app: FastAPI) -> None:
    """Answer every failure of `app` with a problem document."""
    app.add_exception_handler(Refusal, _refusal)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Unauthenticated, _unauthenticated)
    app.add_exception_handler(StoreBusy, _busy)
    app.add_exception_handler(NotReachedYet, _not_reached)
    app.add_exception_handler(StreamConflict, _conflict)
    app.add_exception_handler(EventTooLarge, _too_large)
    app.add_exception_handler(NotCanonical, _not_canonical)
    app.add_exception_handler(Exception, _unexpected)


async def _refusal(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal), "registered for refusals"
    return from_refusal(error)


async def _validation(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError), "registered for validation errors"
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return problem(400, "The body is not JSON", str(first.get("ctx", {}).get("error", "")), kind="malformed-json")
    errors = [{"field": _field(one["loc"]), "detail": one["msg"], "kind": one["type"]} for one in error.errors()]
    detail = f"{errors[0]['field']}: {errors[0]['detail']}"
    return problem(
        422, "A field has a value it cannot have", detail, kind="malformed", field=errors[0]["field"], errors=errors
    )


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException), "registered for HTTP errors"
    return problem(error.status_code, str(error.detail), headers=error.headers)


async def _unauthenticated(_request: Request, error: Exception) -> JSONResponse:
    challenge = {"WWW-Authenticate": f'Bearer realm="nianlun", error="invalid_token", error_description="{error}"'}
    return problem(401, "A valid token is needed", str(error), kind="unauthenticated", headers=challenge)


async def _busy(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, StoreBusy), "registered for a full queue"
    after = str(error.retry_after_seconds)
    return problem(429, "Too many commands at once", "nothing was stored", kind="busy", headers={"Retry-After": after})


async def _not_reached(_request: Request, error: Exception) -> JSONResponse:
    return problem(503, "The read model is not there yet", str(error), kind="not-yet", headers={"Retry-After": "1"})


async def _conflict(_request: Request, error: Exception) -> JSONResponse:
    return problem(409, "Someone else was first", str(error), kind="stale-version", field="expected_version")


async def _too_large(_request: Request, error: Exception) -> JSONResponse:
    return problem(413, "The content does not fit into an event", str(error), kind="event-too-large")


async def _not_canonical(_request: Request, error: Exception) -> JSONResponse:
    return problem(422, "A value has no canonical form", str(error), kind="not-canonical")


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    structlog.get_logger("nianlun").error("unexpected", path=request.url.path, exc_info=error)
    return problem(500, "An unexpected failure; it was logged and nothing was stored", kind="unexpected")


def _field(location: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in location if part not in ("body", "query", "path", "header")) or "body"


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).replace(" ", "-").lower().replace("--", "-")
