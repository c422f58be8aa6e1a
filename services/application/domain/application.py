"""Application: DRAFT → SUBMITTED, and the paper that goes with it (C4, C5.1, C5.2)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TypeAlias, assert_never

from services.application.domain.rules.finding import Filing
from services.application.domain.rules.registry import Evaluation, evaluate
from shared.auditlog.canonical import hash_of
from shared.contracts.application import (
    ApplicationStarted,
    ApplicationSubmitted,
    EligibilityEvaluated,
    FormSaved,
    LateSubmissionRefused,
    PaperReceived,
)
from shared.contracts.form import T1, T2, T3, T4
from shared.contracts.round import Rule
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, Refusal, Unknown, require

FIRST_VERSION = 1

# Commands


@dataclass(frozen=True, slots=True)
class RoundTerms:
    """What of the round an application's decisions need."""

    round: str
    open: bool
    deadline: Instant
    open_categories: tuple[str, ...]
    rules: tuple[Rule, ...]
    rule_set_hash: str


@dataclass(frozen=True, slots=True)
class Applicant:
    """What registration certified about the organization."""

    organization: str
    uscc: str
    name: str
    legal_form: str
    district: str
    certified: bool


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
class Form:
    """The tables as last saved, and how often each was."""

    t1: T1 | None = None
    t2: T2 | None = None
    t3: T3 | None = None
    t4: T4 | None = None
    revisions: tuple[int, int, int, int] = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class NotStarted:
    """The organization has no application in this round."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Being filled in; `evaluated` and `refused` are the last failed attempts to submit."""

    started: ApplicationStarted
    form: Form = Form()
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


class FormSavedMeanwhile(Refusal):
    """The table was saved by someone else since it was read."""

    title = "The table was saved since it was read"
    field = "revision"


class FormNamesAnotherOrganization(Malformed):
    """T1 names the applicant as it was certified."""

    title = "T1 names another organization than the one that applies"
    clause = "C2.1.1"
    field = "t1.uscc"


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
            return replace(state, form=_saved(form, event))
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


def _saved(form: Form, event: FormSaved) -> Form:
    tables = ("T1", "T2", "T3", "T4")
    revisions = tuple(
        event.revision if table == event.table else revision
        for table, revision in zip(tables, form.revisions, strict=True)
    )
    return Form(
        event.t1 or form.t1,
        event.t2 or form.t2,
        event.t3 or form.t3,
        event.t4 or form.t4,
        (revisions[0], revisions[1], revisions[2], revisions[3]),
    )


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
            return _table(started, form, command)
        case Submitted(started):
            require(command.by, Role.FILER, organization=started.organization)
            raise VersionIsSubmitted
        case _:
            assert_never(state)


def _as_certified(started: ApplicationStarted, table: T1) -> None:
    certified = {
        "uscc": started.uscc,
        "org_name": started.organization_name,
        "legal_form": started.legal_form,
        "district": started.district,
    }
    for member, value in certified.items():
        if (claimed := getattr(table, member)) != value:
            raise FormNamesAnotherOrganization(f"{claimed} was certified as {value}", field=f"t1.{member}")


def _table(started: ApplicationStarted, form: Form, command: SaveForm) -> Sequence[ApplicationEvent]:
    table = command.table
    if isinstance(table, T1):
        _as_certified(started, table)
    name = type(table).__name__
    index = ("T1", "T2", "T3", "T4").index(name)
    present = (form.t1, form.t2, form.t3, form.t4)[index]
    if present == table:
        return []
    if form.revisions[index] != command.revision:
        raise FormSavedMeanwhile(f"{name} is at revision {form.revisions[index]}, not {command.revision}")
    return [
        FormSaved(
            application=started.application,
            table=name,
            revision=command.revision + 1,
            t1=table if isinstance(table, T1) else None,
            t2=table if isinstance(table, T2) else None,
            t3=table if isinstance(table, T3) else None,
            t4=table if isinstance(table, T4) else None,
        )
    ]


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


def snapshot_hash(form: Form) -> str:
    """SHA-256 of the canonical form: what online record and paper are matched by."""
    return hash_of({"t1": _plain(form.t1), "t2": _plain(form.t2), "t3": _plain(form.t3), "t4": _plain(form.t4)})


def inputs_hash(form: Form, terms: RoundTerms, received_at: Instant) -> str:
    """SHA-256 of everything that the rules read."""
    return hash_of(
        {
            "snapshot": snapshot_hash(form),
            "received_at": received_at,
            "deadline": terms.deadline,
            "open_categories": terms.open_categories,
            "rule_set": terms.rule_set_hash,
        }
    )


def filing(form: Form, terms: RoundTerms, received_at: Instant) -> Filing:
    """What the rules read."""
    return Filing(form.t1, form.t2, form.t3, form.t4, received_at, terms.deadline, terms.open_categories)


def _plain(table: T1 | T2 | T3 | T4 | None) -> dict[str, object] | None:
    return None if table is None else asdict(table)


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
        raise _ineligible(evaluation, () if draft.evaluated == evaluated else (evaluated,))
    return [evaluated, _submitted(draft, command, evaluation)]


def _ineligible(evaluation: Evaluation, record: Sequence[EligibilityEvaluated]) -> NotEligible:
    first = next(result for result in evaluation.results if result.rule == evaluation.blocking[0])
    detail = f"{', '.join(evaluation.blocking)}: {first.rule} observed {first.observed}"
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
