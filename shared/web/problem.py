"""Problems (RFC 9457): one table from refusals to HTTP, naming rule, clause and field."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from shared.auditlog.canonical import NotCanonical
from shared.contracts.codec import EventTooLarge
from shared.contracts.fields import place
from shared.documents.press import PressBusy
from shared.eventstore.connections import disconnected
from shared.eventstore.port import CommandReused, OutcomeUnknown, StoreBusy, StreamConflict
from shared.files.refusals import FileTooLarge, ScannerAway, TypeNotTaken, UploadTooSlow
from shared.kernel.instants import told_locally
from shared.kernel.refusal import Malformed, NotPermitted, Refusal, Unknown
from shared.observability.logs import logger
from shared.observability.metrics import REFUSALS
from shared.web.allowance import TooOften
from shared.web.answer import JSONAnswer
from shared.web.expected import expected, field_of, first_of_each
from shared.web.failures import KeyReused, NotReachedYet, ReadNotRecorded, Unauthenticated, WrongCredentials
from shared.web.patience import TooManyWrong
from shared.web.text import TextRefused
from shared.web.titles import TITLES_ZH

MEDIA_TYPE = "application/problem+json"
STATUSES: tuple[tuple[type[Refusal], int], ...] = (
    (NotPermitted, 403),
    (Unknown, 404),
    (UploadTooSlow, 408),
    (FileTooLarge, 413),
    (TypeNotTaken, 415),
    (Malformed, 422),
    (Refusal, 409),
)
ERRORS_MAX = 50
"""Validation errors told in one answer; whoever sends more mistakes learns the first ones."""
FIELD_CHARACTERS_MAX, DETAIL_CHARACTERS_MAX = 200, 1000
RETRY_SECONDS = "1"
BAD_REQUEST, METHOD_NOT_ALLOWED = 400, 405
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

Handler: TypeAlias = Callable[[Request, Any], Awaitable[JSONAnswer]]


def problem(
    request: Request,
    status: int,
    title: str,
    detail: str = "",
    *,
    detail_zh: str = "",
    kind: str = "",
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> JSONAnswer:
    """A problem document about `request`; members that are None are left out."""
    name = kebab(kind or title)
    request.state.problem = name
    command_id = getattr(request.state, "command_id", None)
    body = {
        "type": f"urn:nianlun:refusal:{name}",
        "title": title,
        "title_zh": TITLES_ZH.get(name),
        "status": status,
        "detail": _told(told_locally(detail or title), DETAIL_CHARACTERS_MAX),
        "detail_zh": _told(told_locally(detail_zh), DETAIL_CHARACTERS_MAX) or None,
        "instance": f"urn:uuid:{command_id}" if command_id else None,
        **members,
    }
    told = {member: value for member, value in body.items() if value is not None}
    return JSONAnswer(told, status, dict(headers or {}), MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer every failure that `app` expects with a problem document."""
    handlers: dict[type[Exception], Handler] = {
        Refusal: _refusal,
        RequestValidationError: _validation,
        HTTPException: _http,
        TextRefused: _text_refused,
        WrongCredentials: _wrong_credentials,
        Unauthenticated: _unauthenticated,
        StoreBusy: _busy,
        TooOften: _too_often,
        TooManyWrong: _too_many_wrong,
        NotReachedYet: _not_reached,
        PressBusy: _press_busy,
        ReadNotRecorded: _not_recorded,
        StreamConflict: _conflict,
        CommandReused: _command_reused,
        OutcomeUnknown: _outcome_unknown,
        EventTooLarge: _too_large,
        NotCanonical: _not_canonical,
        ScannerAway: _scanner_away,
        ClientDisconnect: _went_away,
    }
    for error, handler in handlers.items():
        app.add_exception_handler(error, handler)


def unexpected(request: Request, error: Exception) -> JSONAnswer:
    """What is told of a failure that nobody foresaw: nothing of its inside, which goes to the log."""
    if disconnected(error):
        logger().error("the database is away", reason=f"{type(error).__name__}: {error}")
        detail = "the database does not answer; try again"
        headers = {"Retry-After": RETRY_SECONDS}
        return problem(request, 503, "The service cannot answer now", detail, kind="unavailable", headers=headers)
    logger().error("unexpected failure", exc_info=error, command_id=getattr(request.state, "command_id", None))
    return problem(request, 500, "An unexpected failure", "it was logged under this instance", kind="unexpected")


def text_refused(request: Request, error: TextRefused) -> JSONAnswer:
    """What is told of text that cannot be kept, or that says two things."""
    name = type(error).__name__
    REFUSALS.labels(name, "").inc()
    return problem(request, 422, error.title, kind=name, field=_told(error.field, FIELD_CHARACTERS_MAX) or None)


def kebab(name: str) -> str:
    """`NotTheAssignedExpert`, or a sentence, as `not-the-assigned-expert`."""
    return "-".join(_WORD.findall(name)).lower()


async def _refusal(request: Request, refusal: Refusal) -> JSONAnswer:
    name = type(refusal).__name__
    REFUSALS.labels(name, refusal.rule or "").inc()
    status = next(status for family, status in STATUSES if isinstance(refusal, family))
    return problem(
        request,
        status,
        refusal.title,
        refusal.detail,
        detail_zh=refusal.detail_zh,
        kind=name,
        rule=refusal.rule,
        clause=refusal.clause,
        field=refusal.field,
    )


async def _validation(request: Request, error: RequestValidationError) -> JSONAnswer:
    found = error.errors()
    if found[0]["type"] == "json_invalid":
        return _not_json(request, found[0]["ctx"]["error"])
    if isinstance(error.body, bytes):
        detail = "a body is sent as application/json"
        return problem(request, 415, "Unsupported Media Type", detail, field="Content-Type")
    errors = [_wrong(one) for one in first_of_each(found[:ERRORS_MAX])]
    REFUSALS.labels("Malformed", "").inc()
    return problem(
        request,
        422,
        Malformed.title,
        f"{errors[0]['field']}: {errors[0]['detail']}",
        detail_zh=f"{place(errors[0]['field'])}：{errors[0]['detail_zh']}",
        kind="malformed",
        field=errors[0]["field"],
        errors=errors,
    )


async def _http(request: Request, error: HTTPException) -> JSONAnswer:
    if error.status_code == BAD_REQUEST and error.__cause__ is not None:
        return _not_json(request, _unreadable(error.__cause__))
    headers = error.headers
    if error.status_code == METHOD_NOT_ALLOWED and (allowed := _allowed(request)):
        headers = {"Allow": ", ".join(sorted(allowed))}
    return problem(request, error.status_code, str(error.detail), headers=headers)


def _not_json(request: Request, reason: str) -> JSONAnswer:
    return problem(request, BAD_REQUEST, "The body is not JSON", reason, kind="malformed-json")


def _unreadable(cause: BaseException) -> str:
    """Why a body cannot be parsed that is not simply malformed."""
    match cause:
        case UnicodeDecodeError():
            return "it is not UTF-8"
        case RecursionError():
            return "it is nested too deeply"
        case _:
            return "a number in it is too long"


def _allowed(request: Request) -> set[str]:
    """The methods of this path; what may be read may be asked for its head."""
    path = getattr(request.scope.get("route"), "path", "")
    methods = {method.upper() for method in request.app.openapi()["paths"].get(path, ())}
    return methods | {"HEAD"} if "GET" in methods else methods


async def _text_refused(request: Request, error: TextRefused) -> JSONAnswer:
    return text_refused(request, error)


async def _unauthenticated(request: Request, error: Unauthenticated) -> JSONAnswer:
    challenge = f'Bearer realm="nianlun", error="invalid_token", error_description="{error.reason}"'
    headers = {"WWW-Authenticate": challenge}
    return problem(request, 401, error.title, error.reason, kind="unauthenticated", headers=headers)


async def _wrong_credentials(request: Request, error: WrongCredentials) -> JSONAnswer:
    headers = {"WWW-Authenticate": 'Bearer realm="nianlun"'}
    return problem(request, 401, error.title, error.reason, kind="wrong-credentials", headers=headers)


async def _busy(request: Request, error: StoreBusy) -> JSONAnswer:
    headers = {"Retry-After": str(error.retry_after_seconds)}
    return problem(request, 429, "Too many commands at once", "nothing was stored", kind="busy", headers=headers)


async def _too_often(request: Request, error: TooOften) -> JSONAnswer:
    title = "Too many of these have come from there"
    return problem(request, 429, title, str(error), kind="too-often", **_after(error))


async def _too_many_wrong(request: Request, error: TooManyWrong) -> JSONAnswer:
    return problem(request, 429, "Too many were wrong in a row", str(error), kind="too-many-wrong", **_after(error))


def _after(error: TooOften) -> dict[str, Any]:
    seconds = error.retry_after_seconds
    return {"detail_zh": f"{seconds}秒后可以再试", "headers": {"Retry-After": str(seconds)}}


async def _not_reached(request: Request, error: NotReachedYet) -> JSONAnswer:
    headers = {"Retry-After": RETRY_SECONDS}
    return problem(request, 503, "The read model is not there yet", str(error), kind="not-yet", headers=headers)


async def _press_busy(request: Request, _error: PressBusy) -> JSONAnswer:
    headers = {"Retry-After": RETRY_SECONDS}
    return problem(request, 503, "Too many documents are being made", kind="press-busy", headers=headers)


async def _not_recorded(request: Request, error: ReadNotRecorded) -> JSONAnswer:
    logger().error("a read of the auditor could not be recorded", reason=str(error.__cause__))
    detail = "every read of the discipline auditor is recorded before it is answered; try again"
    headers = {"Retry-After": RETRY_SECONDS}
    return problem(request, 503, "The read could not be recorded", detail, kind="read-not-recorded", headers=headers)


async def _conflict(request: Request, error: StreamConflict) -> JSONAnswer:
    return problem(request, 409, "Someone else was first", str(error), kind="stale-version", field="expected_version")


async def _command_reused(request: Request, _error: CommandReused) -> JSONAnswer:
    return await _refusal(request, KeyReused())


async def _outcome_unknown(request: Request, error: OutcomeUnknown) -> JSONAnswer:
    detail = "stored or not: send the same request with the same Idempotency-Key again to know"
    logger().error("the outcome of a command is unknown", reason=str(error))
    headers = {"Retry-After": RETRY_SECONDS}
    return problem(request, 503, "The outcome is not known yet", detail, kind="outcome-unknown", headers=headers)


async def _too_large(request: Request, error: EventTooLarge) -> JSONAnswer:
    return problem(request, 413, "The content does not fit into an event", str(error), kind="event-too-large")


async def _not_canonical(request: Request, error: NotCanonical) -> JSONAnswer:
    return problem(request, 422, "A value has no canonical form", str(error), kind="not-canonical")


async def _went_away(request: Request, _error: ClientDisconnect) -> JSONAnswer:
    return problem(request, BAD_REQUEST, "The body ended before its end", kind="body-cut-short", field="body")


async def _scanner_away(request: Request, error: ScannerAway) -> JSONAnswer:
    logger().error("the virus scanner does not answer", reason=str(error))
    detail = "nothing is taken unscanned; try again"
    headers = {"Retry-After": RETRY_SECONDS}
    return problem(request, 503, "The virus scanner does not answer", detail, kind="scanner-away", headers=headers)


def _wrong(error: Mapping[str, Any]) -> dict[str, str]:
    field = _told(field_of(error), FIELD_CHARACTERS_MAX) or "body"
    detail, detail_zh = (_told(one, DETAIL_CHARACTERS_MAX) for one in expected(error))
    return {"field": field, "detail": detail, "detail_zh": detail_zh, "kind": error["type"]}


def _told(text: str, characters_max: int) -> str:
    """Text that may hold what a caller sent: short, and free of what UTF-8 cannot carry."""
    return text[:characters_max].encode(errors="replace").decode()
