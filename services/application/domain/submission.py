"""Filing online: in time or within an extension, complete and by the rules in force (C2, C5.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from services.application.domain.editing import (
    ApplicationIsWithdrawn,
    ApplicationNotStarted,
    FilingAct,
    unless_barred,
)
from services.application.domain.form import Form, as_certified, filing, inputs_hash, snapshot_hash
from services.application.domain.rules.registry import Evaluation, evaluate
from services.application.domain.states import (
    Application,
    ApplicationEvent,
    Draft,
    Lapsed,
    NotStarted,
    Returned,
    Submitted,
    Withdrawn,
)
from services.application.domain.terms import Applicant, RoundTerms
from shared.contracts.application import (
    ApplicationStarted,
    ApplicationSubmitted,
    EligibilityEvaluated,
    LateSubmissionAdmitted,
    LateSubmissionRefused,
)
from shared.contracts.fields import place
from shared.contracts.rule_messages import message_en, message_zh
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant, local_text
from shared.kernel.refusal import Refusal, require

FIRST_VERSION = 1


@dataclass(frozen=True, slots=True)
class SubmitApplication(FilingAct):
    """File the form online, first or after a return (C2, C4.1, C5.2, C5.3); `at` is when the server took it."""

    application: str
    terms: RoundTerms
    noticed: bool
    """Whether it was heard that a list of the round was on public notice."""
    by: Actor
    at: Instant
    applicant: Applicant | None
    """The organization as registration has it now, as far as that was heard."""


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


class RoundTakesNoMore(Refusal):
    """A closed round takes no application, but one whose time stood still, until a list is on public notice."""

    title = "The round is closed"
    clause = "C5.2"
    field = "round"


class NotEligible(Refusal):
    """A rule that nothing can waive failed, or something is missing."""

    title = "The application does not meet the conditions"
    clause = "C2"


class FormIncomplete(NotEligible):
    """All four tables are filed together."""

    title = "The form is not complete"
    clause = "C4.1"


class StatementNotAttached(Refusal):
    """The statement of truth that the form names is the one that was signed and attached."""

    title = "The statement that T4 names is not the one that is attached"
    clause = "C4.9"
    rule = "R18"
    field = "t4.commitment"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A form as it would be filed as this version, and the first instant that is too late for it."""

    started: ApplicationStarted
    form: Form
    version: int
    deadline: Instant
    evaluated_before: EligibilityEvaluated | None


def submit(state: Application, command: SubmitApplication) -> Sequence[ApplicationEvent]:
    """A draft filed, or a refusal that leaves its trace; what was returned is filed by `returns`."""
    match state:
        case NotStarted():
            raise ApplicationNotStarted
        case Draft(started):
            may_file(started, command)
            return _file(state, command)
        case Lapsed(before=Draft() as draft):
            may_file(state.started, command)
            return _file(draft, command)
        case Submitted(started, versions):
            require(command.by, Role.FILER, organization=started.organization)
            if versions[-1].filed.received_at == command.at:
                return []
            raise ApplicationAlreadySubmitted
        case Returned() | Lapsed():
            raise AssertionError("what was returned is filed by `returns`")
        case Withdrawn():
            require(command.by, Role.FILER, organization=state.started.organization)
            raise ApplicationIsWithdrawn
        case _:
            assert_never(state)


def may_file(started: ApplicationStarted, command: SubmitApplication) -> None:
    """Refuse unless the filer acts for an organization that may file."""
    require(command.by, Role.FILER, organization=started.organization)
    unless_barred(command.applicant)


def evaluated(attempt: Attempt, command: SubmitApplication) -> tuple[EligibilityEvaluated, Evaluation]:
    """What the rules say of the attempt; raise `NotEligible`, leaving that in the log once, when it cannot be filed."""
    terms, form = command.terms, attempt.form
    evaluation = evaluate(filing(form, terms, command.at, attempt.deadline), terms.rules)
    event = EligibilityEvaluated(
        application=attempt.started.application,
        version=attempt.version,
        as_of=command.at,
        rule_set_hash=terms.rule_set_hash,
        inputs_hash=inputs_hash(form, terms, command.at, attempt.deadline),
        results=evaluation.results,
        overall=evaluation.overall,
    )
    if evaluation.blocking:
        record = () if attempt.evaluated_before == event else (event,)
        if lacking := form.lacking:
            raise FormIncomplete(
                f"not saved: {', '.join(lacking)}",
                detail_zh=f"尚未保存：{'、'.join(place(one.lower()) for one in lacking)}",
                field=lacking[0].lower(),
                record=record,
            )
        raise _ineligible(evaluation, terms, record)
    _unless_another_statement(form, terms)
    return event, evaluation


def _unless_another_statement(form: Form, terms: RoundTerms) -> None:
    """Where the round says which material holds it, T4 names one of that material's files."""
    number = terms.evidence.statement
    if not number or form.t4 is None:
        return
    if form.t4.commitment not in {one.sha256 for one in form.attached if one.material == number}:
        raise StatementNotAttached(f"it is no file of material {number}", detail_zh=f"所指文件不在材料{number}中")


def _file(draft: Draft, command: SubmitApplication) -> Sequence[ApplicationEvent]:
    started, terms = draft.started, command.terms
    deadline = terms.deadline_of(started.district, started.application)
    if terms.closed and not (terms.stood_still(started.district, started.application) and not command.noticed):
        raise RoundTakesNoMore
    if command.at >= deadline:
        late = LateSubmissionRefused(application=started.application, received_at=command.at, deadline=deadline)
        detail = f"received at {local_text(command.at)}, the deadline is {local_text(deadline)} (Asia/Shanghai)"
        detail_zh = f"收到时间{local_text(command.at)}，截止时间{local_text(deadline)}"
        raise SubmissionTooLate(detail, detail_zh=detail_zh, record=() if draft.refused == late else (late,))
    if draft.form.t1 is not None:
        as_certified(started, draft.form.t1)
    attempt = Attempt(started, draft.form, FIRST_VERSION, deadline, draft.evaluated)
    event, evaluation = evaluated(attempt, command)
    return [*_admitted(started, command), event, _submitted(draft, command, evaluation)]


def _admitted(started: ApplicationStarted, command: SubmitApplication) -> list[LateSubmissionAdmitted]:
    """What a submission after the round's own deadline rests on."""
    extension = command.terms.extension_of(started.district, started.application)
    if extension is None or not command.terms.deadline <= command.at < extension.new:
        return []
    return [
        LateSubmissionAdmitted(
            application=started.application,
            received_at=command.at,
            deadline=command.terms.deadline,
            extended_to=extension.new,
            authority_document=extension.authority_document,
        )
    ]


def _ineligible(evaluation: Evaluation, terms: RoundTerms, record: Sequence[EligibilityEvaluated]) -> NotEligible:
    blocking = [result for result in evaluation.results if result.rule in evaluation.blocking]
    detail = "; ".join(f"{one.rule} {message_en(one, naming=terms.naming)}" for one in blocking)
    detail_zh = "；".join(f"{one.rule} {message_zh(one, naming=terms.naming)}" for one in blocking)
    first = blocking[0]
    return NotEligible(detail, detail_zh=detail_zh, rule=first.rule, clause=first.clause, record=record)


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
