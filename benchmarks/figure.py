"""One figure: ours beside a baseline of the same run, and the goal for their ratio."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured; a goal is the least ratio, or with `at_most` the greatest one."""

    benchmark: str
    baseline: float
    ours: float
    unit: str
    goal: float | None = None
    at_most: bool = False
    against: str = ""
    """What the baseline is."""

    @property
    def ratio(self) -> float:
        """Ours ÷ baseline."""
        return self.ours / self.baseline

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        if self.goal is None:
            return None
        return self.ratio <= self.goal if self.at_most else self.ratio >= self.goal


Figures: TypeAlias = Sequence[Figure]


class NotThere(Exception):
    """A benchmark claims rows that are not there: its figures mean nothing."""


def expect(what: str, found: int, wanted: int) -> None:
    """Raise `NotThere` unless exactly `wanted` were found."""
    if found != wanted:
        raise NotThere(f"{what}: {found} are there, {wanted} were claimed")


def percentile(seconds: Sequence[float], percent: float) -> float:
    """The value below which `percent` of all lie, by nearest rank."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
