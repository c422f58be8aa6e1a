"""After a decline: the applicant asks the district again, and after that the city (C5.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from services.review.domain.district_states import (
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
    list_is_sealed,
)
from services.review.domain.returns import RoundKnowsNoCorrections
from shared.contracts.review import (
    DistrictDecisionReconsidered,
    ReconsiderationRequested,
)
from shared.kernel.actor import Actor
from shared.kernel.instants import Instant, end_of_day_after
from shared.kernel.refusal import Malformed, Refusal

UPHELD, REOPENED = "upheld", "reopened"


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
    sealed: bool
    """Whether the district's batch is sealed or sent."""


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


class OutcomeIsNoReconsideration(Malformed):
    """`upheld` or `reopened`."""

    title = "A decline is upheld or the review reopened"
    field = "outcome"


def in_time(against: Against | None, at: Instant) -> None:
    """Raise unless the days to turn against a decision still run."""
    if against is None or against.days is None:
        raise RoundKnowsNoCorrections
    end = end_of_day_after(against.decided_at, against.days)
    if at >= end:
        raise TimeToDisputeIsOver(f"it ended at {end}", detail_zh=f"期限已于{end}届满")


def request(state: Underway, command: RequestReconsideration) -> Sequence[ReconsiderationRequested]:
    """Ask once, in time."""
    requested = ReconsiderationRequested(application=command.application, grounds=command.grounds)
    match state:
        case Declined(request=None):
            in_time(command.against, command.at)
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
        case Declined(checks):
            if command.by.id == command.declined_by:
                raise DecliningOfficerReconsiders
            if command.sealed and command.outcome == REOPENED:
                raise list_is_sealed(checks)
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
