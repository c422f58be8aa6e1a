"""Registration's read models: organizations, and which account files for which, its first."""

from shared.contracts.envelope import Recorded
from shared.contracts.registration import CertificationRequested, OrganizationCertified, OrganizationRegistered
from shared.eventstore.documents import Documents

ORGANIZATIONS = "organizations"
FILERS = "filers"


async def project(documents: Documents, recorded: Recorded) -> None:
    """Move the read models by one event."""
    match recorded.event:
        case OrganizationRegistered() as event:
            doc = {"organization": event.organization, "uscc": event.uscc, "name": event.name, "state": "REGISTERED"}
            await documents.put(ORGANIZATIONS, event.organization, doc)
            if await documents.get(FILERS, event.account) is None:
                filer = {"account": event.account, "organization": event.organization}
                await documents.put(FILERS, event.account, filer)
        case CertificationRequested() as event:
            request = {"district": event.district, "profile_hash": event.profile_hash, "legal_form": event.legal_form}
            await _change(documents, event.organization, {**request, "state": "CERTIFICATION_PENDING"})
        case OrganizationCertified() as event:
            await _change(documents, event.organization, {"state": "CERTIFIED"})
        case _:
            return


async def _change(documents: Documents, organization: str, members: dict[str, str]) -> None:
    present = await documents.get(ORGANIZATIONS, organization) or {}
    await documents.put(ORGANIZATIONS, organization, {**present, **members})
