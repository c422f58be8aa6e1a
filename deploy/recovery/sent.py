"""What was sent of a service's log: each event once and in order, whichever broker or archive still has it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from typing import TypeAlias, TypeVar

import msgspec

from audit.verify.log import Partition
from deploy.local.home import StackError
from shared.messaging.record import position_in

Sent: TypeAlias = Iterator[tuple[int, bytes]]
"""Position and bytes, by rising position; positions may be missing."""
PartitionT = TypeVar("PartitionT", bound=Partition)
Records: TypeAlias = Iterator[tuple[int, bytes | None, bytes | None]]
"""Offset, key and value of each, in order."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A partition of which only some records are read."""

    whole: Partition
    chosen: Callable[[Records], Records]

    @property
    def topic(self) -> str:
        """The topic's name."""
        return self.whole.topic

    @property
    def number(self) -> int:
        """The partition's number."""
        return self.whole.number

    def read(self) -> Records:
        """Those that are chosen."""
        return self.chosen(self.whole.read())


class Forked(StackError):
    """Two logs have other bytes in one place: they are two histories, and no program may choose between them."""

    def __init__(self, service: str, position: int, where: str) -> None:
        super().__init__(f"{service} has forked at event {position}: {where}; nothing was changed")


class _Sequence(msgspec.Struct):
    sequence: str


_SEQUENCE = msgspec.json.Decoder(_Sequence)


def service_of(partition: Partition) -> str:
    """Whose log it is a part of."""
    return partition.topic.split(".")[1]


def sequence_of(value: bytes | None) -> int:
    """The place of a record's event in its service's log."""
    return int(_SEQUENCE.decode(value or b"").sequence)


def sent(partitions: Iterable[Partition], service: str) -> Sent:
    """The events that `partitions` hold of a service's log; raise `Forked` where two of them differ."""
    last, before = 0, b""
    for position, body in merge(*map(_rising, of_service(partitions, service))):
        if position > last:
            yield position, body
        elif body != before:
            raise Forked(service, position, "broker and backup have other bytes there")
        last, before = position, body


def reach(partitions: Iterable[Partition], service: str) -> int:
    """Up to where `partitions` hold a service's log without a gap."""
    reached = 0
    for position, _ in sent(partitions, service):
        if position != reached + 1:
            break
        reached = position
    return reached


def lacking(partitions: Iterable[Partition], service: str, cursor: int) -> int:
    """How many of a log's events up to `cursor` no partition holds."""
    return cursor - sum(1 for position, _ in sent(partitions, service) if position <= cursor)


def in_any_order(partitions: Iterable[Partition], service: str) -> Sent:
    """Like `sent`, of partitions whose order is broken too; what is no event of its topic is passed over.

    It holds one service's log in memory.
    """
    found: dict[int, bytes] = {}
    for one in of_service(partitions, service):
        for _, _, value in one.read():
            position = position_in(one.topic, value)
            if position is not None and found.setdefault(position, value or b"") != value:
                raise Forked(service, position, "the broker has two events there")
    yield from sorted(found.items())


def of_service(partitions: Iterable[PartitionT], service: str) -> list[PartitionT]:
    """Those of a service's topics."""
    return [one for one in partitions if service_of(one) == service]


def last_up_to(partition: Partition, position: int) -> tuple[int, int] | None:
    """Position and offset of the last event that a partition holds up to `position` of the log."""
    found = None
    for one, offset, _ in rising(partition):
        if one > position:
            break
        found = one, offset
    return found


def begins_with(whole: Partition, beginning: Partition) -> bool:
    """Whether a partition's records begin with those of another, at the same offsets."""
    records = whole.read()
    return all(
        (found := next(records, None)) is not None and (found[0], found[2]) == (offset, value)
        for offset, _, value in beginning.read()
    )


def rising(partition: Partition) -> Iterator[tuple[int, int, bytes]]:
    """Position, offset and bytes of a partition's events, without what repeats an earlier record."""
    last = 0
    for offset, _, value in partition.read():
        position = sequence_of(value)
        if position > last:
            last = position
            yield position, offset, value or b""


def _rising(partition: Partition) -> Sent:
    return ((position, body) for position, _, body in rising(partition))
