"""Application's read models: certified organizations, rounds, and every application's state across the street."""

from shared.auditlog.canonical import JSON
from shared.contracts.application import (
    ApplicationStarted,
    ApplicationSubmitted,
    EligibilityEvaluated,
    FormSaved,
    PaperReceived,
    RoundOpened,
    RoundPlanned,
)
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.publication import AgreementSigned, ApplicationRejected, OrganizationApproved
from shared.contracts.registration import OrganizationCertified
from shared.contracts.review import DistrictDeclined, DistrictRecommended
from shared.eventstore.documents import Documents

ORGANIZATIONS = "organizations"
ROUNDS = "rounds"
APPLICATIONS = "applications"
STATES = ("DRAFT", "SUBMITTED", "UNDER_DISTRICT", "RECOMMENDED", "DECLINED", "APPROVED", "REJECTED")
"""In the order of the round: facts of different topics arrive in any order, a state never goes back."""


async def project(documents: Documents, recorded: Recorded) -> None:
    """Move the read models by one event, own or foreign."""
    match recorded.event:
        case OrganizationCertified() as event:
            doc: dict[str, JSON] = {
                "organization": event.organization,
                "uscc": event.uscc,
                "name": event.name,
                "legal_form": event.legal_form,
                "district": event.district,
            }
            await documents.put(ORGANIZATIONS, event.organization, doc)
        case RoundPlanned() | RoundOpened():
            await _round(documents, recorded)
        case _:
            await _application(documents, recorded)


async def _round(documents: Documents, recorded: Recorded) -> None:
    event = recorded.event
    if isinstance(event, RoundPlanned):
        await documents.put(ROUNDS, event.round, {"round": event.round, "state": "PLANNED", "plan": recorded.data()})
    elif isinstance(event, RoundOpened):
        present = await documents.get(ROUNDS, event.round) or {}
        await documents.put(ROUNDS, event.round, {**present, "state": "OPEN", "opening": recorded.data()})


async def _application(documents: Documents, recorded: Recorded) -> None:
    members = _members(recorded)
    if members is None:
        return
    application = str(members["application"])
    present = await documents.get(APPLICATIONS, application) or {}
    later = max(present.get("state", "DRAFT"), members.get("state", "DRAFT"), key=lambda s: STATES.index(str(s)))
    await documents.put(APPLICATIONS, application, {**present, **members, "state": later})


def _members(recorded: Recorded) -> dict[str, JSON] | None:
    event = recorded.event
    match event:
        case ApplicationStarted() | ApplicationSubmitted():
            return {**recorded.data(), "category": _categories(event), "state": REACHED[type(event)]}
        case FormSaved():
            return {"application": event.application, f"revision_{event.table.lower()}": event.revision}
        case EligibilityEvaluated():
            return {name: recorded.data()[name] for name in ("application", "overall", "results")}
        case PaperReceived():
            return {"application": event.application, "paper_matches": event.matches, "state": REACHED[type(event)]}
        case _:
            return _from_elsewhere(event)


def _from_elsewhere(event: Event) -> dict[str, JSON] | None:
    match event:
        case DistrictRecommended() | DistrictDeclined() | OrganizationApproved() | ApplicationRejected():
            return {"application": event.application, "state": REACHED[type(event)]}
        case AgreementSigned():
            return {"application": event.application, "agreement_signed_on": event.signed_on}
        case _:
            return None


def _categories(event: ApplicationStarted | ApplicationSubmitted) -> list[str]:
    if isinstance(event, ApplicationStarted):
        return list(event.category)
    return [event.category] if event.category else []


REACHED: dict[type, str] = {
    ApplicationStarted: "DRAFT",
    ApplicationSubmitted: "SUBMITTED",
    PaperReceived: "UNDER_DISTRICT",
    DistrictRecommended: "RECOMMENDED",
    DistrictDeclined: "DECLINED",
    OrganizationApproved: "APPROVED",
    ApplicationRejected: "REJECTED",
}
