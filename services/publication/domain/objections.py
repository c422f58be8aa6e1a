"""Objections to a list on notice: filed by anybody under a real name, all decided before the approval (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, assert_never

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
NAMED_MAX = 10
"""So many open ones are told in one refusal."""

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

    @classmethod
    def of(cls, waiting: Sequence[ObjectionFiled]) -> Self:
        """Naming the first of them."""
        named = ", ".join(one.objection for one in waiting[:NAMED_MAX])
        return cls(f"not decided: {named}", detail_zh=f"尚有{len(waiting)}件异议未作出决定：{named}")


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
            if isinstance(state, Approved):
                _joins(state, command.application)
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


def _joins(state: Approved, application: str) -> None:
    """Once the list is approved, a correction's notice takes objections against whom the correction adds."""
    if application in {row.application for row in state.joining}:
        return
    if not state.joining:
        raise NoticeNotRunning("the list is approved, it can be corrected", detail_zh="名单已批准，公示已结束")
    names = [row.organization_name for row in state.joining]
    raise NoticeNotRunning(
        f"the notice is of a correction: it takes objections against whom that adds, {', '.join(names)}",
        detail_zh=f"正在进行的是名单更正的公示，只能对拟增列的机构提出异议：{'、'.join(names)}",
    )


def _shown(command: FileObjection) -> None:
    today = local_date(command.at)
    if not command.notices:
        raise NoticeNotRunning("the list is not on notice", detail_zh="名单尚未公示")
    showing = [one for one in command.notices if any(row.application == command.application for row in one.rows)]
    if not showing:
        raise NoticeNotRunning("the notice does not show this application", detail_zh="公示名单中没有该申报")
    if not any(notice.start <= today <= notice.end for notice in showing):
        start, end = showing[-1].start, showing[-1].end
        raise NoticeNotRunning(
            f"it ran from {start} to the end of {end}", detail_zh=f"公示期为{start}至{end}，现不在公示期内"
        )


def _not_too_many(waiting: Sequence[ObjectionFiled], application: str) -> None:
    about_it = sum(one.application == application for one in waiting)
    if about_it >= OPEN_MAX_OF_AN_APPLICATION or len(waiting) >= OPEN_MAX_OF_A_ROUND:
        raise TooManyObjections(
            f"{about_it} to this application and {len(waiting)} to the list wait to be decided",
            detail_zh=f"对该申报的{about_it}件、对名单的{len(waiting)}件异议待处理",
        )
