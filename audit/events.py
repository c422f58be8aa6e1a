"""A proven log as events: each once, however often a relay sent it, in the order of its service's log."""

import json
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_type_hints

from audit.record import Incomplete
from audit.verify import Disproved
from audit.verify.log import Partition
from shared.contracts.codec import Undecodable, UnknownEventType, decode, shape_of
from shared.contracts.envelope import Recorded


class NotOfTheCatalogue(Exception):
    """An event's data are not those of its type."""

    def __init__(self, verdict: Disproved) -> None:
        super().__init__(verdict.reason)
        self.verdict = verdict


def events_of(partitions: Iterable[Partition]) -> list[Recorded]:
    """Decode every event; raise `NotOfTheCatalogue`, or `Incomplete` for what this tool does not know yet."""
    found: dict[str, Recorded] = {}
    for partition in partitions:
        for offset, _, value in partition.read():
            try:
                recorded = decode(value or b"")
            except UnknownEventType as error:
                raise Incomplete(f"this tool does not know events of type {error}") from error
            except Undecodable as error:
                raise NotOfTheCatalogue(_misread(partition, offset, value or b"", error)) from error
            if not _understood(recorded.stored(), shape_of(recorded.envelope.type)):
                raise Incomplete(f"this tool does not know every member of event {recorded.envelope.id}")
            found.setdefault(recorded.envelope.id, recorded)
    return sorted(found.values(), key=lambda one: (one.service, one.position))


def disproved(partitions: Iterable[Partition], recorded: Recorded, reason: str) -> Disproved:
    """The verdict on an event whose bytes are whole and whose content is contradicted; where it was sent first."""
    for partition in partitions:
        for offset, _, value in partition.read():
            if value == recorded.body:
                place = (partition.topic, partition.number, offset)
                said = f"{recorded.envelope.type}: {reason}"
                return Disproved(*place, recorded.envelope.source, recorded.position, said)
    raise AssertionError("the event was read from these partitions")


def _understood(said: Any, kind: type) -> bool:
    """Whether every member of what an event says is one of its declaration."""
    if isinstance(said, list):
        return all(_understood(item, kind) for item in said)
    names, inner = _declared(kind)
    return said.keys() <= names and all(_understood(said[name], one) for name, one in inner.items() if name in said)


@cache
def _declared(kind: type) -> tuple[frozenset[str], dict[str, type]]:
    """The members of an event or of a part of one, and those that are parts, or lists of them, themselves."""
    hints = get_type_hints(kind)
    inner = {name: part for name, hint in hints.items() if (part := _part(hint)) is not None}
    return frozenset(one.name for one in fields(kind)), inner


def _part(hint: Any) -> type | None:
    if is_dataclass(hint) and isinstance(hint, type):
        return hint
    return next((part for one in get_args(hint) if (part := _part(one)) is not None), None)


def _misread(partition: Partition, offset: int, value: bytes, error: Undecodable) -> Disproved:
    attributes = json.loads(value)
    source, sequence = str(attributes["source"]), int(attributes["sequence"])
    return Disproved(partition.topic, partition.number, offset, source, sequence, str(error))
