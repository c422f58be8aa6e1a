"""A proven log as events: each once, however often a relay sent it, in the order of its service's log."""

import json
from collections.abc import Iterable

import msgspec

from audit.record import Incomplete
from audit.verify import Disproved
from audit.verify.log import Partition
from shared.auditlog.canonical import prune
from shared.contracts.codec import Undecodable, UnknownEventType, decode
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
            if not _understood(recorded.data(), prune(msgspec.to_builtins(recorded.event))):
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


def _understood(said: object, read: object) -> bool:
    """Whether nothing that an event says was lost in reading it; what was read may have defaults besides."""
    if isinstance(said, dict) and isinstance(read, dict):
        return all(name in read and _understood(member, read[name]) for name, member in said.items())
    if isinstance(said, list) and isinstance(read, list):
        return len(said) == len(read) and all(map(_understood, said, read))
    return said == read


def _misread(partition: Partition, offset: int, value: bytes, error: Undecodable) -> Disproved:
    attributes = json.loads(value)
    source, sequence = str(attributes["source"]), int(attributes["sequence"])
    return Disproved(partition.topic, partition.number, offset, source, sequence, str(error))
