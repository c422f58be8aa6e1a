"""What became of the organizations since they were listed: who may not act, and under which name and in which district.

A list stays as it was published; what changed since is shown beside it (C5.4).
"""

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from shared.auditlog.canonical import JSON
from shared.contracts.envelope import Recorded
from shared.contracts.event import REGISTRY
from shared.contracts.registration import (
    DistrictTransferred,
    OrganizationClosed,
    OrganizationReinstated,
    OrganizationReopened,
    OrganizationSuspended,
    ProfileAmended,
)
from shared.contracts.suspensions import Moving, Suspension, suspensions_of
from shared.eventstore.documents import Documents, Reads
from shared.kernel.instants import Instant

BARRED = "barred"
"""By organization: suspended or closed."""
CHANGED = "changed"
"""By organization: names and districts that it had since its certification, each from a day on."""


SUSPENSIONS = "suspensions"
"""By organization: whatever suspended it or ended that, and when."""


async def organizations(documents: Documents, recorded: Recorded) -> None:
    """Move them by one event."""
    if isinstance(recorded.event, Moving):
        await _moved(documents, recorded.event.organization, recorded)
    match event := recorded.event:
        case OrganizationSuspended() | OrganizationClosed():
            await documents.put(BARRED, event.organization, recorded.data())
        case OrganizationReopened(suspended=str(ground)):
            await documents.put(BARRED, event.organization, {"organization": event.organization, "ground": ground})
        case OrganizationReinstated() | OrganizationReopened():
            await documents.remove(BARRED, event.organization)
        case ProfileAmended():
            await _changed(documents, event.organization, event.effective_from, {"organization_name": event.name})
        case DistrictTransferred():
            await _changed(documents, event.organization, event.effective_from, {"district": event.to_district})
        case _:
            return


async def _moved(documents: Documents, organization: str, recorded: Recorded) -> None:
    before: Any = await documents.get(SUSPENSIONS, organization) or {"moves": []}
    said: dict[str, JSON] = {"at": recorded.envelope.time, "type": recorded.envelope.type, "data": recorded.data()}
    await documents.put(SUSPENSIONS, organization, {"moves": [*before["moves"], said]})


async def suspensions(reads: Reads, organization: str) -> tuple[Suspension, ...]:
    """When an organization was suspended, as far as that was heard."""
    doc: Any = await reads.get(SUSPENSIONS, organization) or {"moves": []}
    moves = [(Instant(one["at"]), msgspec.convert(one["data"], REGISTRY[one["type"]])) for one in doc["moves"]]
    return suspensions_of(cast("list[tuple[Instant, Moving]]", moves))


async def _changed(documents: Documents, organization: str, since: str, members: dict[str, JSON]) -> None:
    before = await documents.get(CHANGED, organization) or {}
    known = before.get("changes")
    changes: list[JSON] = [*(known if isinstance(known, list) else []), {"since": since, **members}]
    await documents.put(CHANGED, organization, {"changes": changes})


async def changed_since(reads: Reads, listed: Mapping[str, Any], day: str) -> dict[str, str]:
    """The name and the district that a listed organization has on a day, as far as the list says another."""
    doc: Any = await reads.get(CHANGED, str(listed["organization"])) or {"changes": []}
    now = dict[str, str]()
    for one in sorted(doc["changes"], key=lambda change: str(change["since"])):
        if one["since"] <= day:
            now |= {member: str(value) for member, value in one.items() if member != "since"}
    return {member: value for member, value in now.items() if value != listed.get(member)}
