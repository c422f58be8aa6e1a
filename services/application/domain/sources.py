"""Where each of a round's parameters comes from: a clause of the notice, or `design` where the notice is silent."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Final

from services.application.domain.members import demand
from shared.contracts.clauses import CLAUSES
from shared.contracts.round import RoundParameters
from shared.contracts.sourced import UNSAID

DESIGN: Final = "design"
NAMED: Final = ("id", "code", "group", "number")
"""By which member a line of a list is told, first to last; a line without any by its place."""


def check_sources(parameters: RoundParameters) -> None:
    """Raise at the first source or clause that the notice does not have."""
    for place, name, text in _told("", parameters):
        if name == "clause":
            demand(place, text, text in CLAUSES, "a clause of the notice")
        else:
            demand(place, text, text in (DESIGN, UNSAID) or text in CLAUSES, f"a clause of the notice, or {DESIGN}")


def _told(place: str, part: object) -> Iterator[tuple[str, str, str]]:
    if isinstance(part, tuple):
        for index, one in enumerate(part):
            yield from _told(f"{place}{_name(one, index)}.", one)
    elif is_dataclass(part):
        for field in fields(part):
            inner = getattr(part, field.name)
            if field.name in {"source", "clause"}:
                yield f"{place}{field.name}", field.name, inner
            else:
                yield from _told(f"{place}{field.name}.", inner)


def _name(one: object, index: int) -> object:
    return next((getattr(one, name) for name in NAMED if hasattr(one, name)), index)
