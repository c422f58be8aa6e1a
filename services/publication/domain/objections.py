"""Objections to a list on notice: filed by anybody under a real name, all decided before the approval (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from services.publication.domain.objection_decisions import DecideObjection, decide_objection
from services.publication.domain.states import (
    Approved,
    Decision,
    DecisionEvent,
    ListNotProposed,
    NotProposed,
    Proposed,
    objection_of,
)
from shared.contracts.publication import (
    NoticePublished,
    ObjectionFiled,
)
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant, local_date
from shared.kernel.refusal import Refusal, require

OPEN_MAX_OF_AN_APPLICATION = 1000
"""Open objections to one application: what a decision can hold, not what people may say."""
OPEN_MAX_OF_A_ROUND = 5000

# Commands


@dataclass(frozen=True, slots=True)
class FileObjection:
    """Somebody objects, under a real name, to an application on notice (C5.4)."""

    round: str
    objection: str
    application: str
    objector: str
    """Commitment to the real name."""
    contact: str
    """Commitment."""
    grounds: str
    evidence: tuple[str, ...]
    notices: Sequence[NoticePublished]
    by: Actor
    at: Instant


# Refusals


class NoticeNotRunning(Refusal):
    """Objections are taken while the notice runs; later ones lead to a correction, if at all."""

    title = "No notice that shows this application is running"
    clause = "C5.4"
    field = "application"


class TooManyObjections(Refusal):
    """So many wait to be decided that no further one is taken."""

    title = "Too many objections are open"
    clause = "C5.4"


class ObjectionsOpen(Refusal):
    """No list is approved before every objection is decided."""

    title = "An objection is not decided yet"
    clause = "C5.4"
    field = "round"


# Decide


def on_objection(state: Decision, command: FileObjection | DecideObjection) -> Sequence[DecisionEvent]:
    """What happens, or a refusal."""
    match command:
        case FileObjection():
            return _file(state, command)
        case DecideObjection():
            return decide_objection(state, command)
        case _:
            assert_never(command)


def _file(state: Decision, command: FileObjection) -> Sequence[DecisionEvent]:
    """Take an objection while the notice runs that shows the application."""
    require(command.by, Role.FILER)
    match state:
        case NotProposed():
            raise ListNotProposed
        case Proposed() | Approved():
            if objection_of(state, command.objection) is not None:
                return []
            if isinstance(state, Approved) and command.application not in {row.application for row in state.joining}:
                raise NoticeNotRunning("the list is approved, it can be corrected")
            _shown(command)
            _not_too_many(state.open_objections, command.application)
            return [
                ObjectionFiled(
                    round=command.round,
                    objection=command.objection,
                    application=command.application,
                    objector=command.objector,
                    contact=command.contact,
                    grounds=command.grounds,
                    evidence=command.evidence,
                    received_at=command.at,
                )
            ]
        case _:
            assert_never(state)


def _shown(command: FileObjection) -> None:
    today = local_date(command.at)
    if not command.notices:
        raise NoticeNotRunning("the list is not on notice")
    showing = [one for one in command.notices if any(row.application == command.application for row in one.rows)]
    if not showing:
        raise NoticeNotRunning("the notice does not show this application")
    if not any(notice.start <= today <= notice.end for notice in showing):
        raise NoticeNotRunning(f"it ran from {showing[-1].start} to the end of {showing[-1].end}")


def _not_too_many(waiting: Sequence[ObjectionFiled], application: str) -> None:
    about_it = sum(one.application == application for one in waiting)
    if about_it >= OPEN_MAX_OF_AN_APPLICATION or len(waiting) >= OPEN_MAX_OF_A_ROUND:
        raise TooManyObjections(f"{about_it} to this application and {len(waiting)} to the list wait to be decided")
