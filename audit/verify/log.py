"""One service's log, read from its partitions and followed by sequence."""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol, TypeAlias

from .forms import Forms, Groups, Malformed
from .ids import Ids
from .verdict import Disproved, Head, Undecided

GENESIS = "0" * 64
"""`previous` of the first event."""
HASH = re.compile(rb"[0-9a-f]{64}")
LATE = "it comes after later events of its partition"
NOT_CHAINED = "its previous is not the hash of the event before it"


class Partition(Protocol):
    """One partition of a topic; may be read more than once."""

    @property
    def topic(self) -> str:
        """The topic's name."""
        ...

    @property
    def number(self) -> int:
        """The partition's number, from 0."""
        ...

    def read(self) -> Iterator[tuple[int, bytes | None, bytes | None]]:
        """Offset, key and value of every record in order; a key that the source does not keep is None."""
        ...


Streams: TypeAlias = dict[bytes, tuple[int, bytes, int]]
"""A stream's id to its version, its key and its partition."""


class _Event(NamedTuple):
    """One record on its way through the check; `reason` says why it is no event of ours, then it has no groups."""

    reader: "Reader"
    offset: int
    sequence: int
    """0 when it cannot be told."""
    value: bytes
    groups: Groups
    reason: str | None


class Reader:
    """One partition being read; `streams` and `homes` are shared by the partitions of a topic."""

    def __init__(self, partition: Partition, forms: Forms, streams: Streams, homes: dict[bytes, int]) -> None:
        self.partition = partition
        self.streams, self.homes = streams, homes
        self.again: list[_Event] = []
        self.events = self._events(forms.reader(partition.topic))
        """Each event of the partition once; those whose sequence does not rise are put aside."""

    def _events(self, read: Callable[[bytes], Groups]) -> Iterator[_Event]:
        last = 0
        for offset, key, value in self.partition.read():
            try:
                groups = read(value or b"")
            except Malformed as error:
                event = _Event(self, offset, _claimed(value), value or b"", (), str(error))
            else:
                reason = None if key is None or key == groups[2] else f"its key is {key!r}, not its partitionkey"
                event = _Event(self, offset, int(groups[4]), value or b"", groups, reason)
            sequence = event[2]
            if 0 < sequence <= last:
                self.again.append(event)
            else:
                last = sequence or last
                yield event

    def differing(self) -> list[tuple[_Event, str]]:
        """Those put aside that do not repeat an earlier record of this partition byte for byte."""
        wanted = {event.sequence for event in self.again}
        first: dict[int, tuple[int, bytes]] = {}
        for offset, _, value in self.partition.read() if wanted else ():
            sequence = _claimed(value)
            if sequence in wanted:
                first.setdefault(sequence, (offset, value or b""))
        found = []
        for event in self.again:
            offset, value = first[event.sequence]
            if offset == event.offset:
                found.append((event, LATE))
            elif value != event.value or event.reason:
                found.append((event, f"it claims the sequence of the event at offset {offset} with other bytes or key"))
        return found


class Bags(NamedTuple):
    """Every event's id, and the ids of the events that caused others."""

    ids: Ids
    causes: Ids


class Log:
    """One service's log; what is found wrong first, by sequence, is what is told.

    `claim` is the head (position, hash) that an archive names; None when the log may still grow.
    """

    def __init__(self, source: str, readers: Sequence[Reader], bags: Bags, claim: tuple[int, str] | None) -> None:
        self.source, self._readers, self._claim = source, readers, claim
        self._ids, self._causes = bags.ids, bags.causes
        self._position, self._hash = 0, GENESIS.encode()
        self._last: _Event | None = None
        self._waiting: dict[int, _Event] = {}
        self._faults: list[tuple[_Event, int, str]] = []
        self._blocked: list[_Event] = []

    def follow(self) -> Disproved | Undecided | None:
        """The first bad event, or what is missing, or None; to be called once."""
        for reader in self._readers:
            self._advance(reader)
        take, sha256 = self._waiting.pop, hashlib.sha256
        while (event := take(self._position + 1, None)) is not None:
            wrong = self._wrong(event)
            if wrong is not None:
                self._blame(event, wrong)
                break
            self._position += 1
            self._hash = sha256(event[3]).hexdigest().encode()
            self._last = event
            self._advance(event[0])
        return self._conclude()

    @property
    def head(self) -> Head | None:
        """Where the log ends; None when it is empty."""
        if self._last is None:
            return None
        time = re.findall(rb'"time":"([^"]*)"', self._last.value)[-1]
        return Head(self._position, self._hash.decode(), time.decode())

    @property
    def resent(self) -> int:
        """How many records repeat an earlier one."""
        return sum(len(reader.again) for reader in self._readers)

    def at_the_end(self, reason: str) -> Disproved:
        """A fault that shows only at the log's last event."""
        place = self._last.reader.partition if self._last else self._readers[0].partition
        offset = self._last.offset if self._last else 0
        return Disproved(place.topic, place.number, offset, self.source, self._position, reason)

    def _advance(self, reader: Reader) -> None:
        for event in reader.events:
            sequence = event[2]
            if not sequence:
                self._blocked.append(event)
                return
            if sequence > self._position and sequence not in self._waiting:
                self._waiting[sequence] = event
                return
            self._faults.append((event, event.sequence, "another partition has an event with its sequence"))

    def _wrong(self, event: _Event) -> str | None:
        reader, _, _, _, groups, reason = event
        if reason is not None:
            return reason
        cause, identity, key, previous, _, stream, version = groups
        if previous != self._hash:
            return NOT_CHAINED if HASH.fullmatch(previous) else f"its previous is {previous.decode()}"
        known = reader.streams.get(stream) or self._new(reader, key)
        before, owner, home = known
        if int(version) != before + 1:
            return f"its streamversion is {int(version)} after {before}"
        if key != owner:
            return f"its partitionkey is {key.decode()}, its stream began with {owner.decode()}"
        if home != reader.partition.number:
            return f"earlier events of its stream or key are in partition {home}"
        reader.streams[stream] = (before + 1, owner, home)
        self._ids.add(identity)
        if cause:
            self._causes.add(cause)
        return None

    def _new(self, reader: Reader, key: bytes) -> tuple[int, bytes, int]:
        return 0, key, reader.homes.setdefault(key, reader.partition.number)

    def _blame(self, event: _Event, reason: str) -> None:
        """Of two neighbours that do not fit, the one confirmed by its successor or the claimed head is right."""
        if reason == NOT_CHAINED and self._last is not None:
            self._advance(event.reader)
            after, own = self._waiting.get(event.sequence + 1), hashlib.sha256(event.value).hexdigest()
            if after.groups[3:4] == (own.encode(),) if after else self._claim == (event.sequence, own):
                changed = "its bytes are not those whose hash the next event names"
                self._faults.append((self._last, self._position, changed))
                return
        self._faults.append((event, event.sequence, reason))

    def _conclude(self) -> Disproved | Undecided | None:
        if not self._faults and (self._blocked or self._waiting):
            self._look_for_the_misplaced(self._position + 1)
        for reader in self._readers:
            self._read_out(reader)
        if not self._faults and self._waiting and self._claim is not None:
            first = self._waiting[min(self._waiting)]
            self._faults.append((first, first.sequence, f"sequence {self._position + 1} is missing before it"))
        if self._faults:
            event, sequence, reason = min(self._faults, key=_order)
            place = event.reader.partition
            return Disproved(place.topic, place.number, event.offset, self.source, sequence, reason)
        if self._waiting:
            missing = f"sequence {self._position + 1} is not there, {min(self._waiting)} is"
            return Undecided(f"{self.source}: {missing}")
        return None

    def _look_for_the_misplaced(self, wanted: int) -> None:
        """The next event is nowhere in front: one of those in front may be it, under a false sequence or damaged."""
        held = [*self._blocked, *self._waiting.values()]
        follower = b'"previous":"%b"' % self._hash
        fitting = next((event for event in held if follower in event.value), None)
        if fitting is not None:
            says = f"it follows event {self._position} by its previous, but its sequence is {fitting.sequence}"
            self._faults.append((fitting, wanted, fitting.reason or says))
        elif self._blocked:
            self._faults.append(self._unplaced(self._blocked[0], wanted))

    def _unplaced(self, event: _Event, wanted: int) -> tuple[_Event, int, str]:
        """A record that tells no sequence; one without bytes at a file's end says that a line is missing before it."""
        partition = event.reader.partition
        if event.value or any(offset > event.offset for offset, _, _ in partition.read()):
            return event, wanted, event.reason or ""
        later = (offset for offset, _, value in partition.read() if _claimed(value) > wanted)
        place = event._replace(offset=next(later, event.offset))
        return place, wanted, "a line is missing here: the file has fewer than are counted"

    def _read_out(self, reader: Reader) -> None:
        """What is left of a partition: an event that comes too late, or claims what another one was."""
        front = next((event for event in self._waiting.values() if event.reader is reader), None)
        for event in reader.events:
            if event.reason and event.sequence:
                self._faults.append((event, event.sequence, event.reason))
            elif event.reason:
                self._faults.append(self._unplaced(event, self._position + 1))
        found = reader.differing()
        late = [event.sequence for event, reason in found if reason == LATE]
        if front is not None and len(late) > 1:
            self._faults.append((front, min(late), f"it stands before event {min(late)} of its partition"))
            found = [(event, reason) for event, reason in found if reason != LATE]
        self._faults += [(event, event.sequence, reason) for event, reason in found]


def _claimed(value: bytes | None) -> int:
    found = re.findall(rb'"sequence":"([0-9]{20})"', value or b"")
    return int(found[-1]) if found else 0


def _order(fault: tuple[_Event, int, str]) -> tuple[int, str, int, int]:
    event, sequence, _ = fault
    return sequence, event.reader.partition.topic, event.reader.partition.number, event.offset
