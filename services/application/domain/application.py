"""Application: DRAFT → SUBMITTED (→ RETURNED → SUBMITTED)*, and the paper that goes with it (C4, C5.1, C5.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar, assert_never

from services.application.domain.attachments import AddAttachment, RemoveAttachment, attach, detach
from services.application.domain.choice import as_begun, unless_unknown
from services.application.domain.editing import (
    ApplicationHasLapsed,
    ApplicationIsDecided,
    ApplicationIsWithdrawn,
    FilingAct,
    editable,
    following,
    may_change,
    unless_barred,
)
from services.application.domain.evolution import evolve
from services.application.domain.form import save
from services.application.domain.lapse import LapseApplication, lapse
from services.application.domain.paper import ExportPdf, ReceivePaper, export, receive
from services.application.domain.returns import TakeReturn, resubmit, take_return
from services.application.domain.states import (
    Application,
    ApplicationEvent,
    Draft,
    Lapsed,
    NotStarted,
    Returned,
    Submitted,
    Withdrawn,
    versions_of,
)
from services.application.domain.submission import SubmitApplication, submit
from services.application.domain.terms import Applicant, RoundTerms
from services.application.domain.waivers import RequestWaiver, request_waiver
from services.application.domain.withdrawal import WithdrawApplication, withdraw
from shared.contracts.application import ApplicationStarted
from shared.contracts.form import T1, T2, T3, T4
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted, Refusal, require


@dataclass(frozen=True, slots=True)
class StartApplication:
    """A certified organization begins its application, comprehensive or professional (C1, C2.2.2, C5.2).

    One that was withdrawn before anything was filed is not live: it is begun anew, with an empty form.
    """

    application: str
    applicant: Applicant
    terms: RoundTerms
    kind: str
    category: tuple[str, ...]
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class SaveForm(FilingAct):
    """Save one table (C4.1); `revision` is the one last seen, 0 at first."""

    application: str
    table: T1 | T2 | T3 | T4
    revision: int
    by: Actor
    at: Instant
    terms: RoundTerms | None
    """Without them a draft that lapsed stays closed."""
    applicant: Applicant | None
    """The organization as registration has it now, as far as that was heard."""


Filing: TypeAlias = SaveForm | AddAttachment | RemoveAttachment | SubmitApplication | RequestWaiver
"""What an applicant does, of an organization as registration has it now."""
TimedT = TypeVar("TimedT", bound=Filing | LapseApplication)
Command: TypeAlias = (
    StartApplication
    | SaveForm
    | AddAttachment
    | RemoveAttachment
    | SubmitApplication
    | ExportPdf
    | ReceivePaper
    | RequestWaiver
    | TakeReturn
    | WithdrawApplication
    | LapseApplication
)


class OrganizationNotCertified(Refusal):
    """Only certified organizations apply."""

    title = "The organization is not certified"
    clause = "C5.2"
    field = "organization"


class RoundNotOpen(Refusal):
    """The round takes no applications."""

    title = "The round is not open"
    clause = "C5.2"
    field = "round"


class ApplicationAlreadyStarted(Refusal):
    """One application per organization and round."""

    title = "The organization has an application in this round"
    clause = "C2.2.2"
    rule = "R14"


def decide(state: Application, command: Command) -> Sequence[ApplicationEvent]:
    """What happens, or a refusal."""
    match command:
        case StartApplication():
            return _start(state, command)
        case SaveForm() | AddAttachment() | RemoveAttachment() | SubmitApplication() | RequestWaiver():
            return _unless_decided(following(state, command.applicant), _in_its_time(command))
        case LapseApplication():
            return lapse(following(state, command.applicant), _in_its_time(command))
        case TakeReturn() | WithdrawApplication():
            return take_return(state, command) if isinstance(command, TakeReturn) else withdraw(state, command)
        case ExportPdf():
            return export(state, command)
        case ReceivePaper():
            return _unless_decided(state, command)
        case _:
            assert_never(command)


def _in_its_time(command: TimedT) -> TimedT:
    """The command by the round's terms for its very applicant."""
    return command if command.terms is None else replace(command, terms=command.terms.of(command.applicant))


def _unless_decided(state: Application, command: Filing | ReceivePaper) -> Sequence[ApplicationEvent]:
    """What happens; nothing moves what is decided, and a retry of what happened before is none the less one."""
    if not command.final:
        return _file(state, command)
    try:
        again = _file(state, command)
    except NotPermitted:
        raise
    except Refusal as refusal:
        raise ApplicationIsDecided from refusal
    if again:
        raise ApplicationIsDecided
    return again


def _file(state: Application, command: Filing | ReceivePaper) -> Sequence[ApplicationEvent]:
    match command:
        case SaveForm():
            return _save(state, command)
        case AddAttachment():
            return attach(state, command)
        case RemoveAttachment():
            return detach(state, command)
        case SubmitApplication():
            return _submit(state, command)
        case RequestWaiver():
            return request_waiver(state, command)
        case ReceivePaper():
            return receive(state, command)
        case _:
            assert_never(command)


def _submit(state: Application, command: SubmitApplication) -> Sequence[ApplicationEvent]:
    returned = state.before if isinstance(state, Lapsed) else state
    return resubmit(returned, command) if isinstance(returned, Returned) else submit(state, command)


def _start(state: Application, command: StartApplication) -> Sequence[ApplicationEvent]:
    applicant = command.applicant
    require(command.by, Role.FILER, organization=applicant.organization)
    match state:
        case NotStarted():
            return [_started(command)]
        case Withdrawn() if versions_of(state):
            detail = "a version of it was filed; the organization applies again in another round"
            raise ApplicationIsWithdrawn(detail, detail_zh="曾提交过，本轮不能再次申报")
        case Withdrawn():
            return [_started(command)]
        case Lapsed(before=Returned()):
            raise ApplicationHasLapsed("what was returned was to be corrected in time", detail_zh="退回后未按期补正")
        case Draft() | Submitted() | Returned() | Lapsed():
            if (state.started.kind, state.started.category) == (command.kind, command.category):
                return []
            raise ApplicationAlreadyStarted
        case _:
            assert_never(state)


def _started(command: StartApplication) -> ApplicationStarted:
    applicant = command.applicant
    unless_barred(applicant)
    if not applicant.certified:
        raise OrganizationNotCertified
    if not command.terms.open or command.terms.closed:
        raise RoundNotOpen
    as_begun(command.kind, command.category, command.terms)
    return ApplicationStarted(
        application=command.application,
        organization=applicant.organization,
        uscc=applicant.uscc,
        organization_name=applicant.name,
        legal_form=applicant.legal_form,
        district=applicant.district,
        round=command.terms.round,
        kind=command.kind,
        category=command.category,
    )


def _save(state: Application, command: SaveForm) -> Sequence[ApplicationEvent]:
    started, form = editable(state, command)
    if isinstance(command.table, T1) and command.terms is not None:
        unless_unknown(command.table.category, command.terms, "t1.category")
    events = save(started, form, command.table, command.revision)
    for event in events:
        may_change(state, event)
    return events


APPLICATION_DECIDER: Decider[Application, Command, ApplicationEvent] = Decider(NotStarted(), decide, evolve)
