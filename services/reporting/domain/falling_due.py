"""What the clock brings to what is owed, and what the end of the approval lifts (C3.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

from services.reporting.domain.states import (
    Accepted,
    Defaulted,
    Due,
    Filed,
    Lifted,
    NotOwed,
    Obligation,
    Overdue,
    Returned,
)
from shared.contracts.reporting import (
    ObligationCreated,
    ObligationLifted,
    ReminderSent,
    ReportDefaulted,
    ReportOverdue,
)
from shared.kernel.instants import Instant, plus_days

REVOKED: Final = "revoked"
EXPIRED: Final = "expired"
REMOVED: Final = "removed"
"""From the list, by a correction."""

# Commands


@dataclass(frozen=True, slots=True)
class SendReminder:
    """By the clock: it is due within `days`."""

    obligation: str
    days: int
    at: Instant


@dataclass(frozen=True, slots=True)
class NoteOverdue:
    """By the clock: its due instant passed; after `days` more it is a default."""

    obligation: str
    days: int
    at: Instant


@dataclass(frozen=True, slots=True)
class DeclareDefault:
    """By the clock: it was not filed within the days of grace."""

    obligation: str
    at: Instant


@dataclass(frozen=True, slots=True)
class LiftObligation:
    """The approval ended at `at`, `revoked`, `removed` or `expired`; commanded by the service itself."""

    obligation: str
    ground: str
    at: Instant


ByTheClock: TypeAlias = SendReminder | NoteOverdue | DeclareDefault


def fall_due(state: Obligation, command: ByTheClock) -> Sequence[ReminderSent | ReportOverdue | ReportDefaulted]:
    """What the clock brings; nothing where it does not apply any more, or not yet."""
    match command:
        case SendReminder(days=days):
            if isinstance(state, Due) and not state.reminded:
                return _reminder(state.course.creation, days, command.at)
            return []
        case NoteOverdue(days=days):
            return _not_in_time(state, days, command.at)
        case DeclareDefault():
            return _default(state.course.creation, state.overdue, command.at) if isinstance(state, Overdue) else []
        case _:
            assert_never(command)


def _not_in_time(state: Obligation, days: int, at: Instant) -> Sequence[ReportOverdue]:
    match state:
        case Due(course):
            return _overdue(course.creation, course.creation.due, days, at)
        case Returned(course):
            return _overdue(course.creation, state.due, days, at)
        case NotOwed() | Overdue() | Filed() | Accepted() | Defaulted() | Lifted():
            return []
        case _:
            assert_never(state)


def _reminder(creation: ObligationCreated, days: int, at: Instant) -> Sequence[ReminderSent]:
    if not plus_days(Instant(creation.due), -days) <= at < creation.due:
        return []
    return [
        ReminderSent(
            obligation=creation.obligation,
            organization=creation.organization,
            round=creation.round,
            due=creation.due,
        )
    ]


def _overdue(creation: ObligationCreated, due: str, days: int, at: Instant) -> Sequence[ReportOverdue]:
    if at < due:
        return []
    return [
        ReportOverdue(
            obligation=creation.obligation,
            organization=creation.organization,
            round=creation.round,
            due=due,
            days=days,
        )
    ]


def _default(creation: ObligationCreated, overdue: ReportOverdue, at: Instant) -> Sequence[ReportDefaulted]:
    if at < plus_days(Instant(overdue.due), overdue.days):
        return []
    return [
        ReportDefaulted(
            obligation=creation.obligation,
            organization=creation.organization,
            application=creation.application,
            round=creation.round,
            kind=creation.kind,
            year=creation.year,
            due=overdue.due,
        )
    ]


def lift(state: Obligation, command: LiftObligation) -> Sequence[ObligationLifted]:
    """A revocation or a removal lifts what is open; an expiry only what would be due after it."""
    if not isinstance(state, Due | Overdue | Returned):
        return []
    creation = state.course.creation
    if command.ground == EXPIRED and creation.due <= command.at:
        return []
    return [
        ObligationLifted(
            obligation=creation.obligation,
            organization=creation.organization,
            round=creation.round,
            ground=command.ground,
        )
    ]
