"""Notice: what the public sees, first the proposal on notice (公示), then the list (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from services.publication.domain.decision import Decision, ListNotProposed, NotProposed, Proposed
from shared.contracts.publication import ListPublished, NoticePublished
from shared.contracts.round import Calendar
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant, local_date, plus_working_days
from shared.kernel.refusal import Refusal, require

# Commands


@dataclass(frozen=True, slots=True)
class PublishNotice:
    """The publisher puts the proposed list on notice."""

    round: str
    decision: Decision
    calendar: Calendar
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class PublishList:
    """The publisher publishes the approved list."""

    round: str
    decision: Decision
    url: str
    by: Actor
    at: Instant


Command: TypeAlias = PublishNotice | PublishList
NoticeEvent: TypeAlias = NoticePublished | ListPublished

# States


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing is public."""


@dataclass(frozen=True, slots=True)
class OnNotice:
    """The proposal is public."""

    notice: NoticePublished


@dataclass(frozen=True, slots=True)
class Final:
    """The list is public."""

    notice: NoticePublished
    list: ListPublished


Notice: TypeAlias = Nothing | OnNotice | Final

# Refusals


class ListNotApproved(Refusal):
    """Only an approved list is published."""

    title = "The list is not approved"
    clause = "C5.4"


class NoticeAlreadyPublished(Refusal):
    """Another list was put on notice."""

    title = "Another list is on notice"
    clause = "C5.4"


def evolve(state: Notice, event: NoticeEvent) -> Notice:
    """The state after `event`; an event that cannot follow leaves the state as it is."""
    match state, event:
        case _, NoticePublished():
            return OnNotice(event)
        case OnNotice(notice), ListPublished():
            return Final(notice, event)
        case _:
            return state


def decide(state: Notice, command: Command) -> Sequence[NoticeEvent]:
    """What happens, or a refusal."""
    require(command.by, Role.PUBLISHER)
    match command:
        case PublishNotice():
            return _notice(state, command)
        case PublishList():
            return _list(state, command)
        case _:
            assert_never(command)


def _notice(state: Notice, command: PublishNotice) -> Sequence[NoticeEvent]:
    if isinstance(command.decision, NotProposed):
        raise ListNotProposed
    proposal, calendar = command.decision.proposal, command.calendar
    match state:
        case Nothing():
            start, days = local_date(command.at), calendar.notice_working_days.value
            end = plus_working_days(
                start, days, holidays=frozenset(calendar.holidays), workdays=frozenset(calendar.workdays)
            )
            return [
                NoticePublished(
                    round=command.round,
                    list_hash=proposal.list_hash,
                    rows=proposal.rows,
                    start=start,
                    end=end,
                    working_days=days,
                )
            ]
        case OnNotice(notice) | Final(notice):
            if notice.list_hash == proposal.list_hash:
                return []
            raise NoticeAlreadyPublished
        case _:
            assert_never(state)


def _list(state: Notice, command: PublishList) -> Sequence[NoticeEvent]:
    if isinstance(command.decision, NotProposed | Proposed):
        raise ListNotApproved
    proposal = command.decision.proposal
    match state:
        case OnNotice():
            return [
                ListPublished(round=command.round, list_hash=proposal.list_hash, url=command.url, rows=proposal.rows)
            ]
        case Final():
            return []
        case Nothing():
            raise ListNotApproved
        case _:
            assert_never(state)


NOTICE_DECIDER: Decider[Notice, Command, NoticeEvent] = Decider(Nothing(), decide, evolve)
