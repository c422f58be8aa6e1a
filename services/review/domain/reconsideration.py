"""After a decline: the applicant asks the district again, and after that the city (C5.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from services.review.domain.compliance import Checklist, covered
from services.review.domain.district_states import (
    Admitted,
    BatchAlreadySealed,
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
    waived,
    was_checked,
)
from services.review.domain.recommendation import ChecksUnresolved, PaperNotMatched
from services.review.domain.returns import RoundKnowsNoCorrections
from shared.contracts.review import (
    DistrictDecisionReconsidered,
    EscalatedToCity,
    EscalationDecided,
    ReconsiderationRequested,
)
from shared.kernel.actor import Actor
from shared.kernel.instants import Instant, end_of_day_after, plus_seconds
from shared.kernel.refusal import Malformed, Refusal

UPHELD, REOPENED = "upheld", "reopened"
ADMITTED, DISMISSED = "admitted", "dismissed"


@dataclass(frozen=True, slots=True)
class Against:
    """The decision that an applicant turns against, and for how many days it may; None where the round knows none."""

    decided_at: Instant
    days: int | None


@dataclass(frozen=True, slots=True)
class RequestReconsideration(DistrictAct):
    """The applicant asks the district to decide again."""

    application: str
    grounds: str
    against: Against | None
    """The decline; None when there is none."""
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class ReconsiderDecline(DistrictAct):
    """The district's leader decides again."""

    application: str
    outcome: str
    """`upheld` or `reopened`."""
    reasons: tuple[str, ...]
    declined_by: str
    """The account that declined."""
    by: Actor
    at: Instant
    sealed: bool = False
    """Whether the district's batch is sealed or sent."""


@dataclass(frozen=True, slots=True)
class EscalateToCity(DistrictAct):
    """The applicant brings before the city a decline that was upheld, or that the leader did not answer for."""

    application: str
    grounds: str
    against: Against | None
    """The reconsideration that upheld the decline; None when there is none."""
    by: Actor
    at: Instant
    unanswered: Against | None = None
    """The last request to decide again, which the leader has as many days to answer; None when there is none."""


@dataclass(frozen=True, slots=True)
class DecideEscalation(DistrictAct):
    """The city's leader admits the application to the experts, or lets the decline stand."""

    application: str
    outcome: str
    """`admitted` or `dismissed`."""
    reason: str
    by: Actor
    at: Instant
    compliance_required: bool = False
    """Whether the round asks for a compliance check of the version."""
    listed: Checklist | None = None
    """What the last check has to name; None where the round takes whatever a clerk named."""


class NotDeclined(Refusal):
    """There is no decline to turn against."""

    title = "The district has not declined the application"
    clause = "C5.3"


class TimeToDisputeIsOver(Refusal):
    """The days that the round gives have passed."""

    title = "The time to turn against this decision is over"
    clause = "C5.3"


class DisputedAlready(Refusal):
    """The applicant has given its grounds."""

    title = "The applicant has turned against this decision already"
    clause = "C5.3"
    field = "grounds"


class ReconsiderationNotRequested(Refusal):
    """The district decides again when it is asked to."""

    title = "Nobody asked the district to decide again"
    clause = "C5.3"


class DecliningOfficerReconsiders(Refusal):
    """Whoever declined does not decide again."""

    title = "The officer who declined does not reconsider"
    clause = "C5.3"


class DeclineNotUpheld(Refusal):
    """The city is asked after the district has decided again."""

    title = "The district has not upheld its decline"
    clause = "C5.3"


class NotEscalated(Refusal):
    """Nothing is before the city."""

    title = "The application was not brought before the city"
    clause = "C5.3"


class OutcomeIsNoReconsideration(Malformed):
    """`upheld` or `reopened`."""

    title = "A decline is upheld or the review reopened"
    field = "outcome"


class OutcomeIsNoEscalationDecision(Malformed):
    """`admitted` or `dismissed`."""

    title = "An escalation is admitted or dismissed"
    field = "outcome"


def _in_time(against: Against | None, at: Instant) -> None:
    if against is None or against.days is None:
        raise RoundKnowsNoCorrections
    end = end_of_day_after(against.decided_at, against.days)
    if at >= end:
        raise TimeToDisputeIsOver(f"it ended at {end}")


def request(state: Underway, command: RequestReconsideration) -> Sequence[ReconsiderationRequested]:
    """Ask once, in time."""
    requested = ReconsiderationRequested(application=command.application, grounds=command.grounds)
    match state:
        case Declined(request=None):
            _in_time(command.against, command.at)
            return [requested]
        case Declined(request=before):
            if before == requested:
                return []
            raise DisputedAlready
        case Open() | Returned() | Recommended() | Upheld() | Escalated() | Admitted() | Dismissed() | Ended():
            raise NotDeclined
        case _:
            assert_never(state)


def reconsider(state: Underway, command: ReconsiderDecline) -> Sequence[DistrictDecisionReconsidered]:
    """Uphold the decline or open the review again, by somebody else than who declined.

    An upheld decline leaves a sealed list as it is; what is opened again may come onto it, so it takes an open list.
    """
    if command.outcome not in (UPHELD, REOPENED):
        raise OutcomeIsNoReconsideration
    decision = _reconsidered(state, command)
    match state:
        case Declined(request=None):
            raise ReconsiderationNotRequested
        case Declined():
            if command.by.id == command.declined_by:
                raise DecliningOfficerReconsiders
            if command.sealed and command.outcome == REOPENED:
                raise BatchAlreadySealed
            return [decision]
        case Upheld(decision=before) | Open(reopened=before) if before == decision:
            return []
        case Open() | Returned() | Recommended() | Upheld() | Escalated() | Admitted() | Dismissed() | Ended():
            raise NotDeclined
        case _:
            assert_never(state)


def _reconsidered(state: Underway, command: ReconsiderDecline) -> DistrictDecisionReconsidered:
    opening = checks_of(state).opening
    return DistrictDecisionReconsidered(
        application=opening.application,
        organization=opening.organization,
        round=opening.round,
        district=opening.district,
        version=opening.version,
        outcome=command.outcome,
        reasons=command.reasons,
    )


def escalate(state: Underway, command: EscalateToCity) -> Sequence[EscalatedToCity]:
    """Go to the city once, in time, after the district has upheld its decline or let its time to answer pass."""
    opening = checks_of(state).opening
    escalated = EscalatedToCity(
        application=opening.application,
        organization=opening.organization,
        round=opening.round,
        grounds=command.grounds,
    )
    match state:
        case Upheld():
            _in_time(command.against, command.at)
            return [escalated]
        case Declined(request=ReconsiderationRequested()):
            _in_time(_silence(command), command.at)
            return [escalated]
        case Escalated(escalation=before):
            if before == escalated:
                return []
            raise DisputedAlready
        case Open() | Returned() | Recommended() | Declined() | Admitted() | Dismissed() | Ended():
            raise DeclineNotUpheld
        case _:
            assert_never(state)


def _silence(command: EscalateToCity) -> Against:
    """What the applicant may turn against when the leader's days to answer have passed."""
    asked = command.unanswered
    if asked is None:
        raise DeclineNotUpheld
    if asked.days is None:
        return asked
    end = end_of_day_after(asked.decided_at, asked.days)
    if command.at < end:
        raise DeclineNotUpheld(f"the district has time to answer until {end}")
    return Against(plus_seconds(end, -1), asked.days)


def _admissible(checks: Open, command: DecideEscalation) -> None:
    """The city judges in the district's place; it waives no rule alone, and the paper is there and checked (C2.1.7)."""
    if checks.paper is None or not checks.paper.matches:
        raise PaperNotMatched
    waived_ = waived(checks)
    if failed := [rule for rule in checks.opening.failed if rule not in waived_]:
        raise ChecksUnresolved(", ".join(failed), rule=failed[0])
    if command.compliance_required:
        was_checked(checks)
    covered(checks, command.listed)


def decide_escalation(state: Underway, command: DecideEscalation) -> Sequence[EscalationDecided]:
    """Admit or dismiss what is before the city."""
    if command.outcome not in (ADMITTED, DISMISSED):
        raise OutcomeIsNoEscalationDecision
    opening = checks_of(state).opening
    decided = EscalationDecided(
        application=opening.application,
        organization=opening.organization,
        round=opening.round,
        district=opening.district,
        version=opening.version,
        outcome=command.outcome,
        reason=command.reason,
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
