"""Which organizations may not act, as districts and panels see them marked (C5.2)."""

from collections.abc import Mapping

from shared.contracts.envelope import Recorded
from shared.contracts.registration import (
    OrganizationClosed,
    OrganizationReinstated,
    OrganizationReopened,
    OrganizationSuspended,
)
from shared.eventstore.documents import Documents, Reads

BARRED = "barred"
"""By organization: suspended or closed, and on which ground."""
BARRED_MAX = 10_000


async def barring(documents: Documents, recorded: Recorded) -> None:
    """Move them by one event."""
    match event := recorded.event:
        case OrganizationSuspended(ground=ground) | OrganizationClosed(ground=ground):
            await documents.put(BARRED, event.organization, {"organization": event.organization, "ground": ground})
        case OrganizationReopened(suspended=str(ground)):
            await documents.put(BARRED, event.organization, {"organization": event.organization, "ground": ground})
        case OrganizationReinstated() | OrganizationReopened():
            await documents.remove(BARRED, event.organization)
        case _:
            return


async def barred_for(reads: Reads) -> Mapping[str, str]:
    """The grounds for which organizations are suspended or closed, by organization."""
    return {str(one["organization"]): str(one["ground"]) for one in await reads.find(BARRED, limit=BARRED_MAX)}
