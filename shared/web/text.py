"""The text that PostgreSQL cannot keep, refused at the door wherever it hides."""

import json
import re
from collections.abc import Iterator

from fastapi import Request
from starlette.exceptions import HTTPException

NUL = "\x00"
_SUSPECT = b"\\u0000"
_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""U+0000 as JSON writes it; an even number of backslashes before it is text that merely looks so."""


class TextHoldsNul(HTTPException):
    """U+0000 has no place in text; FastAPI lets only HTTP errors out while it reads a body."""

    title = "Text must not hold U+0000"

    def __init__(self, field: str) -> None:
        super().__init__(422, self.title)
        self.field = field.replace(NUL, "")


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
