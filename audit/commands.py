"""The command behind an event, put together again from the facts before it, and decided again."""

from collections.abc import Sequence
from dataclasses import fields

from audit.behind import application, publication, registration, reporting, review
from audit.case import Behind, Case
from audit.record import NONSENSE, Contradiction, Record
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.kernel.refusal import Refusal

BEHIND: Behind = {
    **registration.BEHIND,
    **application.BEHIND,
    **review.BEHIND,
    **publication.BEHIND,
    **reporting.BEHIND,
}
"""Accounts and keys rest on the vault and are not decided again."""


def decide_again(record: Record, recorded: Recorded) -> bool:
    """Whether the event could be decided again; raise `Contradiction` where that comes out otherwise."""
    if type(recorded.event) not in BEHIND:
        return False
    again = _again(record, recorded)
    if recorded.event not in again:
        raise Contradiction(recorded, _difference(recorded.event, again))
    return True


def decided_with(record: Record, recorded: Recorded) -> Sequence[Event]:
    """The other events that the command behind this one decides."""
    return [one for one in _again(record, recorded) if one != recorded.event]


def _again(record: Record, recorded: Recorded) -> Sequence[Event]:
    decider, command_of = BEHIND[type(recorded.event)]
    case = Case(record, recorded)
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
