"""Everything that is wrong with a form at once: each place, what is expected there, and what may be said."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from shared.contracts.fields import FIELDS
from shared.contracts.vocabulary import District
from shared.web.expected import field_of, first_of_each, is_member

PATTERNS: Final[Mapping[str, str]] = {
    "^[0-9]{1,15}(": 'a number in quotes with at most three decimals, such as "100000.00"',
    "^-?[0-9]{1,15}(": 'a number in quotes, such as "-3.50"',
    "^[0-9]{1,9}/": 'a ratio in quotes, such as "15/100"',
    "^[0-9a-f]{64}$": "the SHA-256 of the document, or true or false",
    "^(18|19|20|21)": "a day of the calendar, YYYY-MM-DD",
    "^[A-Za-z0-9-]{1,40}$": "a key of the organization's own, 1 to 40 letters, digits or -, and no identity number",
}
"""How each pattern is said, by how it begins."""
TYPES: Final[Mapping[str, str]] = {
    "integer": "a whole number of 0 or more",
    "boolean": "true or false",
    "array": "a list",
    "string": "a text of one line",
    "object": "an object",
}
BODY: Final = "body"
"""A form file is told as the body of a request is."""
WITHOUT: Final[Mapping[str, str]] = {"extra_forbidden": "the form has no such member", "missing": "is missing: "}
BOUNDS: Final[Mapping[str, str]] = {
    "too_long": "a list of at most {max_length} entries",
    "string_too_long": "a text of at most {max_length} characters",
}
"""A value of the right kind that is too much."""


def faults(error: ValidationError, schema: Mapping[str, Any]) -> list[str]:
    """One line for each place, in the order of the form."""
    found = first_of_each({**one, "loc": (BODY, *one["loc"])} for one in error.errors())
    return [f"{field_of(one) or 'the file'}: {_said(one, schema)}" for one in found]


def _said(one: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    where = one["loc"][1:]
    member = _at(schema, where, schema)
    known = FIELDS.get(str(where[-1])) if where else None
    label = f"{known.zh}{f'（{known.unit}）' if known.unit else ''}: " if known else ""
    if one["type"] == "extra_forbidden":
        return WITHOUT["extra_forbidden"]
    if bound := BOUNDS.get(one["type"]):
        return f"{label}{bound.format_map(one['ctx'])}"
    expected = _expected(member) if member is not None else one["msg"]
    return f"{label}{WITHOUT.get(one['type'], '')}{expected}"


def _expected(member: Mapping[str, Any]) -> str:
    shape = _plain(member)
    if values := shape.get("enum"):
        return f"one of {', '.join(_values(values))}"
    if values := shape.get("items", {}).get("enum"):
        return f"a list of {', '.join(_values(values))}"
    if "maximum" in shape:
        return f"a whole number from {shape['minimum']} to {shape['maximum']}"
    pattern = str(shape.get("pattern", ""))
    for start, said in PATTERNS.items():
        if pattern.startswith(start):
            return said
    return TYPES.get(str(shape.get("type", "object")), "another value")


def _values(values: Sequence[str]) -> list[str]:
    """What may be said; districts by their codes with their names."""
    districts = set(District) & set(values)
    return [f"{one.value} {one.name_zh}" for one in District] if districts else list(values)


def _plain(member: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a member is, where null or a short way of saying it would do as well."""
    while "anyOf" in member:
        member = member["anyOf"][0]
    return member


def _at(member: Mapping[str, Any], loc: Sequence[str | int], schema: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The part of the schema that speaks of a place; None where it has none."""
    for step in loc:
        shape = _resolved(member, schema)
        below = shape.get("items") if isinstance(step, int) else shape.get("properties", {}).get(step)
        if below is not None:
            member = below
        elif is_member(step):
            return None
    return _resolved(member, schema)


def _resolved(member: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    shape = _plain(member) if "properties" not in member else member
    name = str(shape.get("$ref", "")).rpartition("/")[2]
    return schema["$defs"][name] if name else shape
