"""What a round can be: PLANNED, OPEN, CLOSED, ARCHIVED; it changes by recorded acts alone (C5)."""

from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from services.application.domain.terms import RoundTerms, terms_of
from shared.contracts.application import (
    DeadlineExtended,
    PolicyAmended,
    PolicyAmendmentDeclined,
    PolicyAmendmentProposed,
    PolicyAmendmentWithdrawn,
    RoundArchived,
    RoundClosed,
    RoundOpened,
    RoundPlanned,
)
from shared.contracts.policy import in_force
from shared.kernel.instants import Instant
from shared.kernel.refusal import Refusal, Unknown

Proposal: TypeAlias = PolicyAmendmentProposed | PolicyAmendmentDeclined | PolicyAmendmentWithdrawn
"""What became last of an amendment that was proposed and is not approved."""
RoundEvent: TypeAlias = (
    RoundPlanned | RoundOpened | DeadlineExtended | Proposal | PolicyAmended | RoundClosed | RoundArchived
)


@dataclass(frozen=True, slots=True)
class Unplanned:
    """No such round."""


@dataclass(frozen=True, slots=True)
class Planned:
    """Its parameters are fixed."""

    plan: RoundPlanned
    amendments: tuple[PolicyAmended, ...] = ()
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """It takes applications."""

    plan: RoundPlanned
    opening: RoundOpened
    amendments: tuple[PolicyAmended, ...] = ()
    extensions: tuple[DeadlineExtended, ...] = ()
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """It takes no application any more; what was filed goes on."""

    plan: RoundPlanned
    opening: RoundOpened
    closing: RoundClosed
    amendments: tuple[PolicyAmended, ...] = ()
    extensions: tuple[DeadlineExtended, ...] = ()
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True)
class Archived:
    """Its year is over."""

    closed: Closed
    archiving: RoundArchived

    @property
    def plan(self) -> RoundPlanned:
        """Its plan."""
        return self.closed.plan

    @property
    def amendments(self) -> tuple[PolicyAmended, ...]:
        """What was amended."""
        return self.closed.amendments

    @property
    def extensions(self) -> tuple[DeadlineExtended, ...]:
        """What was extended."""
        return self.closed.extensions


Round: TypeAlias = Unplanned | Planned | Open | Closed | Archived


class RoundNotPlanned(Unknown):
    """No such round."""

    title = "The round is not planned"
    field = "round"


class RoundIsClosed(Refusal):
    """What would change who may file comes before the closing; what was returned is given more time after it too."""

    title = "The round is closed"
    clause = "C5.2"
    field = "round"


class RoundIsArchived(Refusal):
    """Its year is over."""

    title = "The round is archived"
    field = "round"


class RoundNotOpenYet(Refusal):
    """It has to be opened first."""

    title = "The round is not open yet"
    clause = "C5.2"
    field = "round"


def evolve(state: Round, event: RoundEvent) -> Round:
    """The state after `event`; an event that cannot follow leaves the state as it is."""
    match state:
        case Unplanned():
            return Planned(event) if isinstance(event, RoundPlanned) else state
        case Planned():
            return _planned(state, event)
        case Open():
            return _open(state, event)
        case Closed():
            return _closed(state, event)
        case Archived():
            return state
        case _:
            assert_never(state)


def plan_at(state: Planned | Open | Closed | Archived, at: Instant) -> RoundPlanned:
    """The plan with what had been amended and had taken effect."""
    return in_force(state.plan, state.amendments, at)


def terms_at(state: Planned | Open | Closed | Archived, at: Instant) -> RoundTerms:
    """What an application's decisions at an instant need of the round."""
    return terms_of(
        plan_at(state, at).parameters,
        opened=not isinstance(state, Planned),
        closed=isinstance(state, Closed | Archived),
        archived=isinstance(state, Archived),
        extensions=() if isinstance(state, Planned) else state.extensions,
    )


def _planned(state: Planned, event: RoundEvent) -> Round:
    match event:
        case RoundOpened():
            return Open(state.plan, event, state.amendments, proposal=state.proposal)
        case PolicyAmended():
            return replace(state, amendments=(*state.amendments, event), proposal=None)
        case PolicyAmendmentProposed() | PolicyAmendmentDeclined() | PolicyAmendmentWithdrawn():
            return replace(state, proposal=event)
        case RoundPlanned() | DeadlineExtended() | RoundClosed() | RoundArchived():
            return state
        case _:
            assert_never(event)


def _open(state: Open, event: RoundEvent) -> Round:
    match event:
        case PolicyAmended():
            return replace(state, amendments=(*state.amendments, event), proposal=None)
        case PolicyAmendmentProposed() | PolicyAmendmentDeclined() | PolicyAmendmentWithdrawn():
            return replace(state, proposal=event)
        case DeadlineExtended():
            return replace(state, extensions=(*state.extensions, event))
        case RoundClosed():
            return Closed(state.plan, state.opening, event, state.amendments, state.extensions, state.proposal)
        case RoundPlanned() | RoundOpened() | RoundArchived():
            return state
        case _:
            assert_never(event)


def _closed(state: Closed, event: RoundEvent) -> Round:
    match event:
        case PolicyAmended():
            return replace(state, amendments=(*state.amendments, event), proposal=None)
        case PolicyAmendmentProposed() | PolicyAmendmentDeclined() | PolicyAmendmentWithdrawn():
            return replace(state, proposal=event)
        case DeadlineExtended():
            return replace(state, extensions=(*state.extensions, event))
        case RoundArchived():
            return Archived(state, event)
        case RoundPlanned() | RoundOpened() | RoundClosed():
            return state
        case _:
            assert_never(event)
