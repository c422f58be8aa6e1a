"""A proven log as a record to reason over: its events up to an instant, by stream, by kind and by id."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from shared.contracts.application import RoundPlanned
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.kernel.instants import Instant

EventT = TypeVar("EventT", bound=Event)


class Contradiction(Exception):
    """A recorded decision is not the one that the log's own facts lead to."""

    def __init__(self, recorded: Recorded, reason: str) -> None:
        super().__init__(reason)
        self.recorded, self.reason = recorded, reason


class Incomplete(Exception):
    """The log does not hold what a decision rests on; nothing can be said yet."""


@dataclass(slots=True)
class Record:
    """Every event up to an instant, each service's in the order of its log."""

    streams: dict[str, list[Recorded]] = field(default_factory=lambda: defaultdict(list))
    """By service and stream: `review/scoring-…`."""
    kinds: dict[type[Event], list[Recorded]] = field(default_factory=lambda: defaultdict(list))
    by_id: dict[str, Recorded] = field(default_factory=dict)

    @classmethod
    def of(cls, log: Iterable[Recorded], as_of: Instant | None) -> "Record":
        """Keep what happened at or before `as_of`."""
        record = cls()
        for recorded in sorted(log, key=lambda one: (one.service, one.position)):
            envelope = recorded.envelope
            if as_of is None or envelope.time <= as_of:
                record.streams[f"{recorded.service}/{envelope.stream}"].append(recorded)
                record.kinds[type(recorded.event)].append(recorded)
                record.by_id[envelope.id] = recorded
        return record

    def all(self, kind: type[EventT], round_id: str | None = None) -> list[tuple[Recorded, EventT]]:
        """The events of a kind, of one round where the kind names its round, in log order."""
        found = [(one, one.event) for one in self.kinds.get(kind, ()) if isinstance(one.event, kind)]
        return [(one, event) for one, event in found if round_id is None or _round(event, round_id) == round_id]

    def plan(self, round_id: str) -> tuple[Recorded, RoundPlanned]:
        """The round's plan; raise `Incomplete` when it is not known yet."""
        plans = self.all(RoundPlanned, round_id)
        if not plans:
            raise Incomplete(f"the log holds no plan of round {round_id} at this instant")
        return plans[0]


def same(recorded: Recorded, what: str, again: object, before: object) -> None:
    """Raise `Contradiction` unless what was made again is what was recorded."""
    if again != before:
        raise Contradiction(recorded, f"its {what} is not what the log's own facts lead to")


def _round(event: Event, otherwise: str) -> object:
    return getattr(event, "round", otherwise)
