"""Bodies that mean nothing certain, refused at the door: text that PostgreSQL cannot keep, members said twice."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress

from fastapi import Request
from starlette.exceptions import HTTPException

NUL = "\x00"
_SUSPECT = b"\\u0000"
_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""U+0000 as JSON writes it; an even number of backslashes before it is text that merely looks so."""


class TextRefused(HTTPException):
    """FastAPI lets only HTTP errors out while it reads a body; `field` is the place, or empty."""

    title = "The body is refused"

    def __init__(self, field: str) -> None:
        super().__init__(422, self.title)
        self.field = field.replace(NUL, "")


class TextHoldsNul(TextRefused):
    """U+0000 has no place in text."""

    title = "Text must not hold U+0000"


class MemberTwice(TextRefused):
    """Of two values for one member nobody knows which is meant."""

    title = "A member of the body is there twice"


def refuse_nul(request: Request) -> None:
    """Refuse a request whose path or query holds U+0000."""
    if NUL in request.scope["path"]:
        raise TextHoldsNul("path")
    if b"%00" in request.scope["query_string"]:
        raise TextHoldsNul(next((key for key, text in request.query_params.items() if NUL in key + text), "query"))


def refuse_nul_in(body: bytes) -> None:
    """Refuse a JSON body that holds U+0000."""
    if _SUSPECT in body and _ESCAPED.search(body):
        raise TextHoldsNul(_place(body))


def refuse_twice_in(body: bytes) -> None:
    """Refuse a JSON object, however deep, with two members of one name; what is no JSON is refused elsewhere."""
    with suppress(ValueError, RecursionError):
        json.loads(body, object_pairs_hook=_once)


def _once(members: list[tuple[str, object]]) -> dict[str, object]:
    read = dict(members)
    if len(read) < len(members):
        names = [name for name, _ in members]
        raise MemberTwice(next(name for name in names if names.count(name) > 1))
    return read


def _place(body: bytes) -> str:
    try:
        return next(_places(json.loads(body), ()), "body")
    except (ValueError, RecursionError):
        return "body"


def _places(value: object, path: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, str) and NUL in value:
        yield ".".join(path) or "body"
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _places(item, (*path, str(at)))
    elif isinstance(value, dict):
        for key, member in value.items():
            if NUL in key:
                yield ".".join((*path, key))
            yield from _places(member, (*path, key))
