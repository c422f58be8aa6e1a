"""Application's read models: organizations, rounds, every application with its history, and what will fall due."""

from typing import Any

from services.application.domain.applicant import Registered
from services.application.domain.lapse import DRAFT, RETURN
from services.application.usecases.applications import application, whose
from services.application.usecases.assignments import assignments
from shared.auditlog.canonical import JSON, sha256_hex
from shared.contracts.application import (
    ApplicationLapsed,
    ApplicationResubmitted,
    ApplicationReturned,
    ApplicationStarted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    DeadlineExtended,
    PolicyAmended,
    RoundArchived,
    RoundClosed,
    RoundOpened,
    RoundPlanned,
)
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.publication import ApplicationRejected, OrganizationApproved
from shared.eventstore.documents import Documents

ORGANIZATIONS = "organizations"
ROUNDS = "rounds"
DUE = "due"
"""Drafts and returns, which the clock may end."""
DECIDED = "decided"
"""Applications that were approved or rejected."""
HEADS = "heads"
"""How far each service's log was heard."""
EXTENDED, AMENDED = "extensions", "amendments"


async def project(documents: Documents, recorded: Recorded) -> None:
    """Move the read models by one event, own or foreign."""
    event = recorded.event
    if isinstance(event, Registered):
        await _organization(documents, recorded, event.organization)
    elif isinstance(event, RoundPlanned | RoundOpened | DeadlineExtended | PolicyAmended | RoundClosed | RoundArchived):
        await _round(documents, recorded, event.round)
    else:
        await application(documents, recorded)
        await _clockwork(documents, event)
        await assignments(documents, recorded)
    await _heard(documents, recorded)


async def _organization(documents: Documents, recorded: Recorded, organization: str) -> None:
    present = await documents.get(ORGANIZATIONS, organization) or {}
    before: Any = present.get("history", [])
    said: dict[str, JSON] = {"type": recorded.envelope.type, "data": recorded.data()}
    await documents.put(ORGANIZATIONS, organization, {"organization": organization, "history": [*before, said]})


async def _round(documents: Documents, recorded: Recorded, round_id: str) -> None:
    present: dict[str, Any] = dict(await documents.get(ROUNDS, round_id) or {})
    event, data = recorded.event, recorded.data()
    match event:
        case RoundPlanned():
            deadline = event.parameters.calendar.submission_deadline.value
            new: dict[str, JSON] = {"round": round_id, "state": "PLANNED", "plan": data}
            new |= {"submission_deadline": deadline, EXTENDED: [], AMENDED: []}
        case RoundOpened():
            new = {"state": "OPEN", "opening": data}
        case DeadlineExtended():
            new = {EXTENDED: [*present[EXTENDED], data]}
        case PolicyAmended():
            new = {AMENDED: [*present[AMENDED], data]}
        case RoundClosed():
            new = {"state": "CLOSED", "closing": data}
        case _:
            new = {"state": "ARCHIVED", "archiving": data}
    await documents.put(ROUNDS, round_id, {**present, **new})


async def _clockwork(documents: Documents, event: Event) -> None:
    match event:
        case ApplicationStarted():
            await documents.put(DUE, event.application, {**whose(event), "what": DRAFT})
        case ApplicationReturned():
            waiting: dict[str, JSON] = {
                "application": event.application,
                "organization": event.organization,
                "round": event.round,
            }
            await documents.put(DUE, event.application, {**waiting, "what": RETURN, "due": event.due})
        case ApplicationSubmitted() | ApplicationResubmitted() | ApplicationWithdrawn() | ApplicationLapsed():
            await documents.remove(DUE, event.application)
        case OrganizationApproved() | ApplicationRejected():
            await documents.put(DECIDED, event.application, {"application": event.application})
        case _:
            return


async def _heard(documents: Documents, recorded: Recorded) -> None:
    """The last of each other service's log; its own is asked for where it is needed."""
    if recorded.service == "application":
        return
    present = await documents.get(HEADS, recorded.service) or {}
    if recorded.position > int(str(present.get("position", 0))):
        head: dict[str, JSON] = {
            "service": recorded.service,
            "position": recorded.position,
            "hash": sha256_hex(recorded.body),
        }
        await documents.put(HEADS, recorded.service, head)
