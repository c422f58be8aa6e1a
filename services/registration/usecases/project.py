"""Registration's read models: organizations, which account files for which, its first, and the accounts."""

from collections.abc import Mapping
from typing import Any, TypeAlias, assert_never

from msgspec import to_builtins

from services.registration.domain.profile import claimed
from services.registration.usecases.accounts import ACCOUNTS
from shared.auditlog.canonical import JSON
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.registration import (
    CertificationRejected,
    CertificationRequested,
    CertificationReturned,
    DistrictTransferred,
    FilerAppointed,
    OrganizationCertified,
    OrganizationClosed,
    OrganizationRegistered,
    OrganizationReinstated,
    OrganizationReopened,
    OrganizationSuspended,
    ProfileAmended,
)
from shared.eventstore.documents import Document, Documents
from shared.eventstore.projection import Projection

ORGANIZATIONS = "organizations"
FILERS = "filers"
PERSONAL = ("legal_representative", "contact")
"""Members of an organization's document that are commitments."""
REQUESTED = ("legal_form", "district", "established_on", "reg_address", *PERSONAL, "profile_hash")

STANDING: Mapping[type[Event], str] = {
    OrganizationCertified: "CERTIFIED",
    OrganizationReinstated: "CERTIFIED",
    OrganizationSuspended: "SUSPENDED",
    OrganizationClosed: "CLOSED",
}

Members: TypeAlias = dict[str, JSON]


async def _organizations(documents: Documents, recorded: Recorded) -> None:
    event = recorded.event
    if isinstance(event, OrganizationRegistered):
        doc = {"organization": event.organization, "uscc": event.uscc, "name": event.name, "state": "REGISTERED"}
        await documents.put(ORGANIZATIONS, event.organization, {**doc, "profile_hash": claimed(event)})
    elif isinstance(event, FilerAppointed):
        await _handed_over(documents, event)
    elif (members := _members(event)) is not None:
        await _change(documents, str(members["organization"]), members)
    elif isinstance(event, ProfileAmended | DistrictTransferred):
        await _coming(documents, event)


async def _filers(documents: Documents, recorded: Recorded) -> None:
    event = recorded.event
    if not isinstance(event, OrganizationRegistered | FilerAppointed):
        return
    if await documents.get(FILERS, event.account) is None:
        await documents.put(FILERS, event.account, {"account": event.account, "organization": event.organization})


PROJECTIONS = (
    Projection("organizations", frozenset({ORGANIZATIONS}), _organizations),
    Projection("filers", frozenset({FILERS}), _filers),
    ACCOUNTS,
)


def effective(doc: Document, day: str) -> Members:
    """An organization's document as it holds on `day`, an ISO date: later changes are left out."""
    changes: Any = doc.get("changes", ())
    shown = {name: member for name, member in doc.items() if name != "changes"}
    for change in changes:
        if change["effective_from"] <= day:
            shown |= change["members"]
    return shown


def _members(event: Event) -> Members | None:
    match event:
        case CertificationRequested():
            asked = {member: getattr(event, member) for member in REQUESTED}
            documents = to_builtins(event.documents)
            its = {"organization": event.organization, "state": "CERTIFICATION_PENDING", "items": []}
            return {**asked, **its, "documents": documents}
        case CertificationReturned():
            items = [{"path": item.path, "code": item.code, "note": item.note} for item in event.items]
            return {"organization": event.organization, "state": "RETURNED", "items": items}
        case CertificationRejected():
            return {"organization": event.organization, "state": "REJECTED", "reasons": list(event.reasons)}
        case OrganizationCertified() | OrganizationReinstated() | OrganizationSuspended() | OrganizationClosed():
            ground = getattr(event, "ground", "") if STANDING[type(event)] != "CERTIFIED" else ""
            return {"organization": event.organization, "state": STANDING[type(event)], "ground": ground}
        case OrganizationReopened():
            state = "SUSPENDED" if event.suspended is not None else "CERTIFIED"
            return {"organization": event.organization, "state": state, "ground": event.suspended or ""}
        case _:
            return None


async def _handed_over(documents: Documents, event: FilerAppointed) -> None:
    """What a registration without a profile claims, it claims for who files."""
    present = await documents.get(ORGANIZATIONS, event.organization) or {}
    if present.get("state") != "REGISTERED":
        return
    said = {member: str(present[member]) for member in ("organization", "uscc", "name")}
    hashed = claimed(OrganizationRegistered(**said, account=event.account))
    await _change(documents, event.organization, {"profile_hash": hashed})


async def _coming(documents: Documents, event: ProfileAmended | DistrictTransferred) -> None:
    match event:
        case ProfileAmended():
            members = {change.member: change.after for change in event.changes} | {"profile_hash": event.profile_hash}
        case DistrictTransferred():
            members = {"district": event.to_district, "reg_address": event.reg_address}
        case _:
            assert_never(event)
    present: Any = await documents.get(ORGANIZATIONS, event.organization) or {}
    changes = [*present.get("changes", ()), {"effective_from": event.effective_from, "members": members}]
    await documents.put(ORGANIZATIONS, event.organization, {**present, "changes": changes})


async def _change(documents: Documents, organization: str, members: Members) -> None:
    present = await documents.get(ORGANIZATIONS, organization) or {}
    await documents.put(ORGANIZATIONS, organization, {**present, **members})
