"""Obligation: DUE → FILED ⇄ RETURNED → ACCEPTED, or DUE → OVERDUE → FILED late | DEFAULTED (C3.1, C3.2, C3.3)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from services.reporting.domain.calendar import AMENDED, RescheduleObligation, reschedule
from services.reporting.domain.evolution import ObligationEvent, evolve
from services.reporting.domain.falling_due import (
    REMOVED,
    REVOKED,
    DeclareDefault,
    LiftObligation,
    NoteOverdue,
    SendReminder,
    fall_due,
    lift,
)
from services.reporting.domain.filing import (
    KINDS,
    FilePolicyDigest,
    FileServiceCase,
    FileServicePlan,
    FileServiceReport,
    Filing,
    NothingIsCorrected,
    ReportDifficulties,
    ToFile,
    content,
    filed,
    is_the_same,
)
from services.reporting.domain.returns import AcceptReport, ReportAlreadyAccepted, ReturnReport, accept, send_back
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
from shared.contracts.obligations import OBLIGATION_NAMES, obligation_id
from shared.contracts.publication import AgreementSigned
from shared.contracts.reporting import ObligationCreated
from shared.contracts.round import ObligationTerm
from shared.kernel.actor import Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant, local_text, plus_days
from shared.kernel.refusal import Refusal, Unknown, require

# Commands


@dataclass(frozen=True, slots=True)
class CreateObligation:
    """The round asks this of whoever has signed (C3.1, C3.5); commanded by the service itself."""

    agreement: AgreementSigned
    term: ObligationTerm


Command: TypeAlias = (
    CreateObligation
    | FileServiceReport
    | FileServicePlan
    | FileServiceCase
    | FilePolicyDigest
    | ReportDifficulties
    | ReturnReport
    | AcceptReport
    | SendReminder
    | NoteOverdue
    | DeclareDefault
    | LiftObligation
    | RescheduleObligation
)

# Refusals


class ObligationNotOwed(Unknown):
    """Nothing of the kind is owed."""

    title = "There is no such obligation"
    clause = "C3.1"
    field = "obligation"


class AnotherKindIsOwed(Refusal):
    """A report does not stand for a plan."""

    title = "Something of another kind is owed"
    clause = "C3.1"
    field = "obligation"


class ReportAlreadyFiled(Refusal):
    """A filed report changes only after a return."""

    title = "The report is filed already"
    clause = "C3.1"


class ReportIsDefaulted(Refusal):
    """The days of grace are over; it is taken again only while an order to put it right runs."""

    title = "The time for filing, with its days of grace, is over"
    clause = "C3.1"


class ReportTooEarly(Refusal):
    """Nobody reports on what has not happened yet."""

    title = "It cannot be filed before its period is over"
    clause = "C3.1"
    field = "obligation"


class NoLongerOwed(Refusal):
    """The approval that the obligation came with has ended, or the round asks for it no longer."""

    title = "It is owed no more"
    clause = "C3.1"


class ReportVersionIsNotNext(Refusal):
    """Versions count from 1 without a gap."""

    title = "The version is not the next one"
    field = "version"


def decide(state: Obligation, command: Command) -> Sequence[ObligationEvent]:
    """What happens, or a refusal."""
    match command:
        case CreateObligation(agreement, term):
            return [_created(agreement, term)] if _may_begin(state) else []
        case SendReminder() | NoteOverdue() | DeclareDefault():
            return fall_due(state, command)
        case LiftObligation():
            return lift(state, command)
        case RescheduleObligation():
            return reschedule(state, command)
        case (
            FileServiceReport()
            | FileServicePlan()
            | FileServiceCase()
            | FilePolicyDigest()
            | ReportDifficulties()
            | ReturnReport()
            | AcceptReport()
        ):
            if isinstance(state, NotOwed):
                raise ObligationNotOwed
            return _commanded(state, command)
        case _:
            assert_never(command)


def _may_begin(state: Obligation) -> bool:
    """What ended with a revocation, a correction of the list or an amended calendar may be owed again, nothing else."""
    return isinstance(state, NotOwed) or (isinstance(state, Lifted) and state.ground in (REVOKED, REMOVED, AMENDED))


def _commanded(state: Owed, command: ToFile | ReturnReport | AcceptReport) -> Sequence[ObligationEvent]:
    match command:
        case ReturnReport():
            require(command.by, Role.CITY_OFFICER)
            return send_back(state, command)
        case AcceptReport():
            require(command.by, Role.CITY_OFFICER)
            return accept(state, command)
        case FileServiceReport() | FileServicePlan() | FileServiceCase() | FilePolicyDigest() | ReportDifficulties():
            require(command.by, Role.FILER, organization=state.course.creation.organization)
            return _file(state, command)
        case _:
            assert_never(command)


def _created(agreement: AgreementSigned, term: ObligationTerm) -> ObligationCreated:
    return ObligationCreated(
        obligation=obligation_id(agreement.application, term.kind, term.year, term.period),
        organization=agreement.organization,
        application=agreement.application,
        round=agreement.round,
        kind=term.kind,
        year=term.year,
        due=term.due.value,
        period=term.period,
        opens_at=None if term.opens_at is None else term.opens_at.value,
    )


def _file(state: Owed, command: ToFile) -> Sequence[ObligationEvent]:
    course = state.course
    if course.creation.kind != KINDS[type(command)]:
        zh, en = OBLIGATION_NAMES[course.creation.kind]
        raise AnotherKindIsOwed(f"a {en} is owed", detail_zh=f"此项应报送{zh}")
    if any(is_the_same(command, filing) for filing in course.filings):
        return []
    match state:
        case Due():
            return [_taken(course, command, course.creation.due)]
        case Returned(due=due):
            _corrected(course, command)
            return [_taken(course, command, due)]
        case Overdue(overdue=overdue):
            _corrected(course, command)
            return [_taken(course, replace(command, grace_days=overdue.days), overdue.due)]
        case Defaulted() if command.rectify_until is not None and command.at < command.rectify_until:
            return [_taken(course, replace(command, grace_days=None), course.creation.due)]
        case Filed() | Accepted() | Defaulted() | Lifted():
            raise _not_taken(state)
        case _:
            assert_never(state)


def _corrected(course: Course, command: ToFile) -> None:
    if command.changed and course.filings and content(course.filings[-1]) == content(command):
        raise NothingIsCorrected


def _not_taken(state: Filed | Accepted | Defaulted | Lifted) -> Refusal:
    match state:
        case Filed():
            return ReportAlreadyFiled()
        case Accepted():
            return ReportAlreadyAccepted()
        case Defaulted():
            return ReportIsDefaulted()
        case Lifted():
            return NoLongerOwed()
        case _:
            assert_never(state)


def _taken(course: Course, command: ToFile, due: str) -> Filing:
    if command.version != course.version + 1:
        following = course.version + 1
        raise ReportVersionIsNotNext(f"the next version is {following}", detail_zh=f"应为第{following}版")
    if command.grace_days is not None and command.at >= plus_days(Instant(due), command.grace_days):
        raise ReportIsDefaulted
    opens_at = course.creation.opens_at
    if opens_at is not None and command.at < opens_at:
        opens = local_text(Instant(opens_at))
        raise ReportTooEarly(f"it may be filed from {opens} on", detail_zh=f"{opens}起方可报送")
    return filed(command, course.creation, late=command.at >= due)


OBLIGATION_DECIDER: Decider[Obligation, Command, ObligationEvent] = Decider(NotOwed(), decide, evolve)
