"""Returns: what the district sends back, for how long; what ends a review, and what opens it again (C5.3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never

from services.review.domain.compliance import MEMBERS, path
from services.review.domain.district_states import (
    Admitted,
    Declined,
    Dismissed,
    DistrictAct,
    DistrictReview,
    Ended,
    Escalated,
    NotOpened,
    Open,
    Recommended,
    Returned,
    ReviewAlreadyDecided,
    Underway,
    Upheld,
    VersionIsStale,
    checks_of,
    may_revise,
)
from shared.contracts import district_time
from shared.contracts.correction import ItemToCorrect
from shared.contracts.district_time import Passage
from shared.contracts.event import Event
from shared.contracts.policy import days_of
from shared.contracts.review import (
    DistrictReviewClosed,
    DistrictReviewOpened,
    DistrictReviewReopened,
    DistrictReviewReturned,
)
from shared.contracts.round import RoundParameters
from shared.kernel.actor import Actor
from shared.kernel.instants import Instant, LocalDate, end_of_day, end_of_day_after, to_datetime
from shared.kernel.refusal import Malformed, Refusal

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Correcting:
    """What the round says of corrections; `days` is None where it knows none."""

    days: int | None
    materials: frozenset[int]
    not_before: Instant | None
    """The round's deadline, where no return ends before it."""


@dataclass(frozen=True, slots=True)
class ReturnForCorrection(DistrictAct):
    """A clerk sends a version back: these items, and nothing else, may change (C5.3)."""

    application: str
    version: int
    items: tuple[ItemToCorrect, ...]
    due: Instant | None
    """First instant that is too late; None for as long as the round gives."""
    terms: Correcting
    by: Actor
    at: Instant
    sealed: bool
    """Whether the district's batch is sealed or sent."""
    revisable: bool
    """Whether what stands recommended may be returned; see `may_revise`."""


@dataclass(frozen=True, slots=True)
class CloseReview:
    """The application was withdrawn or lapsed; commanded by the service itself."""

    application: str
    organization: str
    round: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReopenReview:
    """An appeal was remitted to the district; commanded by the service itself (C5.4)."""

    application: str
    appeal: str
    """The id of the event that decided the appeal."""
    due: Instant | None
    """First instant that is too late to recommend it again; None where the round gives no time."""


class RoundKnowsNoCorrections(Refusal):
    """The round fixed no time for corrective paths."""

    title = "The round gives no time to correct or to reconsider"
    clause = "C5.3"


class ReturnDueOutOfRange(Refusal):
    """After the return, and no later than the round allows."""

    title = "The time to correct lies outside what the round allows"
    clause = "C5.3"
    field = "due"


class ItemNotCorrectable(Malformed):
    """A table, a member of a table, or a material of the round."""

    title = "There is no such item to correct"
    clause = "C5.3"
    field = "items"


class ItemsRepeat(Malformed):
    """Each item is named once."""

    title = "An item to correct is named twice"
    clause = "C5.3"
    field = "items"


def correcting(parameters: RoundParameters) -> Correcting:
    """The round's time to correct, and the materials that it knows."""
    corrections = parameters.corrections
    materials = frozenset(material.number for material in parameters.materials)
    deadline = parameters.calendar.submission_deadline.value
    runs_on = corrections.not_before_deadline
    return Correcting(days_of(corrections.return_days), materials, Instant(deadline) if runs_on else None)


def district_deadline(parameters: RoundParameters) -> Instant:
    """The first instant that is too late for a district."""
    return end_of_day(LocalDate(parameters.calendar.district_deadline.value))


def minutes_late(at: Instant, deadline: Instant) -> int:
    """Whole minutes after the deadline, rounded up; 0 before it, and at least 1 at or after it."""
    if at < deadline:
        return 0
    late = to_datetime(at) - to_datetime(deadline)
    return max(1, -(-late // MINUTE))


def remitted_until(events: Iterable[Event]) -> Instant | None:
    """Until when a review's last remit lets it be recommended; None where it never was or no time runs."""
    dues = [one.due for one in events if isinstance(one, DistrictReviewReopened)]
    return None if not dues or dues[-1] is None else Instant(dues[-1])


def reached(events: Iterable[tuple[Instant, Event]]) -> Instant:
    """When an application reached its district: first, or last within an extension after its return had run out."""
    arrived, due = None, None
    for at, event in events:
        if isinstance(event, DistrictReviewReturned):
            due = event.due
        elif isinstance(event, DistrictReviewOpened) and (arrived is None or (due is not None and at >= due)):
            arrived = at
    assert arrived is not None, "a review begins with its opening"
    return arrived


def time_for(
    parameters: RoundParameters,
    arrived: Instant,
    sent_back: Iterable[tuple[Instant, Instant]],
    remitted: Instant | None,
) -> Instant:
    """The first instant that is too late for a district to decide one review, given when it returned it until when.

    See `district_time.time_for`; what an appeal was `remitted` for it may decide until then at least (C5.4).
    """
    deadline, days = district_deadline(parameters), correcting(parameters).days
    if days is None:
        return max(deadline, remitted or deadline)
    return district_time.time_for(deadline, days, Passage(arrived, tuple(sent_back), remitted))


def send_back(state: Underway, command: ReturnForCorrection) -> Sequence[DistrictReviewReturned]:
    """Return an open version, or one that stands recommended on an open list, once."""
    match state:
        case Open():
            return [_returned(state, command)]
        case Recommended(checks, recommendation):
            may_revise(checks, revisable=command.revisable, sealed=command.sealed)
            return [replace(_returned(checks, command), revokes=recommendation.order)]
        case Returned(returned=before) if (before.version, before.items) == (command.version, command.items):
            return []
        case Returned() | Declined() | Upheld() | Escalated() | Admitted() | Dismissed() | Ended():
            raise ReviewAlreadyDecided
        case _:
            assert_never(state)


def _returned(checks: Open, command: ReturnForCorrection) -> DistrictReviewReturned:
    opening = checks.opening
    if command.version != opening.version:
        raise VersionIsStale(
            f"version {opening.version} is under review", detail_zh=f"正在审核的是第{opening.version}版"
        )
    _named(command.items, command.terms.materials)
    return DistrictReviewReturned(
        application=opening.application,
        organization=opening.organization,
        round=opening.round,
        district=opening.district,
        version=opening.version,
        items=command.items,
        due=_due(command),
    )


def _due(command: ReturnForCorrection) -> Instant:
    if command.terms.days is None:
        raise RoundKnowsNoCorrections
    earliest = max(command.at, command.terms.not_before or command.at)
    last = max(end_of_day_after(command.at, command.terms.days), earliest)
    due = command.due or last
    if not (command.at < due and earliest <= due <= last):
        raise ReturnDueOutOfRange(
            f"it is to lie after {command.at}, from {earliest} on and not after {last}",
            detail_zh=f"应晚于{command.at}，不早于{earliest}，不晚于{last}",
        )
    return due


def _named(items: Sequence[ItemToCorrect], materials: frozenset[int]) -> None:
    known = MEMBERS | {path(number) for number in materials}
    for index, item in enumerate(items):
        if item.path not in known:
            raise ItemNotCorrectable(
                f"{item.path} names no table, member or material",
                detail_zh=f"“{item.path}”不是申报表、填报项或材料",
                field=f"items.{index}.path",
            )
    paths = {item.path for item in items}
    if not items or len(paths) < len(items):
        expected = ItemNotCorrectable("at least one item is expected", detail_zh="至少须列出一项")
        raise ItemsRepeat if items else expected


def close(state: DistrictReview, command: CloseReview) -> Sequence[DistrictReviewClosed]:
    """End the review, whatever it had come to."""
    if isinstance(state, NotOpened | Ended):
        return []
    return [
        DistrictReviewClosed(
            application=command.application,
            organization=command.organization,
            round=command.round,
            reason=command.reason,
        )
    ]


def reopen(state: DistrictReview, command: ReopenReview) -> Sequence[DistrictReviewReopened]:
    """Open a review again, once for each appeal; one that the list overtook undecided has time once more."""
    if isinstance(state, NotOpened | Ended):
        return []
    opening, before = checks_of(state).opening, checks_of(state).reopened
    if isinstance(before, DistrictReviewReopened) and before.appeal == command.appeal:
        return []
    return [
        DistrictReviewReopened(
            application=opening.application,
            organization=opening.organization,
            round=opening.round,
            district=opening.district,
            version=opening.version,
            appeal=command.appeal,
            due=command.due,
        )
    ]
