"""Whether an organization may act, told to each of its applications: suspended, reinstated, closed, reopened (C5.2).

What registration says of it and the application's own beginning come in any order; so both are kept, and whichever
comes later tells what the other began.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from services.application.usecases.history import Told, entry
from shared.auditlog.canonical import JSON
from shared.contracts.application import ApplicationStarted
from shared.contracts.envelope import Recorded
from shared.contracts.registration import (
    OrganizationClosed,
    OrganizationReinstated,
    OrganizationReopened,
    OrganizationSuspended,
)
from shared.contracts.suspensions import Moving
from shared.eventstore.documents import Documents

STANDINGS: Final = "organization_standings"
"""Of each organization what bars it or readmits it, as entries of a history, and when its applications began."""
BARRED: Final = "barred"
"""On which ground an application's organization may not act now; empty where it may."""


async def barring(documents: Documents, recorded: Recorded) -> list[tuple[str, Mapping[str, JSON]]]:
    """Applications, and what is added to the history of each: what bars or readmits its organization since it began."""
    event = recorded.event
    if isinstance(event, ApplicationStarted):
        doc = await _of(documents, event.organization)
        began = {event.application: recorded.envelope.time, **doc["began"]}
        await documents.put(STANDINGS, event.organization, {**doc, "began": began})
        new = event.application not in doc["began"]
        return [(event.application, one) for one in doc["moves"] if new and one["at"] >= recorded.envelope.time]
    if isinstance(event, Moving):
        doc = await _of(documents, event.organization)
        said = entry(recorded, Told(""))
        await documents.put(STANDINGS, event.organization, {**doc, "moves": [*doc["moves"], said]})
        return [(one, said) for one, began in doc["began"].items() if began <= recorded.envelope.time]
    return []


def barred_by(entries: Iterable[Any]) -> str:
    """The ground on which the organization may not act after these entries; empty where it may."""
    moves = [one for one in entries if one["event"] in MOVES]
    return str(moves[-1]["details"].get(MOVES[moves[-1]["event"]], "")) if moves else ""


MOVES: Final[Mapping[str, str]] = {
    OrganizationSuspended.__name__: "ground",
    OrganizationClosed.__name__: "ground",
    OrganizationReinstated.__name__: "nothing",
    OrganizationReopened.__name__: "suspended",
}
"""By what bars or readmits, the detail that says on which ground it is barred afterwards."""


async def _of(documents: Documents, organization: str) -> dict[str, Any]:
    return dict(
        await documents.get(STANDINGS, organization) or {"organization": organization, "began": {}, "moves": []}
    )
