"""Which version an event is recorded in: once a release wrote the later one, nobody writes the one before (C5.4)."""

from collections.abc import Sequence

from audit.record import Contradiction, Record
from shared.contracts.application import PolicyAmended, PolicyAmendmentProposed, RoundPlanned
from shared.contracts.event import Event

TOGETHER: Sequence[frozenset[type[Event]]] = (frozenset({RoundPlanned, PolicyAmendmentProposed, PolicyAmended}),)
"""What each release that superseded versions superseded at once."""


def in_their_versions(record: Record) -> None:
    """Raise `Contradiction` at a superseded version that follows a later one of its release in a service's log.

    What stands in a superseded version is read as what it meant, which asks less: only an old log may have it.
    """
    for kinds in TOGETHER:
        begun = set[str]()
        for recorded in record.by_id.values():
            if type(recorded.event) not in kinds:
                continue
            if recorded.envelope.type == recorded.event.TYPE:
                begun.add(recorded.service)
            elif recorded.service in begun:
                raise Contradiction(recorded, "its version was superseded before")
