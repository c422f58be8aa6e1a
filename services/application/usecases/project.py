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


def _members(recorded: Recorded) -> dict[str, JSON] | None:  # noqa: PLR0911 - one return an event
    event = recorded.event
    match event:
        case ApplicationStarted():
            started = {name: member for name, member in recorded.data().items() if name != "legal_form"}
            return {**started, "state": "DRAFT"}
        case FormSaved():
            return {"application": event.application, f"revision_{event.table.lower()}": event.revision}
        case EligibilityEvaluated():
            return {"application": event.application, "overall": event.overall, "results": recorded.data()["results"]}
        case ApplicationSubmitted():
            category = [event.category] if event.category else []
            return {**recorded.data(), "category": category, "state": "SUBMITTED"}
        case PaperReceived():
            return {"application": event.application, "paper_matches": event.matches, "state": "UNDER_DISTRICT"}
        case DistrictRecommended():
            return {"application": event.application, "state": "RECOMMENDED"}
        case DistrictDeclined():
            return {"application": event.application, "state": "DECLINED", "reasons": list(event.reasons)}
        case OrganizationApproved():
            return {"application": event.application, "state": "APPROVED", "rank": event.rank}
        case ApplicationRejected():
            return {"application": event.application, "state": "REJECTED"}
        case AgreementSigned():
            return {"application": event.application, "agreement_signed_on": event.signed_on}
        case _:
            return None
