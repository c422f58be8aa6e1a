"""How the calendar of what is owed, and its amendments, became reporting's commands (C3.1, C3.5)."""

from collections.abc import Sequence

from audit.case import Case
from audit.record import Contradiction
from services.reporting.domain.calendar import RescheduleObligation, calendar, changes
from services.reporting.domain.falling_due import LiftObligation
from services.reporting.domain.obligation import CreateObligation
from services.reporting.domain.reactions import GROUNDS, Following, following, obligations_of
from shared.contracts import publication, reporting
from shared.contracts.application import PolicyAmended
from shared.contracts.obligations import obligation_id
from shared.contracts.round import ObligationTerm


def owe(case: Case, event: reporting.ObligationCreated) -> CreateObligation:
    """What an agreement, or an amendment of the calendar, made due."""
    found = _added(case, event) if isinstance(case.cause, PolicyAmended) else _signed(case, event)
    if found is None:
        raise Contradiction(case.recorded, "the round asks for no such report")
    return found


def _signed(case: Case, event: reporting.ObligationCreated) -> CreateObligation | None:
    """By the calendar as it was known; or as amended later, since more of the round may have been heard by then."""
    amended = [made for _, made in case.record.where(PolicyAmended, round=event.round)]
    known = len(case.before(PolicyAmended, round=event.round))
    kind, lenient = _kind(case, event.application), not case.plan.parameters.assessment.rubric
    calendars = [_calendar(case, event.round, amended[:number], kind) for number in range(known, len(amended) + 1)]
    asked = [
        command
        for terms in calendars
        for command in obligations_of(case.cause, terms, case.at, lenient=lenient)
        if _obligation(command) == event.obligation
    ]
    return next((one for one in asked if one.term.due.value == event.due), next(iter(asked), None))


def _added(case: Case, event: reporting.ObligationCreated) -> CreateObligation | None:
    followed = _followed(case, event.application, event.obligation)
    return next((one for one in followed if isinstance(one, CreateObligation)), None)


def reschedule(case: Case, event: reporting.ObligationRescheduled) -> RescheduleObligation:
    """What an amendment of the calendar moved."""
    for command in _followed(case, _application(case, event.obligation), event.obligation):
        if isinstance(command, RescheduleObligation):
            return command
    raise Contradiction(case.recorded, "the calendar did not move it")


def lift(case: Case, event: reporting.ObligationLifted) -> LiftObligation:
    """What the end of an approval, or an amendment of the calendar, lifted."""
    if not isinstance(case.cause, PolicyAmended):
        return LiftObligation(event.obligation, GROUNDS[type(case.cause)], case.at)
    for command in _followed(case, _application(case, event.obligation), event.obligation):
        if isinstance(command, LiftObligation):
            return command
    raise Contradiction(case.recorded, "the round still asks for it")


def _followed(case: Case, application: str, obligation: str) -> Sequence[Following]:
    """How an amendment of the calendar was followed for one obligation."""
    amendment: PolicyAmended = case.cause
    made = [one for _, one in case.record.where(PolicyAmended, round=amendment.round)]
    earlier = made[: made.index(amendment)]
    _, plan = case.record.plan(amendment.round)
    return [
        command
        for agreement in case.before(publication.AgreementSigned, application=application)[-1:]
        for command in following(
            agreement,
            amendment,
            changes(plan, earlier, amendment, _kind(case, agreement.application)),
            case.at,
        )
        if _obligation(command) == obligation
    ]


def _application(case: Case, obligation: str) -> str:
    return str(case.one(reporting.ObligationCreated, obligation=obligation).application)


def _calendar(case: Case, round_id: str, amended: Sequence[PolicyAmended], kind: str) -> Sequence[ObligationTerm]:
    return calendar(case.record.plan(round_id)[1], amended, kind)


def _kind(case: Case, application: str) -> str:
    approvals = case.before(publication.OrganizationApproved, application=application)
    return approvals[-1].kind if approvals else ""


def _obligation(command: Following) -> str:
    if isinstance(command, CreateObligation):
        agreement, term = command.agreement, command.term
        return obligation_id(agreement.application, term.kind, term.year, term.period)
    return command.obligation
