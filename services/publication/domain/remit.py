"""The end of a remit that led to no place on the list: recorded by the leader, once its time is over (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from services.publication.domain.approval import DISTRICT_DECLINED, DISTRICT_UNDECIDED, LEFT_UNRANKED, NOT_SELECTED
from services.publication.domain.states import (
    DISTRICT,
    EXPERTS,
    Approved,
    Decision,
    DecisionEvent,
    NotProposed,
    Proposed,
)
from shared.contracts.publication import ApplicationRejected, RemitClosed
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant, local_text
from shared.kernel.refusal import Refusal, require


@dataclass(frozen=True, slots=True)
class Redone:
    """What the stages say of an application that an appeal was remitted for."""

    declined: bool
    recommended: bool
    ranked: bool
    left_unranked: bool
    withdrawn: bool
    """By its applicant, or lapsed: it has an end of its own."""
    escalated: bool
    """Whether the city is asked in its district's place and has not decided, in a round where silence escalates."""


@dataclass(frozen=True, slots=True)
class CloseRemit:
    """The leader records that a remit led to no place on the list; the application ends again (C5.4)."""

    round: str
    application: str
    organization: str
    appeal: str | None
    """The id of the event that remitted the application's last appeal; None where none was remitted."""
    until: Instant | None
    """The first instant after the remit's time; None where the round gives none."""
    redone: Redone
    reason: str
    by: Actor
    at: Instant


class NothingRemitted(Refusal):
    """Only what an appeal was remitted for is closed."""

    title = "The application's last appeal was not remitted"
    clause = "C5.4"
    field = "application"


class RemitUnderWay(Refusal):
    """A stage that is done again has the time that the round gives it, and the experts rank what reaches them."""

    title = "What the appeal was remitted for is not done yet"
    clause = "C5.4"
    field = "application"


class EscalationUndecided(Refusal):
    """The city has an application's escalation to decide first: admit or dismiss it, then close what is left."""

    title = "The city has not decided on the application's escalation"
    clause = "C5.4"
    field = "application"


class RemitLedElsewhere(Refusal):
    """The application was withdrawn, is on the list, or waits to be put on it."""

    title = "The application was withdrawn, or is on the list or in a correction that waits"
    clause = "C5.4"
    field = "application"


class RemitAlreadyClosed(Refusal):
    """A remit is closed once."""

    title = "The remit is closed already"
    clause = "C5.4"
    field = "application"


def on_remit(state: Decision, command: CloseRemit) -> Sequence[DecisionEvent]:
    """What happens, or a refusal."""
    require(command.by, Role.CITY_LEADER)
    match state:
        case Approved() if command.appeal is not None:
            before = next((one for one in state.closed if one.appeal == command.appeal), None)
            return _closed(state, command, command.appeal) if before is None else _again(before, command)
        case NotProposed() | Proposed() | Approved():
            raise NothingRemitted
        case _:
            assert_never(state)


def _again(before: RemitClosed, command: CloseRemit) -> Sequence[DecisionEvent]:
    if before.reason == command.reason:
        return []
    raise RemitAlreadyClosed


def _closed(state: Approved, command: CloseRemit, appeal: str) -> Sequence[DecisionEvent]:
    rows = (*state.rows, *(() if state.pending is None else state.pending.rows))
    if command.redone.withdrawn or command.application in {row.application for row in rows}:
        raise RemitLedElsewhere
    if command.until is not None and command.at < command.until:
        until = local_text(command.until)
        raise RemitUnderWay(f"it has time until {until} in Shanghai", detail_zh=f"重新办理的期限至{until}")
    if command.redone.escalated:
        raise EscalationUndecided(
            "admit or dismiss the escalation first",
            detail_zh="请先对提请市级的事项作出裁定，再办结申诉",
        )
    stage, code = _end(command.redone)
    return [
        RemitClosed(
            round=command.round,
            application=command.application,
            organization=command.organization,
            appeal=appeal,
            stage=stage,
            codes=(code,),
            reason=command.reason,
        ),
        ApplicationRejected(
            application=command.application,
            organization=command.organization,
            round=command.round,
            stage=stage,
            codes=(code,),
        ),
    ]


def _end(redone: Redone) -> tuple[str, str]:
    """Where it ends now, and why."""
    if redone.declined:
        return DISTRICT, DISTRICT_DECLINED
    if not redone.recommended:
        return DISTRICT, DISTRICT_UNDECIDED
    if redone.left_unranked:
        return EXPERTS, LEFT_UNRANKED
    if redone.ranked:
        return EXPERTS, NOT_SELECTED
    raise RemitUnderWay("the experts have not ranked it", detail_zh="专家组尚未重新排名")
