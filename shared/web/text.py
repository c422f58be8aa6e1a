"""The text that PostgreSQL cannot keep, refused at the door wherever it hides."""

import json
import re
from collections.abc import Iterator

from fastapi import Request

from shared.kernel.refusal import Malformed

NUL = "\x00"
_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""U+0000 as JSON writes it; an even number of backslashes before it is text that merely looks so."""


class TextHoldsNul(Malformed):
    """U+0000 has no place in text."""

    title = "Text must not hold U+0000"


async def refuse_nul(request: Request) -> None:
    """Refuse a request whose path, query or body holds U+0000; every route depends on this."""
    if NUL in request.url.path:
        raise TextHoldsNul(field="path")
    if b"%00" in request.scope["query_string"]:
        named = next((key for key, value in request.query_params.items() if NUL in key + value), "query")
        raise TextHoldsNul(field=named.replace(NUL, ""))
    if request.method == "POST" and _ESCAPED.search(await request.body()):
        raise TextHoldsNul(field=_place(await request.body()))


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
                yield ".".join((*path, key.replace(NUL, "")))
            yield from _places(member, (*path, key))
