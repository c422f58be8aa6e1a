"""Notice: what the public sees, first the proposal on notice (公示), then the list, and corrections likewise (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from services.publication.domain.states import Approved, Decision, ListNotProposed, NotProposed, Proposed
from shared.contracts.publication import ListCorrectionProposed, ListPublished, NoticePublished
from shared.contracts.round import Calendar
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant, local_date, plus_working_days
from shared.kernel.refusal import Refusal, require

# Commands


@dataclass(frozen=True, slots=True)
class PublishNotice:
    """The publisher puts the proposed list on notice, again what changed in it, and whom a correction adds (C5.4)."""

    round: str
    decision: Decision
    calendar: Calendar
    by: Actor
    at: Instant
    corrections: bool
    """Whether a correction that adds somebody goes on notice, as the round has it."""


@dataclass(frozen=True, slots=True)
class PublishList:
    """The publisher publishes the approved list, and again once it is corrected (C5.4)."""

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
    """The proposal is public, in each form that it had."""

    notices: tuple[NoticePublished, ...]


@dataclass(frozen=True, slots=True)
class Final:
    """The list is public, and after corrections each that replaced another."""

    notices: tuple[NoticePublished, ...]
    """Of the proposal."""
    lists: tuple[ListPublished, ...]
    corrections: tuple[NoticePublished, ...] = ()
    """Of corrections that were proposed of the last list."""


Notice: TypeAlias = Nothing | OnNotice | Final

# Refusals


class ListNotApproved(Refusal):
    """Only an approved list is published."""

    title = "The list is not approved"
    clause = "C5.4"


class ListNeedsNoNotice(Refusal):
    """An approved list goes on notice no more, unless a correction that waits adds somebody to it."""

    title = "The list is approved, it goes on notice no more"
    clause = "C5.4"


def of_corrections(state: Notice) -> tuple[NoticePublished, ...]:
    """The notices since the list was published last: of corrections that were proposed of it."""
    return state.corrections if isinstance(state, Final) else ()


def evolve(state: Notice, event: NoticeEvent) -> Notice:
    """The state after `event`; an event that cannot follow leaves the state as it is."""
    match event:
        case NoticePublished():
            return _noticed(state, event)
        case ListPublished():
            return _final(state, event)
        case _:
            assert_never(event)


def _noticed(state: Notice, event: NoticePublished) -> Notice:
    match state:
        case Nothing():
            return OnNotice((event,))
        case OnNotice(notices):
            return OnNotice((*notices, event))
        case Final():
            return replace(state, corrections=(*state.corrections, event))
        case _:
            assert_never(state)


def _final(state: Notice, event: ListPublished) -> Notice:
    match state:
        case Nothing():
            return state
        case OnNotice(notices):
            return Final(notices, (event,))
        case Final(notices, lists):
            return Final(notices, (*lists, event))
        case _:
            assert_never(state)


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
    """Put the list on notice as it is now, for a whole period; again when it changed since."""
    decision = command.decision
    match decision:
        case NotProposed():
            raise ListNotProposed
        case Approved(pending=ListCorrectionProposed() as pending) if command.corrections and decision.joining:
            return _unless_shown(of_corrections(state), command, pending)
        case Proposed() | Approved():
            before = () if isinstance(state, Nothing) else state.notices
            if isinstance(decision, Approved) or isinstance(state, Final):
                return _needs_none(before, decision)
            return _unless_shown(before, command, decision)
        case _:
            assert_never(decision)


def _needs_none(before: Sequence[NoticePublished], decision: Proposed | Approved) -> Sequence[NoticeEvent]:
    if before and before[-1].list_hash == decision.list_hash:
        return []
    raise ListNeedsNoNotice


def _unless_shown(
    before: Sequence[NoticePublished], command: PublishNotice, listed: Proposed | ListCorrectionProposed
) -> Sequence[NoticeEvent]:
    """The notice of a list, unless the last one showed it."""
    return [] if before and before[-1].list_hash == listed.list_hash else [_shown(command, listed)]


def _shown(command: PublishNotice, listed: Proposed | ListCorrectionProposed) -> NoticePublished:
    calendar = command.calendar
    start, days = local_date(command.at), calendar.notice_working_days.value
    holidays, workdays = frozenset(calendar.holidays), frozenset(calendar.workdays)
    return NoticePublished(
        round=command.round,
        list_hash=listed.list_hash,
        rows=listed.rows,
        start=start,
        end=plus_working_days(start, days, holidays=holidays, workdays=workdays),
        working_days=days,
    )


def _list(state: Notice, command: PublishList) -> Sequence[NoticeEvent]:
    decision = command.decision
    if isinstance(decision, NotProposed | Proposed):
        raise ListNotApproved
    listed = ListPublished(round=command.round, list_hash=decision.list_hash, url=command.url, rows=decision.rows)
    match state:
        case OnNotice():
            return [listed]
        case Final(lists=lists):
            return [] if lists[-1].list_hash == decision.list_hash else [listed]
        case Nothing():
            raise ListNotApproved
        case _:
            assert_never(state)


NOTICE_DECIDER: Decider[Notice, Command, NoticeEvent] = Decider(Nothing(), decide, evolve)
