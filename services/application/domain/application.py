"""Application: DRAFT → SUBMITTED, and the paper that goes with it (C4, C5.1, C5.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

from services.application.domain.form import Form, filing, inputs_hash, save, saved, snapshot_hash
from services.application.domain.rules.registry import Evaluation, evaluate
from services.application.domain.terms import Applicant, RoundTerms
from shared.contracts.application import (
    ApplicationStarted,
    ApplicationSubmitted,
    EligibilityEvaluated,
    FormSaved,
    LateSubmissionRefused,
    PaperReceived,
)
from shared.contracts.form import T1, T2, T3, T4
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant
from shared.kernel.refusal import Refusal, Unknown, require

FIRST_VERSION = 1

# Commands


@dataclass(frozen=True, slots=True)
class StartApplication:
    """A certified organization begins its application."""

    application: str
    applicant: Applicant
    terms: RoundTerms
    kind: str
    category: tuple[str, ...]
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class SaveForm:
    """Save one table; `revision` is the one last seen, 0 at first."""

    application: str
    table: T1 | T2 | T3 | T4
    revision: int
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class SubmitApplication:
    """File the form online; `at` is when the server accepted the request."""

    application: str
    terms: RoundTerms
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class ReceivePaper:
    """The district's receipt clerk takes the paper; version and hash are read from it."""

    application: str
    version: int
    snapshot_hash: str
    copies: int
    by: Actor
    at: Instant


Command: TypeAlias = StartApplication | SaveForm | SubmitApplication | ReceivePaper
ApplicationEvent: TypeAlias = (
    ApplicationStarted | FormSaved | EligibilityEvaluated | ApplicationSubmitted | LateSubmissionRefused | PaperReceived
)

# States


@dataclass(frozen=True, slots=True)
class NotStarted:
    """The organization has no application in this round."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Being filled in; `evaluated` and `refused` are the last failed attempts to submit."""

    started: ApplicationStarted
    form: Form = field(default_factory=Form)
    evaluated: EligibilityEvaluated | None = None
    refused: LateSubmissionRefused | None = None


@dataclass(frozen=True, slots=True)
class Submitted:
    """Filed online; this version never changes."""

    started: ApplicationStarted
    form: Form
    submission: ApplicationSubmitted
    papers: tuple[PaperReceived, ...] = ()


Application: TypeAlias = NotStarted | Draft | Submitted

# Refusals


class ApplicationNotStarted(Unknown):
    """No such application."""

    title = "There is no such application"
    field = "application"


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


class VersionIsSubmitted(Refusal):
    """A submitted version is immutable."""

    title = "A submitted version never changes"
    clause = "C5.2"


class ApplicationAlreadySubmitted(Refusal):
    """It is filed; a second submission needs a return first."""

    title = "The application is submitted already"
    clause = "C5.2"


class SubmissionTooLate(Refusal):
    """Received at or after the deadline."""

    title = "The submission came after the deadline"
    clause = "C5.2"
    rule = "R19"
    field = "received_at"


class NotEligible(Refusal):
    """A rule that nothing can waive failed, or something is missing."""

    title = "The application does not meet the conditions"
    clause = "C2"


class FormIncomplete(NotEligible):
    """All four tables are filed together."""

    title = "The form is not complete"
    clause = "C4.1"


class PaperBeforeSubmission(Refusal):
    """The paper is a print of the submitted version."""

    title = "There is no submitted version that the paper could be"
    clause = "C5.2"


class PaperReceivedAlready(Refusal):
    """The matching paper was taken before."""

    title = "The paper was received already"
    clause = "C5.1"


# Evolve


def evolve(state: Application, event: ApplicationEvent) -> Application:  # noqa: PLR0911 - one return an event
    """The state after `event`; an event that cannot follow leaves the state as it is."""
    match state, event:
        case _, ApplicationStarted():
            return Draft(event)
        case Draft(form=form), FormSaved():
            return replace(state, form=saved(form, event))
        case Draft(), EligibilityEvaluated():
            return replace(state, evaluated=event)
        case Draft(), LateSubmissionRefused():
            return replace(state, refused=event)
        case Draft(started, form), ApplicationSubmitted():
            return Submitted(started, form, event)
        case Submitted(papers=papers), PaperReceived():
            return replace(state, papers=(*papers, event))
        case _:
            return state


# Decide


def decide(state: Application, command: Command) -> Sequence[ApplicationEvent]:
    """What happens, or a refusal."""
    match command:
        case StartApplication():
            return _start(state, command)
        case SaveForm():
            return _save(state, command)
        case SubmitApplication():
            return _submit(state, command)
        case ReceivePaper():
            return _receive(state, command)
        case _:
            assert_never(command)


def _start(state: Application, command: StartApplication) -> Sequence[ApplicationEvent]:
    applicant = command.applicant
    require(command.by, Role.FILER, organization=applicant.organization)
    started = ApplicationStarted(
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
    match state:
        case NotStarted():
            if not applicant.certified:
                raise OrganizationNotCertified
            if not command.terms.open:
                raise RoundNotOpen
            return [started]
        case Draft() | Submitted():
            if (state.started.kind, state.started.category) == (command.kind, command.category):
                return []
            raise ApplicationAlreadyStarted
        case _:
            assert_never(state)


def _save(state: Application, command: SaveForm) -> Sequence[ApplicationEvent]:
    match state:
        case NotStarted():
            raise ApplicationNotStarted
        case Draft(started, form):
            require(command.by, Role.FILER, organization=started.organization)
            return save(started, form, command.table, command.revision)
        case Submitted(started):
            require(command.by, Role.FILER, organization=started.organization)
            raise VersionIsSubmitted
        case _:
            assert_never(state)


def _submit(state: Application, command: SubmitApplication) -> Sequence[ApplicationEvent]:
    match state:
        case NotStarted():
            raise ApplicationNotStarted
        case Draft(started):
            require(command.by, Role.FILER, organization=started.organization)
            return _file(state, command)
        case Submitted(started, _, submission):
            require(command.by, Role.FILER, organization=started.organization)
            if submission.received_at == command.at:
                return []
            raise ApplicationAlreadySubmitted
        case _:
            assert_never(state)


def _file(draft: Draft, command: SubmitApplication) -> Sequence[ApplicationEvent]:
    terms, application = command.terms, draft.started.application
    if command.at >= terms.deadline:
        late = LateSubmissionRefused(application=application, received_at=command.at, deadline=terms.deadline)
        detail = f"received at {command.at}, the deadline is {terms.deadline}"
        raise SubmissionTooLate(detail, record=() if draft.refused == late else (late,))
    evaluation = evaluate(filing(draft.form, terms, command.at), terms.rules)
    evaluated = EligibilityEvaluated(
        application=application,
        version=FIRST_VERSION,
        as_of=command.at,
        rule_set_hash=terms.rule_set_hash,
        inputs_hash=inputs_hash(draft.form, terms, command.at),
        results=evaluation.results,
        overall=evaluation.overall,
    )
    if evaluation.blocking:
        record = () if draft.evaluated == evaluated else (evaluated,)
        if lacking := draft.form.lacking:
            raise FormIncomplete(f"not saved: {', '.join(lacking)}", field=lacking[0].lower(), record=record)
        raise _ineligible(evaluation, record)
    return [evaluated, _submitted(draft, command, evaluation)]


def _ineligible(evaluation: Evaluation, record: Sequence[EligibilityEvaluated]) -> NotEligible:
    first = next(result for result in evaluation.results if result.rule == evaluation.blocking[0])
    others = f"; so do {', '.join(evaluation.blocking[1:])}" if evaluation.blocking[1:] else ""
    detail = f"{first.rule} refuses {first.observed}{others}"
    return NotEligible(detail, rule=first.rule, clause=first.clause, record=record)


def _submitted(draft: Draft, command: SubmitApplication, evaluation: Evaluation) -> ApplicationSubmitted:
    started, t1 = draft.started, draft.form.t1
    assert t1 is not None, "a missing table blocks the submission"
    return ApplicationSubmitted(
        application=started.application,
        organization=started.organization,
        uscc=started.uscc,
        organization_name=started.organization_name,
        district=started.district,
        round=started.round,
        kind=t1.kind,
        category=t1.category[0] if t1.category else None,
        version=FIRST_VERSION,
        snapshot_hash=snapshot_hash(draft.form),
        received_at=command.at,
        overall=evaluation.overall,
        failed=evaluation.failed,
        to_judge=evaluation.to_judge,
    )


def _receive(state: Application, command: ReceivePaper) -> Sequence[ApplicationEvent]:
    match state:
        case NotStarted():
            raise ApplicationNotStarted
        case Draft(started):
            require(command.by, Role.RECEIPT_CLERK, district=started.district)
            raise PaperBeforeSubmission
        case Submitted(started, _, submission, papers):
            require(command.by, Role.RECEIPT_CLERK, district=started.district)
            return _paper(submission, papers, command)
        case _:
            assert_never(state)


def _paper(
    submission: ApplicationSubmitted, papers: Sequence[PaperReceived], command: ReceivePaper
) -> Sequence[ApplicationEvent]:
    received = PaperReceived(
        application=submission.application,
        organization=submission.organization,
        district=submission.district,
        round=submission.round,
        version=command.version,
        snapshot_hash=command.snapshot_hash,
        copies=command.copies,
        received_at=command.at,
        matches=(command.version, command.snapshot_hash) == (submission.version, submission.snapshot_hash),
    )
    if received in papers:
        return []
    if any(paper.matches for paper in papers):
        raise PaperReceivedAlready
    return [received]


APPLICATION_DECIDER: Decider[Application, Command, ApplicationEvent] = Decider(NotStarted(), decide, evolve)
