"""A proven log as a record to reason over: its events up to an instant, by stream, by kind and by id."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from audit.ahead import happened_by
from shared.contracts.application import RoundPlanned
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.registration import AccountOpened, FilerAppointed, OrganizationRegistered
from shared.contracts.topics import SERVICES
from shared.kernel.instants import Instant

EventT = TypeVar("EventT", bound=Event)


class Contradiction(Exception):
    """A recorded decision is not the one that the log's own facts lead to."""

    def __init__(self, recorded: Recorded, reason: str) -> None:
        super().__init__(reason)
        self.recorded, self.reason = recorded, reason


NONSENSE = (ValueError, LookupError, ArithmeticError, AssertionError)
"""What a decider raises on values that no door lets in: only a forged event has them."""


class Incomplete(Exception):
    """The log does not hold what a decision rests on; nothing can be said yet."""


@dataclass(slots=True)
class Record:
    """Every event up to an instant: the services in the order of the street, each one's events in that of its log."""

    streams: dict[str, list[Recorded]] = field(default_factory=lambda: defaultdict(list))
    """By service and stream: `review/scoring-…`."""
    kinds: dict[type[Event], list[Recorded]] = field(default_factory=lambda: defaultdict(list))
    by_id: dict[str, Recorded] = field(default_factory=dict)
    organizations: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By account those that it registered, took over or was opened for."""
    _ahead: Mapping[str, Instant] = field(default_factory=dict)
    _about: dict[tuple[type[Event], object], list[Recorded]] = field(default_factory=lambda: defaultdict(list))
    """By kind and application."""

    @classmethod
    def of(cls, log: Iterable[Recorded], as_of: Instant | None) -> "Record":
        """Keep what happened at or before `as_of`: of each stream a beginning, as two clocks may disagree."""
        events = sorted(log, key=lambda one: (SERVICES.index(one.service), one.position))
        record, ended = cls(_ahead=happened_by(events)), set[str]()
        for recorded in events:
            stream = f"{recorded.service}/{recorded.envelope.stream}"
            if as_of is not None and record.happened(recorded) > as_of:
                ended.add(stream)
            if stream not in ended:
                record._keep(stream, recorded)
        return record

    def _keep(self, stream: str, recorded: Recorded) -> None:
        event = recorded.event
        self.streams[stream].append(recorded)
        self.kinds[type(event)].append(recorded)
        self.by_id[recorded.envelope.id] = recorded
        self._about[type(event), getattr(event, "application", None)].append(recorded)
        if isinstance(event, OrganizationRegistered | FilerAppointed | AccountOpened):
            self.organizations[event.account].add(event.organization or "")

    def all(self, kind: type[EventT], round_id: str | None = None) -> list[tuple[Recorded, EventT]]:
        """The events of a kind, of one round where the kind names its round, in log order."""
        found = [(one, one.event) for one in self.kinds.get(kind, ()) if isinstance(one.event, kind)]
        return [(one, event) for one, event in found if round_id is None or _round(event, round_id) == round_id]

    def where(self, kind: type[EventT], **members: object) -> list[tuple[Recorded, EventT]]:
        """The events of a kind with these members, in log order."""
        held = self._about.get((kind, members["application"]), ()) if "application" in members else self.kinds[kind]
        found = [(one, one.event) for one in held if isinstance(one.event, kind)]
        return [pair for pair in found if all(getattr(pair[1], name) == value for name, value in members.items())]

    def happened(self, recorded: Recorded) -> Instant:
        """When the event happened, as it is dated, or at the latest where its service found that it was dated ahead."""
        return self._ahead.get(recorded.envelope.id, Instant(recorded.envelope.time))

    def dated_ahead(self, recorded: Recorded) -> bool:
        """Whether the event happened before its date, nobody knows when."""
        return recorded.envelope.id in self._ahead

    def date_for(self, recorded: Recorded, other: Recorded) -> Instant:
        """When `other` happened, to compare with the date of `recorded`.

        What was dated ahead itself was decided while clocks were wrong, and those of one machine are wrong together.
        """
        return Instant(other.envelope.time) if self.dated_ahead(recorded) else self.happened(other)

    def before(self, recorded: Recorded) -> Iterator[Recorded]:
        """What the log of the event's service held before it."""
        own = (one for one in self.by_id.values() if one.service == recorded.service)
        return (one for one in own if one.position < recorded.position)

    def in_time(self) -> list[Recorded]:
        """Every event in the order in which it happened: by time, and at one instant after what caused it."""
        waiting = {service: deque(own) for service, own in self._by_service().items()}
        done, merged = set[str](), list[Recorded]()
        while waiting:
            heads = [(self.happened(own[0]), SERVICES.index(service), service) for service, own in waiting.items()]
            ready = [head for head in heads if self._ready(waiting[head[2]][0], done)]
            *_, service = min(ready or heads)
            one = waiting[service].popleft()
            done.add(one.envelope.id)
            merged.append(one)
            if not waiting[service]:
                del waiting[service]
        return sorted(merged, key=self.happened)

    def _by_service(self) -> dict[str, list[Recorded]]:
        own: dict[str, list[Recorded]] = defaultdict(list)
        for one in self.by_id.values():
            own[one.service].append(one)
        return own

    def _ready(self, recorded: Recorded, done: set[str]) -> bool:
        cause = recorded.envelope.causationid
        return cause is None or cause in done or cause not in self.by_id

    def event(self, recorded: Recorded, event_id: str) -> Event:
        """The event of this id, which `recorded` rests on; raise `Incomplete` when it is not there."""
        if event_id not in self.by_id:
            raise Incomplete(f"{recorded.envelope.type} rests on event {event_id or '-'}, which the log does not hold")
        return self.by_id[event_id].event

    def plan(self, round_id: str) -> tuple[Recorded, RoundPlanned]:
        """The round's plan; raise `Incomplete` when it is not known yet."""
        plans = self.all(RoundPlanned, round_id)
        if not plans:
            raise Incomplete(f"the log holds no plan of round {round_id} at this instant")
        return plans[0]


def same(recorded: Recorded, what: str, again: object, before: object) -> None:
    """Raise `Contradiction` unless what was made again is what was recorded."""
    if again != before:
        raise Contradiction(recorded, f"its {what}: not what the log's own facts lead to")


def _round(event: Event, otherwise: str) -> object:
    return getattr(event, "round", otherwise)
