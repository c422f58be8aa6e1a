"""What was dated ahead, by a clock that was wrong: its service says so at a start, and until when it had happened."""

from collections.abc import Mapping, Sequence

from shared.contracts.access import ClockPassedOver
from shared.contracts.envelope import Recorded
from shared.kernel.instants import Instant


def happened_by(log: Sequence[Recorded]) -> Mapping[str, Instant]:
    """When the events that were dated ahead had happened at the latest, by id; `log` has each service's in its order.

    What a service dated no later than it passed over had happened when it did so, and so had what follows from it.
    How long before that nobody says, so this disproves nothing that may have been earlier.
    """
    ahead = _dated_ahead(log)
    found, more = dict(ahead), bool(ahead)
    while more:
        known = len(found)
        for recorded in log:
            cause = found.get(recorded.envelope.causationid or "")
            if cause is not None and cause < recorded.envelope.time:
                found.setdefault(recorded.envelope.id, cause)
        more = len(found) > known
    return found


def _dated_ahead(log: Sequence[Recorded]) -> Mapping[str, Instant]:
    ahead: dict[str, Instant] = {}
    passed_over: dict[str, list[tuple[str, Instant]]] = {}
    for recorded in reversed(log):
        time, after = recorded.envelope.time, passed_over.setdefault(recorded.service, [])
        if isinstance(recorded.event, ClockPassedOver):
            after.append((recorded.event.dated, Instant(time)))
        if by := [at for dated, at in after if at < time <= dated]:
            ahead[recorded.envelope.id] = min(by)
    return ahead
