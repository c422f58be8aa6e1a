"""The states of what is owed, from its creation to its end (C3.1)."""

from dataclasses import dataclass
from typing import TypeAlias

from services.reporting.domain.filing import Filing
from shared.contracts.reporting import ObligationCreated, ReportDefaulted, ReportOverdue, ReportReturned


@dataclass(frozen=True, slots=True)
class NotOwed:
    """No such obligation."""


@dataclass(frozen=True, slots=True)
class Course:
    """What is owed, and everything that was filed for it and sent back, first to last."""

    creation: ObligationCreated
    filings: tuple[Filing, ...] = ()
    returns: tuple[ReportReturned, ...] = ()
    defaults: tuple[ReportDefaulted, ...] = ()
    """A default stays one, whatever is made up for later."""

    @property
    def version(self) -> int:
        """The last version filed; 0 when there is none."""
        return self.filings[-1].version if self.filings else 0


@dataclass(frozen=True, slots=True)
class Due:
    """To be filed."""

    course: Course
    reminded: bool = False


@dataclass(frozen=True, slots=True)
class Overdue:
    """Not filed, or not corrected, in time; still taken within the days of grace."""

    course: Course
    overdue: ReportOverdue


@dataclass(frozen=True, slots=True)
class Filed:
    """Filed, in time or late."""

    course: Course


@dataclass(frozen=True, slots=True)
class Returned:
    """Sent back to be corrected."""

    course: Course
    returned: ReportReturned

    @property
    def due(self) -> str:
        """The later of what it was due from the beginning and what its correction is (C3.1)."""
        return max(self.course.creation.due, self.returned.due)


@dataclass(frozen=True, slots=True)
class Accepted:
    """Done."""

    course: Course


@dataclass(frozen=True, slots=True)
class Defaulted:
    """Not filed at all, or never corrected; taken again only while an order to put it right runs."""

    course: Course


@dataclass(frozen=True, slots=True)
class Lifted:
    """Owed no more."""

    course: Course
    ground: str


Owed: TypeAlias = Due | Overdue | Filed | Returned | Accepted | Defaulted | Lifted
Obligation: TypeAlias = NotOwed | Owed
