"""A deadline moved by an official letter: for the round, one district or one application (C5.2, R19)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from services.application.domain.round_states import (
    Archived,
    Closed,
    Open,
    Planned,
    Round,
    RoundEvent,
    RoundIsClosed,
    RoundNotOpenYet,
    RoundNotPlanned,
    Unplanned,
    terms_at,
)
from services.application.domain.terms import ONE_APPLICATION, ONE_DISTRICT, WHOLE_ROUND, RoundTerms
from shared.contracts.application import DeadlineExtended
from shared.contracts.vocabulary import District
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant, end_of_day_after, local_text, plus_days
from shared.kernel.refusal import Malformed, Refusal, require


@dataclass(frozen=True, slots=True)
class ExtendDeadline:
    """Give more time to the round, a district or an application (C5.2); `new` is the first instant too late."""

    round: str
    scope: str
    target: str | None
    new: Instant
    reason: str
    authority_document: str
    by: Actor
    at: Instant
    district: str | None
    """The application's, where it is for one application of this round."""
    filed: bool
    """Whether that application waits for nothing to be filed: it is submitted, or withdrawn."""
    returned_until: Instant | None
    """Until when what was returned of that application is, or was, to be corrected."""
    final: bool
    """Whether that application is approved or rejected."""


class ScopeUnknown(Malformed):
    """An extension is for the round, a district or an application."""

    title = "An extension is for the round, a district or an application"
    clause = "C5.2"
    field = "scope"


class TargetMissing(Malformed):
    """A district or an application is named, and the round is not."""

    title = "The extension does not name what it is for"
    clause = "C5.2"
    field = "target"


class ExtensionGivesNoTime(Refusal):
    """It ends later than the deadline that holds, and later than now."""

    title = "The new deadline gives no more time"
    clause = "C5.2"
    rule = "R19"
    field = "new"


class ExtensionReachesTooFar(Refusal):
    """A letter moves the deadline by days, as many as the round says: a wrong month or year is noticed."""

    title = "The new deadline is later than the round lets a letter reach"
    clause = "C5.2"
    rule = "R19"
    field = "new"


class LetterLeavesTooLittleTime(Refusal):
    """Time is taken back with notice: the round says how many days a letter that does so leaves."""

    title = "A letter that takes time back leaves some days"
    clause = "C5.2"
    rule = "R19"
    field = "new"


class NothingWaitsForTime(Refusal):
    """An extension for one application gives it time to file something."""

    title = "The application waits for nothing to be filed"
    clause = "C5.2"
    rule = "R19"
    field = "target"


def extend(state: Round, command: ExtendDeadline) -> Sequence[RoundEvent]:
    """The extension, granted once."""
    require(command.by, Role.CITY_OFFICER)
    match state:
        case Unplanned():
            raise RoundNotPlanned
        case Planned():
            raise RoundNotOpenYet
        case Open():
            return _extended(state, command)
        case Closed():
            return _once_closed(state, command)
        case Archived():
            raise RoundIsClosed
        case _:
            assert_never(state)


def _once_closed(state: Closed, command: ExtendDeadline) -> Sequence[RoundEvent]:
    """Who filed in time may be given more to correct what was returned (C5.3); nobody else files any more."""
    if command.returned_until is None:
        if _in_force(terms_at(state, command.at), command):
            return []
        raise RoundIsClosed
    if command.final:
        raise NothingWaitsForTime(
            "it is decided; an extension would help nobody", detail_zh="该申报已有结果，延期已无意义"
        )
    return _extended(state, command)


def _extended(state: Open | Closed, command: ExtendDeadline) -> Sequence[RoundEvent]:
    terms = terms_at(state, command.at)
    if _in_force(terms, command):
        return []
    district, application = _target(command)
    old = terms.deadline_of(district, application)
    shortens = _shortens(terms, command)
    if not shortens:
        old = _longer(terms, command, old)
    if command.new <= command.at:
        raise ExtensionGivesNoTime(f"{command.new} is past", detail_zh=f"{local_text(command.new)}已过")
    _within_reach(terms, command)
    if shortens:
        _announced_in_time(terms, command)
    return [
        DeadlineExtended(
            round=command.round,
            scope=command.scope,
            target=command.target,
            old=old,
            new=command.new,
            reason=command.reason,
            authority_document=command.authority_document,
        )
    ]


def _shortens(terms: RoundTerms, command: ExtendDeadline) -> bool:
    """Whether it takes back some of what an earlier letter gave the same: nothing that was accepted becomes late."""
    given = terms.letter_of(command.scope, command.target)
    return terms.extension_days is not None and given is not None and terms.deadline <= command.new < given.new


def _longer(terms: RoundTerms, command: ExtendDeadline, old: Instant) -> Instant:
    """Until when there is time already, which it has to be later than."""
    if terms.not_before_deadline:
        if command.filed:
            detail = "it is submitted, or withdrawn; an extension would help nobody"
            raise NothingWaitsForTime(detail, detail_zh="该申报已提交或已撤回，延期已无意义")
        old = max(old, command.returned_until or old)
    if command.new <= old:
        raise ExtensionGivesNoTime(f"the deadline is {old} already", detail_zh=f"现截止时间已为{local_text(old)}")
    return old


def _announced_in_time(terms: RoundTerms, command: ExtendDeadline) -> None:
    """Whoever relied on a letter has some days after the one that takes time back."""
    first = plus_days(command.at, terms.notice_days)
    if command.new < first:
        detail = f"it leaves at least {terms.notice_days} days: {local_text(first)} (Asia/Shanghai) at the earliest"
        detail_zh = f"应至少留出{terms.notice_days}天，最早为{local_text(first)}"
        raise LetterLeavesTooLittleTime(detail, detail_zh=detail_zh)


def _within_reach(terms: RoundTerms, command: ExtendDeadline) -> None:
    if terms.extension_days is None:
        return
    last = end_of_day_after(max(terms.deadline, command.returned_until or terms.deadline), terms.extension_days)
    if command.new > last:
        detail = f"{local_text(command.new)} is later than {local_text(last)} (Asia/Shanghai)"
        raise ExtensionReachesTooFar(detail, detail_zh=f"{local_text(command.new)}晚于最迟时间{local_text(last)}")


def _target(command: ExtendDeadline) -> tuple[str, str]:
    """The district and the application whose deadline it moves; empty where it moves that of more."""
    if command.scope == WHOLE_ROUND:
        if command.target is not None:
            raise TargetMissing("an extension for the whole round names nothing", detail_zh="全轮延期不指定对象")
        return "", ""
    if command.target is None:
        raise TargetMissing
    if command.scope == ONE_DISTRICT:
        if command.target not in list(District):
            raise TargetMissing(f"{command.target} is no district", detail_zh=f"{command.target}不是区代码")
        return command.target, ""
    if command.scope == ONE_APPLICATION:
        if command.district is None:
            detail = f"{command.target} is no application of this round"
            raise TargetMissing(detail, detail_zh="本轮没有这件申报")
        return command.district, command.target
    raise ScopeUnknown(command.scope, detail_zh=f"“{command.scope}”不是延期范围")


def _in_force(terms: RoundTerms, command: ExtendDeadline) -> bool:
    """Whether the letter that holds for the same says just that; one that another took the place of is given anew."""
    one = terms.letter_of(command.scope, command.target)
    if one is None:
        return False
    said = (one.scope, one.target, one.new, one.reason, one.authority_document)
    return said == (command.scope, command.target, command.new, command.reason, command.authority_document)
