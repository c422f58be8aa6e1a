"""How an obligation moves: the state after each of its events (C3.1)."""

from dataclasses import replace
from typing import TypeAlias, assert_never

from services.reporting.domain.filing import Filing
from services.reporting.domain.states import (
    Accepted,
    Course,
    Defaulted,
    Due,
    Filed,
    Lifted,
    NotOwed,
    Obligation,
    Overdue,
    Owed,
    Returned,
)
from shared.contracts.reporting import (
    DifficultiesReported,
    ObligationCreated,
    ObligationLifted,
    ObligationRescheduled,
    PolicyDigestFiled,
    ReminderSent,
    ReportAccepted,
    ReportDefaulted,
    ReportOverdue,
    ReportReturned,
    ServiceCaseFiled,
    ServicePlanFiled,
    ServiceReportFiled,
)

Following: TypeAlias = (
    Filing
    | ReportReturned
    | ReportAccepted
    | ReminderSent
    | ReportOverdue
    | ReportDefaulted
    | ObligationLifted
    | ObligationRescheduled
)
ObligationEvent: TypeAlias = ObligationCreated | Following


def evolve(state: Obligation, event: ObligationEvent) -> Obligation:
    """The state after `event`; an event that cannot follow leaves the state as it is."""
    if isinstance(event, ObligationCreated):
        return Due(Course(event))
    if isinstance(state, NotOwed):
        return state
    return _moved(state, event)


def _moved(state: Owed, event: Following) -> Owed:
    match event:
        case (
            ServiceReportFiled()
            | ServicePlanFiled()
            | ServiceCaseFiled()
            | PolicyDigestFiled()
            | DifficultiesReported()
        ):
            return _filed(state.course, event) if isinstance(state, Due | Overdue | Returned | Defaulted) else state
        case ObligationLifted(ground=ground):
            return Lifted(state.course, ground) if isinstance(state, Due | Overdue | Returned) else state
        case ObligationRescheduled():
            return _rescheduled(state, event)
        case ReportReturned() | ReportAccepted():
            return _answered(state.course, event) if isinstance(state, Filed) else state
        case ReminderSent() | ReportOverdue() | ReportDefaulted():
            return _later(state, event)
        case _:
            assert_never(event)


def _filed(course: Course, event: Filing) -> Filed:
    return Filed(replace(course, filings=(*course.filings, event)))


def _answered(course: Course, event: ReportReturned | ReportAccepted) -> Returned | Accepted:
    if isinstance(event, ReportAccepted):
        return Accepted(course)
    return Returned(replace(course, returns=(*course.returns, event)), event)


def _rescheduled(state: Owed, event: ObligationRescheduled) -> Owed:
    """What was overdue is open again, as it was before: to be filed, or to be corrected."""
    creation = replace(state.course.creation, due=event.new, opens_at=event.opens_at)
    course = replace(state.course, creation=creation)
    match state:
        case Due() | Overdue() | Returned():
            return Returned(course, course.returns[-1]) if course.returns else Due(course)
        case Filed() | Accepted() | Defaulted() | Lifted():
            return state
        case _:
            assert_never(state)


def _later(state: Owed, event: ReminderSent | ReportOverdue | ReportDefaulted) -> Owed:
    match event:
        case ReminderSent():
            return replace(state, reminded=True) if isinstance(state, Due) and not state.reminded else state
        case ReportOverdue():
            return Overdue(state.course, event) if isinstance(state, Due | Returned) else state
        case ReportDefaulted():
            return _defaulted(state.course, event) if isinstance(state, Overdue) else state
        case _:
            assert_never(event)


def _defaulted(course: Course, event: ReportDefaulted) -> Defaulted:
    return Defaulted(replace(course, defaults=(*course.defaults, event)))
