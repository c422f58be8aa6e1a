"""What a rule reads and what it says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from shared.contracts.form import T1, T2, T3, T4
from shared.contracts.round import Levels, MaterialRule, Rule
from shared.contracts.vocabulary import Outcome
from shared.kernel.instants import Instant, LocalDate, local_date


@dataclass(frozen=True, slots=True)
class Filing:
    """Everything the rules may read: the form, the instant it arrived and what the round says.

    A table that was not saved is None; a rule that needs it says MISSING.
    """

    t1: T1 | None
    t2: T2 | None
    t3: T3 | None
    t4: T4 | None
    received_at: Instant
    deadline: Instant
    open_categories: tuple[str, ...]
    materials: frozenset[int]
    """Which of the materials 1 to 9 are attached (C4)."""
    levels: Levels
    asked: tuple[MaterialRule, ...]
    """What the round asks for (C4)."""

    @property
    def as_of(self) -> LocalDate:
        """The day in Shanghai on which the filing arrived."""
        return local_date(self.received_at)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule observed and concludes."""

    outcome: Outcome
    observed: str


Predicate: TypeAlias = Callable[[Filing, Rule], Finding]

MISSING = Finding(Outcome.MISSING, "-")


def verdict(holds: bool, observed: object) -> Finding:  # noqa: FBT001 - the predicate's truth is the argument
    """PASS or FAIL with what was observed."""
    return Finding(Outcome.PASS if holds else Outcome.FAIL, str(observed))


def judged(observed: object) -> Finding:
    """For a person to decide, on what was observed."""
    return Finding(Outcome.JUDGE, str(observed))


def lacking(names: Sequence[str]) -> Finding:
    """MISSING, with what is not there."""
    return Finding(Outcome.MISSING, f"lacking {', '.join(names)}")


def whole(rule: Rule) -> int:
    """The rule's threshold as a whole number (years, persons, organizations)."""
    return int(_threshold(rule))


def decimal(rule: Rule) -> Decimal:
    """The rule's threshold as an exact decimal (yuan, m²)."""
    return Decimal(_threshold(rule))


def ratio(rule: Rule) -> Fraction:
    """The rule's threshold as an exact ratio such as 7/10."""
    return Fraction(_threshold(rule))


def _threshold(rule: Rule) -> str:
    if rule.threshold is None:
        raise ValueError(f"{rule.id} has no threshold in this round")
    return rule.threshold
