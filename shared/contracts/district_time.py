"""How long a district has for an application, and from when on it has let its time pass (C5.3)."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.kernel.instants import Instant, end_of_day_after, plus_seconds


@dataclass(frozen=True, slots=True)
class Passage:
    """What moves a district's time for one application."""

    arrived: Instant
    """When it reached the district, which an extension may have let be late."""
    sent_back: tuple[tuple[Instant, Instant], ...]
    """When it was returned, and until when."""
    remitted: Instant | None
    """Until when an appeal remitted it; None where none did, or gave no time."""


def time_for(deadline: Instant, days: int, passage: Passage) -> Instant:
    """The first instant that is too late for a district, whose deadline is this, to recommend one application.

    It has as many days as the round gives an applicant to correct: from the arrival, and from the end of each return
    made in time, so what was corrected can be decided (C5.3). What an appeal remitted it may decide until that time at
    least (C5.4).
    """
    end = max(deadline, passage.remitted or deadline, end_of_day_after(passage.arrived, days))
    for at, due in passage.sent_back:
        if at < end:
            end = max(end, after_a_return(due, days))
    return end


def after_a_return(due: Instant, days: int) -> Instant:
    """The end of a district's days to decide what was returned until `due`."""
    return end_of_day_after(plus_seconds(due, -1), days)


def silent_from(end: Instant, days: int, opened_again: Iterable[Instant]) -> Instant:
    """The first instant at which a district, whose time ends then, has let it pass.

    What was opened again without a time of its own, the review or its list, gives it the days of a correction.
    """
    return max([end, *(end_of_day_after(at, days) for at in opened_again)])
