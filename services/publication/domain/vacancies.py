"""Ranks that a list skips, and why: a rank is never given to somebody else in silence (C5.4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, TypeAlias

from services.publication.domain.listing import group_of
from shared.contracts.event import Event
from shared.contracts.publication import (
    ApprovalListProposed,
    ListCorrected,
    ListCorrectionProposed,
    ListRow,
    NextInLinePromoted,
    ObjectionUpheld,
    RowWithdrawn,
)

OBJECTION_UPHELD: Final = "OBJECTION_UPHELD"
WITHDRAWN: Final = "WITHDRAWN"
CORRECTED: Final = "CORRECTED"
ORGANIZATION_BARRED: Final = "ORGANIZATION_BARRED"
"""Its organization was suspended or closed when the list was proposed."""
NOT_LISTED: Final = "NOT_LISTED"
"""It was in no list: it left before one was proposed, or others of its group were added by a correction."""

Place: TypeAlias = tuple[str, int]
"""A group and a rank of it."""


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A rank of a group that nobody on the list has."""

    group: str
    rank: int
    reason: str


@dataclass(slots=True)
class _Left:
    """Who had which place, and why places were left, while a decision's events are read."""

    rankings: tuple[str, ...] = ()
    places: dict[str, Place] = field(default_factory=dict)
    reasons: dict[Place, str] = field(default_factory=dict)
    waiting: tuple[ListRow, ...] = ()
    """Of the correction that was proposed last."""

    def listed(self, rows: Iterable[ListRow]) -> None:
        self.places |= {row.application: (group_of(row), row.rank) for row in rows}

    def left(self, reason: str, *applications: str) -> None:
        self.reasons |= {self.places[one]: reason for one in applications if one in self.places}

    def corrected(self, *removed: str) -> None:
        self.left(CORRECTED, *removed)
        self.listed(self.waiting)


def vacancies(rows: Sequence[ListRow], decided: Iterable[Event]) -> tuple[Vacancy, ...]:
    """What `rows` skip, in order of group, then rank, with reasons out of the decision's events up to then."""
    left = _Left()
    for event in decided:
        _read(left, event)
    return tuple(
        Vacancy(group, rank, left.reasons.get((group, rank), NOT_LISTED))
        for group, mine in groupby(rows, key=group_of)
        for rank in _skipped([row.rank for row in mine])
    )


def _read(left: _Left, event: Event) -> None:
    match event:
        case ApprovalListProposed():
            if event.rankings != left.rankings:
                left.rankings, left.reasons = event.rankings, {}
            left.listed(event.rows)
            left.reasons |= {(one.group, one.rank): ORGANIZATION_BARRED for one in event.left_out}
        case NextInLinePromoted(row=row):
            left.listed((row,))
        case ObjectionUpheld(effect="remove"):
            left.left(OBJECTION_UPHELD, event.application)
        case RowWithdrawn():
            left.left(WITHDRAWN, event.application)
        case ListCorrected():
            left.corrected(*event.removed)
        case ListCorrectionProposed():
            left.waiting = event.rows
        case _:
            return


def _skipped(ranks: Sequence[int]) -> list[int]:
    """Ranks before the last that nobody has; equals share one and take the places behind it."""
    skipped, expected = list[int](), 1
    for rank, equals in groupby(sorted(ranks)):
        skipped += range(expected, rank)
        expected = rank + len(list(equals))
    return skipped
