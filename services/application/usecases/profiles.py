"""What registration certified of an organization and T1 says again, without any decision on it (C4.1, C5.2)."""

from collections.abc import Mapping
from typing import Any, Final

from shared.auditlog.canonical import JSON
from shared.contracts.envelope import Recorded
from shared.contracts.registration import (
    CertificationRequested,
    DistrictTransferred,
    OrganizationCertified,
    ProfileAmended,
)
from shared.eventstore.documents import Documents, Reads
from shared.kernel.instants import LocalDate

PROFILES = "profiles"
SAID_AGAIN: Final = ("established_on", "reg_address")
"""Members of a profile that T1 has, too, and that nothing compares before it is filed."""
AT_ONCE: Final = ""


async def profiles(documents: Documents, recorded: Recorded) -> None:
    """Move the read model by one event."""
    match event := recorded.event:
        case CertificationRequested():
            await _put(documents, event.organization, {"requested": _said(recorded)})
        case OrganizationCertified():
            present: Any = await documents.get(PROFILES, event.organization) or {}
            await _put(documents, event.organization, {"certified": [[AT_ONCE, present.get("requested", {})]]})
        case ProfileAmended() | DistrictTransferred():
            present = await documents.get(PROFILES, event.organization) or {}
            changed = [*present.get("certified", []), [event.effective_from, _said(recorded)]]
            await _put(documents, event.organization, {"certified": changed})
        case _:
            return


async def certified_on(reads: Reads, organization: str, day: LocalDate) -> Mapping[str, str]:
    """What was certified, amended or moved and had taken effect on a day; empty as far as nothing was heard."""
    doc: Any = await reads.get(PROFILES, organization) or {}
    known: dict[str, str] = {}
    for since, said in sorted(doc.get("certified", []), key=lambda one: str(one[0])):
        if since <= day:
            known |= said
    return known


def _said(recorded: Recorded) -> dict[str, JSON]:
    data = recorded.data()
    return {name: data[name] for name in SAID_AGAIN if name in data}


async def _put(documents: Documents, organization: str, members: Mapping[str, JSON]) -> None:
    present = await documents.get(PROFILES, organization) or {}
    await documents.put(PROFILES, organization, {**present, "organization": organization, **members})
