"""Before the city: what a district declines, or lets its time pass with, is admitted or dismissed (C5.3)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from services.review.domain.compliance import Checklist, covered
from services.review.domain.district_states import (
    CONFORMS,
    Admitted,
    Declined,
    Dismissed,
    DistrictAct,
    Ended,
    Escalated,
    Open,
    Recommended,
    Returned,
    Underway,
    Upheld,
    checks_of,
    judged,
    waived,
    was_checked,
)
from services.review.domain.recommendation import ChecksUnresolved, PaperNotMatched
from services.review.domain.reconsideration import Against, DisputedAlready, in_time
from services.review.domain.silence import UNDECIDED, Silence, let_pass
from shared.contracts.fields import place
from shared.contracts.review import EscalatedToCity, EscalationDecided, Overruling
from shared.contracts.round import RoundParameters
from shared.contracts.rule_messages import in_chinese
from shared.contracts.vocabulary import Outcome
from shared.kernel.actor import Actor
from shared.kernel.instants import Instant, end_of_day_after, plus_seconds
from shared.kernel.refusal import Malformed, Refusal

ADMITTED, DISMISSED = "admitted", "dismissed"


@dataclass(frozen=True, slots=True)
class EscalateToCity(DistrictAct):
    """The applicant brings before the city a decline that was upheld or not answered for, or its district's silence."""

    application: str
    grounds: str
    against: Against | None
    """The reconsideration that upheld the decline; None when there is none."""
    by: Actor
    at: Instant
    unanswered: Against | None
    """The last request to decide again, which the leader has as many days to answer; None when there is none."""
    silence: Silence | None
    """When the district's time is over; None where the round lets nobody go to the city for that."""
    declined: Against | None
    """The decline; None when there is none."""


@dataclass(frozen=True, slots=True)
class DecideEscalation(DistrictAct):
    """The city's leader admits the application to the experts, or lets the decline stand."""

    application: str
    outcome: str
    """`admitted` or `dismissed`."""
    reason: str
    by: Actor
    at: Instant
    compliance_required: bool
    """Whether the round asks for a compliance check of the version."""
    listed: Checklist | None
    """What the last check has to name; None where the round takes whatever a clerk named."""
    overruled: tuple[Overruling, ...]
    """What the district found amiss, and why the city admits all the same."""
    reasons_asked: bool
    """Whether the round asks for a reason for each of it."""


class DeclineNotUpheld(Refusal):
    """The city is asked after the district has decided again."""

    title = "The district has not upheld its decline"
    clause = "C5.3"


class NotEscalated(Refusal):
    """Nothing is before the city."""

    title = "The application was not brought before the city"
    clause = "C5.3"


class OutcomeIsNoEscalationDecision(Malformed):
    """`admitted` or `dismissed`."""

    title = "An escalation is admitted or dismissed"
    field = "outcome"


class OverrulingNotReasoned(Refusal):
    """What the district judged to fail, left open, or found not to conform, the city answers for one by one."""

    title = "The city does not say why it admits all the same"
    clause = "C5.3"
    field = "overruled"


class NothingToOverrule(Malformed):
    """A rule that a person judges and that did not pass, or a thing that does not conform; each once."""

    title = "The district found nothing amiss there"
    clause = "C5.3"
    field = "overruled"


def reasons_asked(parameters: RoundParameters) -> bool:
    """Whether the city says of each thing that the district found amiss why it admits all the same (C5.3)."""
    return parameters.batches.overrulings


def amiss(checks: Open) -> tuple[str, ...]:
    """The rules that a person has to judge and did not pass, and what the last compliance check found amiss."""
    outcomes = judged(checks)
    rules = [rule for rule in checks.opening.to_judge if outcomes.get(rule) != Outcome.PASS]
    last = checks.compliance[-1].items if checks.compliance else ()
    return (*rules, *(one.item for one in last if one.result != CONFORMS))


def _overruled(checks: Open, command: DecideEscalation) -> None:
    named, found = [one.what for one in command.overruled], amiss(checks)
    unknown = next((n for n, what in enumerate(named) if what not in found or named.index(what) < n), None)
    if unknown is not None:
        raise NothingToOverrule(field=f"overruled.{unknown}.what")
    lacking = [what for what in found if what not in named]
    if command.reasons_asked and lacking:
        raise OverrulingNotReasoned(
            f"say why it is admitted in spite of: {', '.join(lacking)}",
            detail_zh=f"请逐项说明仍予准许的理由：{'、'.join(map(_named, lacking))}",
        )


def _named(what: str) -> str:
    """A rule or a thing on paper in Chinese."""
    return in_chinese([what]) if what.startswith("R") else place(what)


def escalate(state: Underway, command: EscalateToCity) -> Sequence[EscalatedToCity]:
    """Go to the city once: in time after a decline, or as long as a district decides or sends nothing (C5.3)."""
    opening = checks_of(state).opening
    escalated = EscalatedToCity(
        application=opening.application,
        organization=opening.organization,
        round=opening.round,
        grounds=command.grounds,
    )
    match state:
        case Upheld():
            in_time(command.against, command.at)
            return [escalated]
        case Declined():
            return [_declined(state, command, escalated)]
        case Escalated(escalation=before):
            if before.grounds == escalated.grounds:
                return []
            raise DisputedAlready
        case Open() | Recommended():
            if (silence := let_pass(state, command.silence, command.at)) is None:
                raise DeclineNotUpheld
            return [replace(escalated, silence=silence)]
        case Returned() | Admitted() | Dismissed() | Ended():
            raise DeclineNotUpheld
        case _:
            assert_never(state)


def _declined(state: Declined, command: EscalateToCity, escalated: EscalatedToCity) -> EscalatedToCity:
    """At once where the district declined too late, else when it has not answered in time."""
    if state.request is None and _declined_late(command):
        in_time(command.declined, command.at)
        return replace(escalated, silence=UNDECIDED)
    if state.request is None:
        raise DeclineNotUpheld
    in_time(_silence(command), command.at)
    return escalated


def _declined_late(command: EscalateToCity) -> bool:
    """Whether the district declined when its time was over, where that time is the way to the city."""
    silence, declined = command.silence, command.declined
    return silence is not None and declined is not None and declined.decided_at >= silence.since


def _silence(command: EscalateToCity) -> Against:
    """What the applicant may turn against when the leader's days to answer have passed."""
    asked = command.unanswered
    if asked is None:
        raise DeclineNotUpheld
    if asked.days is None:
        return asked
    end = end_of_day_after(asked.decided_at, asked.days)
    if command.at < end:
        raise DeclineNotUpheld(f"the district has time to answer until {end}", detail_zh=f"区级复核期限至{end}")
    return Against(plus_seconds(end, -1), asked.days)


def _admissible(checks: Open, command: DecideEscalation) -> None:
    """The city judges in the district's place; what failed is waived by two, the paper there and checked (C2.1.7)."""
    if checks.paper is None or not checks.paper.matches:
        raise PaperNotMatched
    waived_ = waived(checks)
    if failed := [rule for rule in checks.opening.failed if rule not in waived_]:
        raise ChecksUnresolved(", ".join(failed), detail_zh=in_chinese(failed), rule=failed[0])
    if command.compliance_required:
        was_checked(checks)
    covered(checks, command.listed)
    _overruled(checks, command)


def decide_escalation(state: Underway, command: DecideEscalation) -> Sequence[EscalationDecided]:
    """Admit or dismiss what is before the city."""
    if command.outcome not in (ADMITTED, DISMISSED):
        raise OutcomeIsNoEscalationDecision
    if command.outcome == DISMISSED and command.overruled:
        raise NothingToOverrule("a dismissal overrules nothing", detail_zh="驳回时无需推翻任何事项")
    opening = checks_of(state).opening
    decided = EscalationDecided(
        application=opening.application,
        organization=opening.organization,
        round=opening.round,
        district=opening.district,
        version=opening.version,
        outcome=command.outcome,
        reason=command.reason,
        overruled=command.overruled or None,
    )
    match state:
        case Escalated(checks):
            if command.outcome == ADMITTED:
                _admissible(checks, command)
            return [decided]
        case Admitted(decision=before) | Dismissed(decision=before) if before == decided:
            return []
        case Open() | Returned() | Recommended() | Declined() | Upheld() | Admitted() | Dismissed() | Ended():
            raise NotEscalated
        case _:
            assert_never(state)
