"""A proven log as events: each once, however often a relay sent it, in the order of its service's log."""

from collections.abc import Iterable

from audit.verify.log import Partition
from shared.contracts.codec import decode
from shared.contracts.envelope import Recorded


def events_of(partitions: Iterable[Partition]) -> list[Recorded]:
    """Decode every event; raise `Undecodable` or `UnknownEventType` for one that is not of the catalogue."""
    found: dict[str, Recorded] = {}
    for partition in partitions:
        for _, _, value in partition.read():
            recorded = decode(value or b"")
            found.setdefault(recorded.envelope.id, recorded)
    return sorted(found.values(), key=lambda one: (one.service, one.position))
