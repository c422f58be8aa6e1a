"""Whether an application is decided for good, as a house that hears publication keeps it (C5.4)."""

from shared.contracts.envelope import Recorded
from shared.contracts.publication import AppealDecided, ApplicationRejected, OrganizationApproved
from shared.eventstore.documents import Document, Documents, Reads
from shared.eventstore.projection import Projection

DECIDED, REMITTED, OPENED = "decided", "remitted", "opened"
"""Where in publication's log it was decided last, where an appeal remitted it to its district, where to any stage."""


def finality(name: str, view: str) -> Projection:
    """The projection that keeps it, by application, in a view of the house's own."""

    async def project(documents: Documents, recorded: Recorded) -> None:
        match event := recorded.event:
            case OrganizationApproved() | ApplicationRejected():
                what: tuple[str, ...] = (DECIDED,)
            case AppealDecided(outcome="remit", stage="district"):
                what = (REMITTED, OPENED)
            case AppealDecided(outcome="remit"):
                what = (OPENED,)
            case _:
                return
        present = await documents.get(view, event.application) or {}
        await documents.put(view, event.application, {**present, **dict.fromkeys(what, recorded.position)})

    return Projection(name, frozenset({view}), project)


async def is_decided(reads: Reads, view: str, application: str) -> bool:
    """Whether it was approved or rejected, whatever an appeal did since."""
    return DECIDED in await _known(reads, view, application)


async def is_final(reads: Reads, view: str, application: str) -> bool:
    """Whether it was approved or rejected, and no appeal remitted it to its district since."""
    known = await _known(reads, view, application)
    return int(str(known.get(DECIDED, 0))) > int(str(known.get(REMITTED, 0)))


async def is_settled(reads: Reads, view: str, application: str) -> bool:
    """Whether it was approved or rejected, and no appeal remitted it to any stage since."""
    known = await _known(reads, view, application)
    opened = max(int(str(known.get(OPENED, 0))), int(str(known.get(REMITTED, 0))))
    return int(str(known.get(DECIDED, 0))) > opened


async def _known(reads: Reads, view: str, application: str) -> Document:
    return await reads.get(view, application) or {}
