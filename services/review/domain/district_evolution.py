"""How a district's review moves with its events (C5.1, C5.3)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias, TypeGuard, assert_never

from services.review.domain.district_states import (
    Admitted,
    Decided,
    Declined,
    Dismissed,
    DistrictReview,
    Ended,
    Escalated,
    NotOpened,
    Open,
    Recommended,
    Returned,
    Upheld,
    before_the_city,
    checks_of,
)
from services.review.domain.escalations import ADMITTED
from services.review.domain.reconsideration import UPHELD
from shared.contracts.review import (
    ComplianceChecked,
    DistrictDecisionReconsidered,
    DistrictDeclined,
    DistrictRecommended,
    DistrictReviewClosed,
    DistrictReviewOpened,
    DistrictReviewReopened,
    DistrictReviewReturned,
    EscalatedToCity,
    EscalationDecided,
    JudgementRecorded,
    PaperMatched,
    ReconsiderationRequested,
    WaiverGranted,
    WaiverProposed,
    WaiverRefused,
)

Waived: TypeAlias = WaiverProposed | WaiverGranted | WaiverRefused
Checked: TypeAlias = PaperMatched | ComplianceChecked | JudgementRecorded | Waived
Concluded: TypeAlias = DistrictReviewReturned | DistrictRecommended | DistrictDeclined
Disputed: TypeAlias = ReconsiderationRequested | DistrictDecisionReconsidered | EscalatedToCity | EscalationDecided
Ending: TypeAlias = DistrictReviewClosed | DistrictReviewReopened
DistrictEvent: TypeAlias = DistrictReviewOpened | Checked | Concluded | Disputed | Ending


def evolve(state: DistrictReview, event: DistrictEvent) -> DistrictReview:
    """The state after `event`; an event that cannot follow leaves the state as it is.

    Paper, and a compliance check, that come while a review is decided are kept for when it is opened again (C5.1).
    """
    match event:
        case DistrictReviewOpened():
            return Open(event, reopened=None if isinstance(state, NotOpened) else checks_of(state).reopened)
        case DistrictReviewClosed() | DistrictReviewReopened():
            return _turned(state, event)
        case ReconsiderationRequested() | DistrictDecisionReconsidered() | EscalatedToCity() | EscalationDecided():
            return _disputed(state, event)
        case PaperMatched() | ComplianceChecked():
            return state if isinstance(state, NotOpened | Ended) else _kept(state, event)
        case JudgementRecorded() | WaiverProposed() | WaiverGranted() | WaiverRefused():
            return _judged(state, event)
        case DistrictReviewReturned() | DistrictRecommended() | DistrictDeclined():
            return _decided(state, event)
        case _:
            assert_never(event)


def _decided(state: DistrictReview, event: Concluded) -> DistrictReview:
    if isinstance(state, Recommended):
        return _revised(state, event)
    return _concluded(state, event) if isinstance(state, Open) else state


def _revised(state: Recommended, event: Concluded) -> DistrictReview:
    """What was recommended in time and is returned can be recommended when it was corrected."""
    if isinstance(event, DistrictReviewReturned):
        return Returned(replace(state.checks, reopened=state.checks.reopened or event), event)
    return state if event == state.recommendation else _concluded(state.checks, event)


def arrival(events: Sequence[DistrictEvent]) -> int | None:
    """Which of a review's events brought the application to the experts last; another order alone brings nothing."""
    state: DistrictReview = NotOpened()
    last = None
    for index, event in enumerate(events):
        after = evolve(state, event)
        if isinstance(after, Recommended | Admitted) and not isinstance(state, Recommended | Admitted):
            last = index
        state = after
    return last


def _turned(state: DistrictReview, event: Ending) -> DistrictReview:
    if isinstance(state, NotOpened | Ended):
        return state
    if isinstance(event, DistrictReviewClosed):
        return Ended(checks_of(state), event)
    checks = replace(checks_of(state), reopened=event)
    return replace(state, checks=checks) if isinstance(state, Returned) else checks


def _kept(state: Open | Decided, event: PaperMatched | ComplianceChecked) -> DistrictReview:
    before = checks_of(state)
    if isinstance(event, PaperMatched):
        checks = replace(before, paper=event)
    else:
        checks = replace(before, compliance=(*before.compliance, event))
    return checks if isinstance(state, Open) else replace(state, checks=checks)


def _judged(state: DistrictReview, event: JudgementRecorded | Waived) -> DistrictReview:
    """Of what is open, or before the city because the district was silent."""
    if before_the_city(state):
        return replace(state, checks=_checked(state.checks, event))
    return _checked(state, event) if isinstance(state, Open) else state


def _checked(state: Open, event: JudgementRecorded | Waived) -> Open:
    match event:
        case JudgementRecorded():
            return replace(state, judgements=(*state.judgements, event))
        case WaiverProposed():
            return replace(state, proposals=(*state.proposals, event))
        case WaiverGranted() | WaiverRefused():
            return replace(state, waivers=(*state.waivers, event))
        case _:
            assert_never(event)


def _concluded(state: Open, event: Concluded) -> DistrictReview:
    match event:
        case DistrictReviewReturned():
            return Returned(state, event)
        case DistrictRecommended():
            return Recommended(state, event)
        case DistrictDeclined():
            return Declined(state, event)
        case _:
            assert_never(event)


def _disputed(state: DistrictReview, event: Disputed) -> DistrictReview:
    match event:
        case ReconsiderationRequested():
            return replace(state, request=event) if isinstance(state, Declined) else state
        case DistrictDecisionReconsidered():
            return _reconsidered(state, event) if isinstance(state, Declined) else state
        case EscalatedToCity():
            return Escalated(checks_of(state), event) if _may_go(state, event) else state
        case EscalationDecided():
            return _escalated(state, event) if isinstance(state, Escalated) else state
        case _:
            assert_never(event)


def _may_go(state: DistrictReview, event: EscalatedToCity) -> TypeGuard[Open | Recommended | Upheld | Declined]:
    """Whether the district was asked to decide again, or let its time pass."""
    match state:
        case Open() | Recommended():
            return event.silence is not None
        case Declined():
            return state.request is not None or event.silence is not None
        case Upheld():
            return True
        case NotOpened() | Returned() | Escalated() | Admitted() | Dismissed() | Ended():
            return False
        case _:
            assert_never(state)


def _reconsidered(state: Declined, event: DistrictDecisionReconsidered) -> Upheld | Open:
    return Upheld(state.checks, event) if event.outcome == UPHELD else replace(state.checks, reopened=event)


def _escalated(state: Escalated, event: EscalationDecided) -> Admitted | Dismissed:
    return Admitted(state.checks, event) if event.outcome == ADMITTED else Dismissed(state.checks, event)
