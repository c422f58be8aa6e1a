"""A list that waits: for its district's filing deadline, and for everything that was filed there in time (C5.3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never

from services.review.domain.district_states import (
    Admitted,
    Declined,
    Dismissed,
    DistrictReview,
    Ended,
    Escalated,
    NotOpened,
    Open,
    Recommended,
    Returned,
    Upheld,
)
from services.review.domain.silence import silence_escalates
from shared.contracts.application import DeadlineExtended
from shared.contracts.policy import letters_in_force
from shared.contracts.round import RoundParameters
from shared.kernel.instants import Instant
from shared.kernel.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Completeness:
    """What a district's list waits for."""

    filed_until: Instant
    """The first instant that is too late to file in the district."""
    undecided: tuple[str, ...]
    """The organizations whose applications the district has still to decide, or to have back."""
    running: tuple[str, ...]
    """Those that a letter of their own gives more time to file, which is not over."""


class FilingIsOpen(Refusal):
    """Whoever still files in time may still be recommended."""

    title = "Applications may still be filed in the district"
    clause = "C5.3"


class ReviewsUndecided(Refusal):
    """Everything that was filed in time is recommended, declined, lapsed or withdrawn before the list is fixed."""

    title = "The district has not decided every application"
    clause = "C5.3"


class MoreTimeRuns(Refusal):
    """Whoever was given more time by a letter may still come onto the list."""

    title = "More time that a letter gave an applicant of the district is not over"
    clause = "C5.3"


def filed_until(parameters: RoundParameters, extensions: Iterable[DeadlineExtended], district: str) -> Instant:
    """The first instant that is too late to file in a district, but for whoever has more time alone."""
    longer = [one.new for one in letters_in_force(extensions) if one.target in (None, district)]
    return Instant(max([parameters.calendar.submission_deadline.value, *longer]))


def still_running(unfiled: Mapping[str, str], extensions: Iterable[DeadlineExtended], at: Instant) -> tuple[str, ...]:
    """Of those that have not filed, or let a return lapse, by application, the names of whom a letter gives time."""
    longer = [one for one in letters_in_force(extensions) if one.target in unfiled and at < one.new]
    return tuple(unfiled[one.target] for one in longer if one.target is not None)


def waited_for(
    parameters: RoundParameters,
    extensions: Iterable[DeadlineExtended],
    district: str,
    undecided: Iterable[str],
    running: Iterable[str],
) -> Completeness | None:
    """What the district's list waits for; None where the round does not ask that it be complete."""
    if not parameters.batches.complete:
        return None
    return Completeness(filed_until(parameters, extensions, district), tuple(sorted(undecided)), tuple(sorted(running)))


def rows_stand(parameters: RoundParameters) -> bool:
    """Whether a list is sent only as long as each of its rows stands recommended."""
    return silence_escalates(parameters) or parameters.batches.complete


def is_undecided(state: DistrictReview) -> bool:
    """Whether the district has still to decide a version, or to have it back from its applicant."""
    match state:
        case Open() | Returned():
            return True
        case NotOpened() | Recommended() | Declined() | Upheld() | Escalated() | Admitted() | Dismissed() | Ended():
            return False
        case _:
            assert_never(state)


def complete(waits_for: Completeness | None, at: Instant) -> None:
    """Raise `FilingIsOpen` or `ReviewsUndecided` while there is something that the list waits for."""
    if waits_for is None:
        return
    if at < waits_for.filed_until:
        raise FilingIsOpen(f"until {waits_for.filed_until}", detail_zh=f"申报截止{waits_for.filed_until}")
    if waits_for.running:
        names = ", ".join(waits_for.running)
        detail_zh = f"以下单位经公函延期，期限未满：{'、'.join(waits_for.running)}"
        raise MoreTimeRuns(f"it runs for: {names}", detail_zh=detail_zh)
    if waits_for.undecided:
        undecided = waits_for.undecided
        raise ReviewsUndecided(
            f"to be decided first: {', '.join(undecided)}",
            detail_zh=f"尚有{len(undecided)}份申报未作出决定：{'、'.join(undecided)}",
        )
