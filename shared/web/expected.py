"""What is told of a value that a field cannot have: the field as the form names it, and what belongs there."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from shared.web import models

PLACES: Final = ("body", "query", "path", "header")
PATTERNS: Final[Mapping[str, str]] = {
    models.ONE_LINE: "one line of text that says something",
    models.LINES: "text without control characters",
    models.SAYING: "text that says something",
    models.WORD: "1 to 64 letters, digits and the signs . _ -",
    models.USCC: "18 digits and capital letters, the unified social credit code",
    models.DECIMAL: 'an amount as text, such as "1234.50"',
    models.SIGNED_DECIMAL: 'an amount as text, such as "-1234.50"',
    models.RATIO: 'a ratio as text, such as "1/8"',
    models.SHA256: "a SHA-256: 64 hexadecimal digits in lower case",
    models.DAY: "a day such as 2001-02-03",
    models.MOMENT: "an instant with an offset, such as 2001-02-03T17:00:00+08:00",
    models.DAY_OR_MOMENT: "a day such as 2018-06-01, or an instant such as 2018-06-01T12:00:00+08:00",
    models.DISTRICT: "the six digits of a district of Shanghai, such as 310101",
    models.ID: "an id as the platform gave it",
}
"""By the pattern that was not met."""
TYPES: Final[Mapping[str, str]] = {
    "missing": "this is needed",
    "extra_forbidden": "there is no such member; leave it out",
    "string_type": "text is expected, in quotation marks",
    "int_type": "a whole number is expected, without quotation marks",
    "int_from_float": "a whole number is expected",
    "int_parsing": "a whole number is expected",
    "int_parsing_size": "a smaller number is expected",
    "bool_type": "true or false is expected",
    "bool_parsing": "true or false is expected",
    "list_type": "a list is expected, in square brackets",
    "model_type": "an object is expected, in braces",
    "model_attributes_type": "an object is expected, in braces",
    "dict_type": "an object is expected, in braces",
    "string_pattern_mismatch": "it has another form than is expected",
    "string_too_short": "at least {min_length} characters are expected",
    "string_too_long": "at most {max_length} characters are expected",
    "literal_error": "one of these is expected: {expected}",
    "too_short": "at least {min_length} entries are expected",
    "too_long": "at most {max_length} entries are expected",
    "greater_than_equal": "{ge} or more is expected",
    "greater_than": "more than {gt} is expected",
    "less_than_equal": "at most {le} is expected",
    "less_than": "less than {lt} is expected",
    "value_error": "{error}",
    "json_invalid": "JSON is expected: {error}",
}
"""By the kind of mistake, with what its context says."""
OTHERWISE: Final = "it has a value that it cannot have"
_MEMBER = re.compile(r"[a-z][a-z0-9_]*")
_SHAPES: Final = frozenset({"str", "int", "bool", "float", "list"})
"""How a choice of shapes names its arms; no member is called so."""


def field_of(error: Mapping[str, Any]) -> str:
    """The dotted path of members and places in lists, without the arms of a choice; empty for the whole body."""
    where = list(error["loc"])
    where = where[1:] if where and where[0] in PLACES else where
    named = where[-1:] if error["type"] == "extra_forbidden" or len(where) == 1 else []
    before = where[: len(where) - len(named)]
    return ".".join(str(part) for part in [*filter(is_member, before), *named])


def expected(error: Mapping[str, Any]) -> str:
    """In a few words what belongs there."""
    context = error.get("ctx", {})
    if (pattern := context.get("pattern")) in PATTERNS:
        return f"{PATTERNS[pattern]} is expected"
    return TYPES.get(error["type"], OTHERWISE).format_map(context)


def first_of_each(errors: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """One mistake for each field: of the arms of a choice the first speaks for all."""
    found: dict[str, Mapping[str, Any]] = {}
    for error in errors:
        found.setdefault(field_of(error), error)
    return list(found.values())


def is_member(part: object) -> bool:
    """Whether a part of a place is a member's name or a place in a list, not a shape that was tried."""
    return isinstance(part, int) or (
        isinstance(part, str) and part not in _SHAPES and _MEMBER.fullmatch(part) is not None
    )
