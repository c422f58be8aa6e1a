"""What was sent of a service's log: each event once and in order, whichever broker or archive still has it."""

from collections.abc import Iterable, Iterator
from heapq import merge
from typing import TypeAlias

import msgspec

from audit.verify.log import Partition
from deploy.local.home import StackError

Sent: TypeAlias = Iterator[tuple[int, bytes]]
"""Position and bytes, by rising position; positions may be missing."""


class Forked(StackError):
    """Two logs have other bytes in one place: they are two histories, and no program may choose between them."""

    def __init__(self, service: str, position: int, where: str) -> None:
        super().__init__(f"{service} has forked at event {position}: {where}; nothing was changed")


class _Sequence(msgspec.Struct):
    sequence: str


_SEQUENCE = msgspec.json.Decoder(_Sequence)


def sent(partitions: Iterable[Partition], service: str) -> Sent:
    """The events that `partitions` hold of a service's log; raise `Forked` where two of them differ."""
    last, before = 0, b""
    for position, body in merge(*(_rising(one) for one in partitions if one.topic.split(".")[1] == service)):
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


def begins_with(whole: Partition, beginning: Partition) -> bool:
    """Whether a partition's records begin with those of another, at the same offsets."""
    records = whole.read()
    return all(
        (found := next(records, None)) is not None and (found[0], found[2]) == (offset, value)
        for offset, _, value in beginning.read()
    )


def _rising(partition: Partition) -> Sent:
    """A partition without what repeats an earlier record."""
    last = 0
    for _, _, value in partition.read():
        position = int(_SEQUENCE.decode(value or b"").sequence)
        if position > last:
            last = position
            yield position, value or b""
