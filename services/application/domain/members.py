"""What one member of a round's parameters has to be; every refusal names its place."""

import re
from collections.abc import Callable, Iterable
from decimal import InvalidOperation
from fractions import Fraction

from shared.kernel.refusal import Malformed

YEARS_MAX = 100
"""Beyond this a span of years leaves the calendar."""


class ParameterMalformed(Malformed):
    """A date, a threshold, a number, a name or a source of the round is not of its kind."""

    title = "A parameter of the round is not of its kind"


def is_count(text: str) -> bool:
    """Whether it is a whole number."""
    return re.fullmatch(r"[0-9]{1,9}", text) is not None


def is_years(text: str) -> bool:
    """Whether it is a span of years that stays in the calendar."""
    return is_count(text) and int(text) <= YEARS_MAX


def is_amount(text: str) -> bool:
    """Whether it is a decimal amount."""
    return re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,3})?", text) is not None


def is_share(text: str) -> bool:
    """Whether it is a share of a whole that somebody can reach and nobody has for nothing."""
    return re.fullmatch(r"[0-9]{1,9}/[1-9][0-9]{0,8}", text) is not None and 0 < Fraction(text) <= 1


def is_part(text: str) -> bool:
    """Whether it is a share that leaves something of the whole."""
    return is_share(text) and Fraction(text) < 1


def demand(place: str, value: object, holds: bool, kind: str) -> None:  # noqa: FBT001 - what is demanded
    """Refuse `value` at `place` unless it `holds`."""
    if not holds:
        raise ParameterMalformed(
            f"{place}: {value!r} is not {kind}", detail_zh=f"{place}的值{value!r}不符合要求", field=place
        )


def demand_read(place: str, text: str, holds: Callable[[str], bool], kind: str) -> None:
    """Refuse a text that cannot be read as its kind."""
    try:
        right = holds(text)
    except (ValueError, ArithmeticError, InvalidOperation):
        right = False
    demand(place, text, right, kind)


def demand_distinct(place: str, names: Iterable[str]) -> None:
    """Refuse what is named twice."""
    seen: set[str] = set()
    for name in names:
        demand(place, name, name not in seen, "named once")
        seen.add(name)


def demand_days(place: str, number: int, least: int = 0) -> None:
    """Refuse what is no number of days, or fewer than `least`."""
    kind = f"a number of days from {least} on" if least else "a number of days"
    demand(place, number, least <= number <= YEARS_MAX * 366, kind)
