"""Where each application stands: its events in the order in which they happened, each moving it or leaving it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from audit.record import Incomplete, Record
from shared.contracts import application, publication, review
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event

OVER = frozenset({"WITHDRAWN"})
"""States that no reviewer's or publisher's event leaves any more."""
Moves: TypeAlias = Callable[[Any, str], str]
"""From an event and the state before to the state after."""


@dataclass(slots=True)
class ApplicationState:
    """Where one application stands, and since when (UTC)."""

    application: str
    organization: str
    organization_name: str
    uscc: str
    district: str
    kind: str
    category: str
    state: str
    since: str
    version: int = 0
    """The last that was filed; 0 before the first."""
    standing: str = ""
    """An approved organization's with an agreement: ACTIVE, RECTIFYING, RENEWED, REVOKED or EXPIRED."""
    agreement: str = ""
    """OFFERED, SIGNED or EXPIRED."""


def states(record: Record, round_id: str) -> list[ApplicationState]:
    """Every application of the round; raise `Incomplete` where an event names one that never began."""
    found: dict[str, ApplicationState] = {}
    began = {event.application: event.round for _, event in record.all(application.ApplicationStarted)}
    foreign = {one for one, its_round in began.items() if its_round != round_id}
    for recorded in record.in_time():
        event = recorded.event
        if not isinstance(event, application.ApplicationStarted):
            _apply(recorded, found, foreign)
        elif event.round == round_id:
            found[event.application] = _began(event, recorded.envelope.time)
    return sorted(found.values(), key=lambda one: (one.district, one.uscc))


def _began(event: application.ApplicationStarted, at: str) -> ApplicationState:
    return ApplicationState(
        application=event.application,
        organization=event.organization,
        organization_name=event.organization_name,
        uscc=event.uscc,
        district=event.district,
        kind=event.kind,
        category=",".join(event.category),
        state="DRAFT",
        since=at,
    )


def _apply(recorded: Recorded, found: dict[str, ApplicationState], foreign: set[str]) -> None:
    event = recorded.event
    for named, moves in _named(event):
        if named in foreign:
            continue
        if named not in found:
            raise Incomplete(f"{recorded.envelope.type} names application {named}, which never began")
        one = found[named]
        moved = moves(event, one.state)
        if moved != one.state:
            one.state, one.since = moved, recorded.envelope.time
        _aside(one, event)


def after(event: Event, application: str, before: str) -> str:
    """Where an application stands after an event that may name it."""
    for named, moves in _named(event):
        before = moves(event, before) if named == application else before
    return before


def _named(event: Event) -> Iterator[tuple[str, Moves]]:
    """The applications that an event moves, and how."""
    if isinstance(event, publication.ApprovalListProposed):
        yield from ((row.application, _to("PROPOSED")) for row in event.rows)
        yield from ((below.application, _to("NOT_SELECTED")) for below in event.not_selected)
    elif isinstance(event, publication.NextInLinePromoted):
        yield event.row.application, _to("PROPOSED")
    elif type(event) in MOVES or type(event) in ASIDE:
        yield str(getattr(event, "application", "")), MOVES.get(type(event), _stays)


def _to(name: str) -> Moves:
    return lambda _, state: state if state in OVER else name


def _only_from(*before: str, to: str) -> Moves:
    return lambda _, state: to if state in before else state


def _stays(_: Any, state: str) -> str:
    return state


def _filed(_: Any, _state: str) -> str:
    return "SUBMITTED"


def _reconsidered(event: review.DistrictDecisionReconsidered, state: str) -> str:
    return "UNDER_DISTRICT" if event.outcome == "reopened" and state not in OVER else state


def _escalation_decided(event: review.EscalationDecided, state: str) -> str:
    if state in OVER:
        return state
    return "RECOMMENDED" if event.outcome == "admitted" else "DECLINED"


def _objected(event: publication.ObjectionUpheld, state: str) -> str:
    return "NOT_SELECTED" if event.effect == "remove" and state not in OVER else state


MOVES: Mapping[type[Event], Moves] = {
    application.ApplicationSubmitted: _filed,
    application.ApplicationResubmitted: _filed,
    application.ApplicationReturned: _to("RETURNED"),
    application.ApplicationWithdrawn: lambda _e, _s: "WITHDRAWN",
    application.ApplicationLapsed: _only_from("DRAFT", "RETURNED", to="LAPSED"),
    application.PaperReceived: _only_from("SUBMITTED", to="UNDER_DISTRICT"),
    review.DistrictReviewReturned: _to("RETURNED"),
    review.DistrictRecommended: _to("RECOMMENDED"),
    review.DistrictDeclined: _to("DECLINED"),
    review.DistrictDecisionReconsidered: _reconsidered,
    review.EscalatedToCity: _to("ESCALATED"),
    review.EscalationDecided: _escalation_decided,
    review.DistrictReviewReopened: _to("UNDER_DISTRICT"),
    review.ReviewAssigned: _only_from("RECOMMENDED", to="UNDER_EXPERT"),
    review.ScoringReopened: _to("UNDER_EXPERT"),
    publication.ObjectionUpheld: _objected,
    publication.RowWithdrawn: lambda _e, _s: "WITHDRAWN",
    publication.OrganizationApproved: _to("APPROVED"),
    publication.ApplicationRejected: _to("REJECTED"),
    publication.ApprovalRevoked: _to("REVOKED"),
    publication.RevocationReversed: _only_from("REVOKED", to="APPROVED"),
    publication.ApprovalRenewed: _to("APPROVED"),
    publication.ApprovalExpired: _to("EXPIRED"),
}
"""What each event makes of an application; the list's own are told by its rows."""
STANDINGS: Mapping[type[Event], str] = {
    publication.AgreementSigned: "ACTIVE",
    publication.RectificationOrdered: "RECTIFYING",
    publication.RectificationAccepted: "ACTIVE",
    publication.ApprovalRenewed: "RENEWED",
    publication.ApprovalRevoked: "REVOKED",
    publication.RevocationReversed: "",
    publication.ApprovalExpired: "EXPIRED",
}
AGREEMENTS: Mapping[type[Event], str] = {
    publication.AgreementOffered: "OFFERED",
    publication.AgreementSigned: "SIGNED",
    publication.AgreementExpired: "EXPIRED",
}
ASIDE = frozenset({*STANDINGS, *AGREEMENTS})
"""What changes standing or agreement."""


def _aside(one: ApplicationState, event: Event) -> None:
    if isinstance(event, application.ApplicationSubmitted | application.ApplicationResubmitted):
        one.version = event.version
        one.organization_name, one.district = event.organization_name, event.district
        one.kind, one.category = event.kind, event.category or ""
    one.standing = STANDINGS.get(type(event), one.standing)
    one.agreement = AGREEMENTS.get(type(event), one.agreement)
