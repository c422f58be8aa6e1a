"""The command behind an event, put together again from the facts before it, and decided again."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import fields
from itertools import chain
from typing import TypeAlias

from audit.behind import application, publication, registration, reporting, review
from audit.behind.publication_heard import OF_A_WHOLE_ROUND
from audit.case import Behind, Case
from audit.record import NONSENSE, Contradiction, Incomplete, Record
from shared.contracts.application import ApplicationStarted
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.topics import SERVICES
from shared.kernel.instants import Instant, plus_seconds
from shared.kernel.refusal import Refusal

Horizon: TypeAlias = tuple[Instant | None, frozenset[str]]
"""Up to when a service had heard of the others, and of which events up to then it had not."""
BEHIND: Behind = {
    **registration.BEHIND,
    **application.BEHIND,
    **review.BEHIND,
    **publication.BEHIND,
    **reporting.BEHIND,
}
"""Keys are made outside and are not decided again."""
HEARD_SECONDS_MAX = 60
"""What another service recorded so shortly before, or by its own clock after, may or may not have been heard."""
HORIZONS_MAX = 16
"""Instants of others, on each side, that are tried."""
LAGS_MAX = 64
"""Earlier instants of others that are tried to say since when a service had heard nothing."""
STILL_MAX = 256
"""Events of another service at a decision's own instant that are tried as not heard: a rehearsal's clock stands."""


def decide_again(record: Record, recorded: Recorded) -> bool:
    """Whether the event could be decided again; raise `Contradiction` where that comes out otherwise.

    Foreign facts are heard a little late: what every fact of its instant does not lead to may rest on those before.
    """
    if type(recorded.event) not in BEHIND:
        return False
    try:
        next(_ways(record, recorded))
    except Contradiction as found:
        heard = _heard_up_to(record, recorded)
        if heard is None:
            raise
        lag = f"it is what a service decides that has heard nothing of the others since {heard}"
        raise Contradiction(recorded, f"{found.reason}; {lag}") from found
    return True


def _heard_up_to(record: Record, recorded: Recorded) -> Instant | None:
    """The last instant, longer ago than anything may take to be heard, whose facts lead to the event."""
    since = plus_seconds(Instant(recorded.envelope.time), -HEARD_SECONDS_MAX)
    for heard in sorted((one for one in _times_of_others(record, recorded) if one < since), reverse=True)[:LAGS_MAX]:
        with suppress(Contradiction, Incomplete):
            _same(record, recorded, (heard, frozenset()))
            return heard
    return None


def decided_with(record: Record, recorded: Recorded) -> Sequence[Event]:
    """The other events that the command behind this one decides, as they were recorded where something leads there."""
    ways = _ways(record, recorded)
    first = next(ways)
    led = next((again for again in chain((first,), ways) if _are_recorded(record, recorded, again)), first)
    return [one for one in led if one != recorded.event]


def _are_recorded(record: Record, recorded: Recorded, again: Sequence[Event]) -> bool:
    """Whether the very command that recorded this event recorded all of these.

    The like may stand elsewhere in the log: what a list left out may end again, as a remit's end would have it.
    """
    return all(any(_together(one, recorded, len(again)) for one in _equal(record, event)) for event in again)


def _equal(record: Record, event: Event) -> Iterator[Recorded]:
    members = {"application": event.application} if hasattr(event, "application") else {}
    return (one for one, held in record.where(type(event), **members) if held == event)


def _together(one: Recorded, other: Recorded, number: int) -> bool:
    """Whether they may be of one command that recorded so many: side by side in a log, at one instant, by one actor."""
    mine, its = one.envelope, other.envelope
    same = (one.service, mine.time, mine.actorid) == (other.service, its.time, its.actorid)
    return same and abs(one.position - other.position) < number


def _ways(record: Record, recorded: Recorded) -> Iterator[Sequence[Event]]:
    """All that is decided together with the event, by each horizon that leads to it; raise where the first does not."""
    found: Contradiction | Incomplete | None = None
    leads = False
    for horizon in _horizons(record, recorded):
        try:
            yield _same(record, recorded, horizon)
            leads = True
        except (Contradiction, Incomplete) as error:
            found = found or error
    if found is not None and not leads:
        raise found from found.__cause__


def _same(record: Record, recorded: Recorded, horizon: Horizon) -> Sequence[Event]:
    again = _again(record, recorded, horizon)
    if recorded.event not in again:
        raise Contradiction(recorded, _difference(recorded.event, again))
    return again


def _horizons(record: Record, recorded: Recorded) -> Iterator[Horizon]:
    """What its service may have heard of the others, likeliest first: neither clocks nor topics are in step."""
    yield None, frozenset()
    if type(recorded.event) in OF_A_WHOLE_ROUND:
        yield from _still(record, recorded)
    at = Instant(recorded.envelope.time)
    since, until = plus_seconds(at, -HEARD_SECONDS_MAX), plus_seconds(at, HEARD_SECONDS_MAX)
    times = _times_of_others(record, recorded)
    earlier = sorted((one for one in times if since <= one < at), reverse=True)[:HORIZONS_MAX]
    later = sorted(one for one in times if at < one <= until)[:HORIZONS_MAX]
    yield from ((heard, frozenset()) for heard in (*earlier, since, *later))
    if type(recorded.event) not in OF_A_WHOLE_ROUND:
        yield from _still(record, recorded, _subjects(record, recorded.event))


def _times_of_others(record: Record, recorded: Recorded) -> set[Instant]:
    return {Instant(one.envelope.time) for one in record.by_id.values() if one.service != recorded.service}


def _still(record: Record, recorded: Recorded, about: frozenset[str] | None = None) -> Iterator[Horizon]:
    """Of each other service's events at the same instant the last, the last two, and so on are not heard.

    With `about`, an organization and an application, of those alone that are about one of them.
    """
    for service in SERVICES:
        own = [one for one in record.by_id.values() if one.service == service != recorded.service]
        now = sorted((one for one in own if one.envelope.time == recorded.envelope.time), key=lambda one: -one.position)
        now = [one for one in now if about is None or about & _subjects(record, one.event)]
        for number in range(1, min(len(now), STILL_MAX) + 1):
            yield None, frozenset(one.envelope.id for one in now[:number])


def _subjects(record: Record, event: Event) -> frozenset[str]:
    """The organization and the application that an event is about."""
    its, organization = getattr(event, "application", None), getattr(event, "organization", None)
    began = record.where(ApplicationStarted, application=its) if its else ()
    return frozenset(str(one) for one in (its, organization, *(who.organization for _, who in began)) if one)


def _again(record: Record, recorded: Recorded, horizon: Horizon) -> Sequence[Event]:
    decider, command_of = BEHIND[type(recorded.event)]
    case = Case(record, recorded, *horizon)
    try:
        again: Sequence[Event] = decider.decide(
            case.fold(decider, recorded.envelope.stream), command_of(case, recorded.event)
        )
    except Refusal as refusal:
        if not refusal.record:
            raise Contradiction(recorded, f"it had to be refused: {refusal.detail}") from refusal
        return [one for one in refusal.record if isinstance(one, Event)]
    except NONSENSE as error:
        raise Contradiction(recorded, f"nothing can be decided on it: {type(error).__name__} {error}") from error
    return again


def _difference(event: Event, again: Sequence[object]) -> str:
    same = next((one for one in again if isinstance(one, type(event))), None)
    if same is None:
        return "the log's own facts do not lead to it"
    names = [one.name for one in fields(event)]  # type: ignore[arg-type]  # every event is a dataclass
    differing = [name for name in names if getattr(event, name) != getattr(same, name)]
    return f"its {', '.join(differing)}: not what the log's own facts lead to"
