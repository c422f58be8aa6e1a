"""The command behind an event, put together again from the facts before it, and decided again."""

from collections.abc import Sequence
from dataclasses import fields

from audit.behind import application, publication, registration, reporting, review
from audit.case import Behind, Case
from audit.record import NONSENSE, Contradiction, Incomplete, Record
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.kernel.instants import Instant, plus_seconds
from shared.kernel.refusal import Refusal

BEHIND: Behind = {
    **registration.BEHIND,
    **application.BEHIND,
    **review.BEHIND,
    **publication.BEHIND,
    **reporting.BEHIND,
}
"""Accounts and keys rest on the vault and are not decided again."""
HEARD_SECONDS_MAX = 60
"""What another service recorded so shortly before, or by its own clock after, may or may not have been heard."""
HORIZONS_MAX = 16
"""Instants of others, on each side, that are tried."""


def decide_again(record: Record, recorded: Recorded) -> bool:
    """Whether the event could be decided again; raise `Contradiction` where that comes out otherwise.

    Foreign facts are heard a little late: what every fact of its instant does not lead to may rest on those before.
    """
    if type(recorded.event) not in BEHIND:
        return False
    try:
        _same(record, recorded, None)
    except (Contradiction, Incomplete) as found:
        if not any(_led_to(record, recorded, heard) for heard in _heard(record, recorded)):
            raise found from found.__cause__
    return True


def decided_with(record: Record, recorded: Recorded) -> Sequence[Event]:
    """The other events that the command behind this one decides."""
    return [one for one in _again(record, recorded) if one != recorded.event]


def _same(record: Record, recorded: Recorded, heard: Instant | None) -> None:
    again = _again(record, recorded, heard)
    if recorded.event not in again:
        raise Contradiction(recorded, _difference(recorded.event, again))


def _led_to(record: Record, recorded: Recorded, heard: Instant) -> bool:
    try:
        _same(record, recorded, heard)
    except (Contradiction, Incomplete):
        return False
    return True


def _heard(record: Record, recorded: Recorded) -> list[Instant]:
    """Up to when its service may have heard of the others, nearest first: neither clocks nor topics are in step."""
    at = Instant(recorded.envelope.time)
    since, until = plus_seconds(at, -HEARD_SECONDS_MAX), plus_seconds(at, HEARD_SECONDS_MAX)
    times = {Instant(one.envelope.time) for one in record.by_id.values() if one.service != recorded.service}
    earlier = sorted((one for one in times if since <= one < at), reverse=True)[:HORIZONS_MAX]
    later = sorted(one for one in times if at < one <= until)[:HORIZONS_MAX]
    return [*earlier, since, *later]


def _again(record: Record, recorded: Recorded, heard: Instant | None = None) -> Sequence[Event]:
    decider, command_of = BEHIND[type(recorded.event)]
    case = Case(record, recorded, heard)
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
