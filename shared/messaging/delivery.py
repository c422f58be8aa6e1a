"""One delivery: everything that one batch of one partition changes, in one transaction of the receiver's database."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias
from uuid import UUID

from shared.contracts.envelope import Recorded
from shared.eventstore.connections import Connection
from shared.eventstore.documents import Documents, UnitOfWork
from shared.eventstore.port import Append
from shared.eventstore.postgres import PostgresEventStore
from shared.messaging.dead_letters import DeadLetters, TooManyParked, Verdict
from shared.messaging.failures import NotYet, StreamHasAHole, TakenOver
from shared.messaging.given_up import GivenUp
from shared.messaging.ledger import Ledger, Parking
from shared.messaging.reactions import ReactionRefused, Reactions
from shared.messaging.record import Readable, Record, StreamOf, Unreadable, read
from shared.observability.traces import Step, span

__all__ = ["Applied", "Delivery", "Handler", "Load", "NotYet", "Record", "Stopped", "StreamHasAHole", "TakenOver"]

Load: TypeAlias = Callable[[str], Awaitable[Sequence[Recorded]]]
Item: TypeAlias = Readable | Unreadable


class Handler(Protocol):
    """What a service does with foreign events; each takes effect exactly once and in its stream's order.

    It may be asked again about an event whose transaction was rolled back, so it must have no effect but
    through what it is given. `NotYet` makes the partition wait; anything else it raises parks the event.
    """

    async def project(self, documents: Documents, recorded: Recorded) -> None:
        """Update read models."""
        ...

    async def react(self, load: Load, documents: Documents, recorded: Recorded) -> Sequence[Append]:
        """The service's own events that follow; appended in the same transaction."""
        ...


class Stopped(Exception):
    """Record number `index` of the batch could not be applied, for `cause`; roll back, and apply those before it."""

    def __init__(self, index: int, cause: Exception) -> None:
        super().__init__(str(cause))
        self.index, self.cause = index, cause


@dataclass(slots=True)
class Applied:
    """What a transaction comes to once it is committed."""

    handled: int = 0
    duplicates: int = 0
    parked: list[Parking] = field(default_factory=list)
    """Set aside on their own account."""
    held: list[Parking] = field(default_factory=list)
    """Set aside behind an earlier one of their stream."""
    verdicts: list[Verdict] = field(default_factory=list)

    def handle(self, index: int) -> None:
        """Count record number `index` of the batch as handled."""
        self.handled += 1
        self.verdicts.append(Verdict(index, None))

    def park(self, index: int, parking: Parking) -> None:
        """Set record number `index` of the batch aside on its own account."""
        self.parked.append(parking)
        self.verdicts.append(Verdict(index, parking))


@dataclass(slots=True)
class _Known:
    """What the database says about a batch before it is applied, and what changes while it is."""

    fresh: set[UUID]
    versions: dict[StreamOf, int]
    held: dict[StreamOf, set[int]]
    moved: dict[StreamOf, int] = field(default_factory=dict)

    def version(self, of: StreamOf) -> int:
        return self.moved.get(of, self.versions.get(of, 0))

    def hold(self, of: StreamOf, version: int) -> None:
        self.held.setdefault(of, set()).add(version)
        self.moved.setdefault(of, self.version(of))


@dataclass(frozen=True, slots=True)
class Delivery:
    """Applies records to one service's database; used by the inbox and by redrive."""

    store: PostgresEventStore
    handler: Handler
    rehearsal: bool
    dead_letters: DeadLetters = field(default_factory=DeadLetters)
    given_up: GivenUp = field(default_factory=GivenUp)
    """What a database that was set back hears again takes no effect either, if it was given up."""

    @property
    def consumer(self) -> str:
        """The name under which this service's progress is kept."""
        return f"{self.store.service}-inbox"

    async def apply(self, connection: Connection, records: Sequence[Record]) -> Applied:
        """Apply contiguous records of one partition within the caller's transaction and move its cursor.

        Those before the cursor are passed over: another consumer applied them. Raises `TakenOver` when the
        cursor is before them, `Stopped` when one cannot be applied or would go over the dead-letter limit, or
        what the database raises; the caller then rolls back.
        """
        items = [read(record, rehearsal=self.rehearsal) for record in records]
        ledger, todo, known = await self._receive(connection, items)
        if not todo:
            return Applied()
        documents, applied = UnitOfWork(connection), Applied()
        reactions = Reactions(connection, documents, self.store.service, self.rehearsal)
        skipped, last = len(items) - len(todo), records[-1]
        try:
            for index, item in enumerate(todo, skipped):
                await self._one(ledger, known, applied, documents, reactions, index, item)
            await documents.flush()
            await self.dead_letters.judge(connection, self.consumer, applied.verdicts)
            await ledger.park([*applied.parked, *applied.held])
            await ledger.advance(last, todo[0].record.offset, last.offset + 1, known.moved)
            await reactions.write()
        except ReactionRefused as refused:
            raise Stopped(refused.index, refused.cause) from refused
        except TooManyParked as over:
            raise Stopped(over.index, over) from over
        return applied

    async def park(self, connection: Connection, record: Record, reason: str) -> Applied:
        """Set one record aside within the caller's transaction, whatever it holds, and move the cursor past it.

        Raises `TooManyParked`, or what the database raises; the caller then rolls back.
        """
        item, applied = read(record, rehearsal=self.rehearsal), Applied()
        ledger, todo, known = await self._receive(connection, [item])
        if not todo:
            return applied
        if item.place is None or item.place.event_id in known.fresh:
            _set_aside(known, applied, 0, Unreadable(record, item.place, reason))
        await self.dead_letters.judge(connection, self.consumer, applied.verdicts)
        await ledger.park([*applied.parked, *applied.held])
        await ledger.advance(record, record.offset, record.offset + 1, known.moved)
        return applied

    async def pass_over(self, connection: Connection, topic: str, partition: int, expected: int, offset: int) -> None:
        """Move a cursor on to `offset` within the caller's transaction; between them there are no records.

        One that another consumer has moved already stays. Raises `TakenOver` when it is before `expected`.
        """
        ledger, nothing = Ledger(connection, self.consumer), Record(topic, partition, expected, None, None)
        found = await ledger.receive(nothing, ())
        if found.next_offset < expected:
            raise TakenOver(f"the cursor is at {found.next_offset}, before {nothing}")
        if found.next_offset == expected:
            await ledger.advance(nothing, expected, offset)

    async def handle(self, documents: Documents, reactions: Reactions, index: int, recorded: Recorded) -> None:
        """Project and react, unless the event was given up; raises `Stopped`."""
        if self.given_up.has_event(recorded.body):
            return
        envelope = recorded.envelope
        try:
            with span(Step.HEAR, envelope.traceparent, {"event.type": envelope.type, "event.id": envelope.id}):
                await self.handler.project(documents, recorded)
                reactions.add(index, await self.handler.react(reactions.load, documents, recorded))
        except ReactionRefused:
            raise
        except Exception as error:
            raise Stopped(index, error) from error

    async def _receive(self, connection: Connection, items: "list[Item]") -> "tuple[Ledger, list[Item], _Known]":
        """Those of `items` from the cursor on, with what the database knows of them."""
        ledger = Ledger(connection, self.consumer)
        for _ in range(2):
            first = items[0].record
            found = await ledger.receive(first, [item.place for item in items if item.place is not None])
            if found.next_offset == first.offset:
                return ledger, items, _Known(found.fresh, found.versions, found.held)
            if found.next_offset < first.offset:
                break
            items = [item for item in items if item.record.offset >= found.next_offset]
            if not items:
                return ledger, [], _Known(set(), {}, {})
        raise TakenOver(f"the cursor is at {found.next_offset}, before {items[0].record}")

    async def _one(
        self,
        ledger: Ledger,
        known: _Known,
        applied: Applied,
        documents: UnitOfWork,
        reactions: Reactions,
        index: int,
        item: Item,
    ) -> None:
        place = item.place
        if place is not None:
            if place.event_id not in known.fresh:
                applied.duplicates += 1
                return
            known.fresh.remove(place.event_id)
        if isinstance(item, Unreadable):
            if not await self._passed_over(ledger, known, item):
                _set_aside(known, applied, index, item)
            return
        seen = known.version(item.place.of)
        if item.place.of not in known.held and item.place.version == seen + 1:
            await self.handle(documents, reactions, index, item.recorded)
            known.moved[item.place.of] = item.place.version
            applied.handle(index)
        elif item.place.of in known.held or item.place.version <= seen:
            reason = "an earlier event of its stream is parked"
            _set_aside(known, applied, index, Unreadable(item.record, item.place, reason))
        elif _unknown_in(applied) or await ledger.unreadable_in(item.record):
            reason = f"version {seen + 1} may be in an unreadable record of its partition"
            _set_aside(known, applied, index, Unreadable(item.record, item.place, reason))
        else:
            hole = StreamHasAHole(f"{item.place.stream} jumps from version {seen} to {item.place.version}")
            raise Stopped(index, hole)

    async def _passed_over(self, ledger: Ledger, known: _Known, item: Unreadable) -> bool:
        """Whether a record that nobody can read was given up; then its stream goes on behind it."""
        place = item.place
        if place is None:
            if found := self.given_up.has_record(item.record):
                await ledger.give_up(item.record.topic, [item.record.partition])
            return found
        if not self.given_up.has_event(item.record.value):
            return False
        if place.of in known.held or place.version != known.version(place.of) + 1:
            return False
        known.moved[place.of] = place.version
        return True


def _set_aside(known: _Known, applied: Applied, index: int, item: Unreadable) -> None:
    place = item.place
    if place is None:
        applied.park(index, Parking(item.record, None, item.reason))
        return
    versions = known.held.get(place.of)
    if place.version <= known.version(place.of) or place.version in (versions or ()):
        reason = f"version {place.version} of {place.stream} was another event"
        applied.park(index, Parking(item.record, None, reason))
        return
    parking = Parking(item.record, place, item.reason)
    if versions is None:
        applied.park(index, parking)
    else:
        applied.held.append(parking)
    known.hold(place.of, place.version)


def _unknown_in(applied: Applied) -> bool:
    return any(one.place is None for one in applied.parked)
