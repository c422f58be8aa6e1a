"""A round's policy as houses keep it in documents: beside the members stands the type in which they are written."""

from collections.abc import Mapping

from shared.auditlog.canonical import JSON
from shared.contracts import earlier
from shared.contracts.application import PolicyAmended, RoundPlanned
from shared.contracts.codec import revive
from shared.contracts.envelope import Recorded

TYPE = "type"
"""Documents that were written before there were versions lack it: they are of the first."""


def typed(recorded: Recorded) -> dict[str, JSON]:
    """The event's members, and the type in which they are written."""
    return {**recorded.data(), TYPE: recorded.event.TYPE}


def planned_of(document: Mapping[str, object]) -> RoundPlanned:
    """The plan that a document keeps."""
    event = revive(str(document.get(TYPE, earlier.RoundPlanned.TYPE)), document)
    assert isinstance(event, RoundPlanned), "documents of rounds keep plans"
    return event


def amended_of(document: Mapping[str, object]) -> PolicyAmended:
    """The amendment that a document keeps."""
    event = revive(str(document.get(TYPE, earlier.PolicyAmended.TYPE)), document)
    assert isinstance(event, PolicyAmended), "documents of amendments keep amendments"
    return event
