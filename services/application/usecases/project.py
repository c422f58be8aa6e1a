"""Application's read models: organizations, rounds, every application with its history, and what will fall due."""

from typing import Any, assert_never

from services.application.domain.applicant import Registered
from services.application.domain.lapse import DRAFT, RETURN
from services.application.domain.round_states import RoundEvent
from services.application.usecases.applications import (
    APPLICATIONS,
    OBJECTIONS,
    SUMMARIES,
    TIMELINES,
    applications,
    whose,
)
from services.application.usecases.assignments import ASSIGNMENTS, assignments
from services.application.usecases.barring import STANDINGS
from services.application.usecases.corrections import CORRECTIONS
from services.application.usecases.lists import LISTS, lists
from services.application.usecases.notices import NOTICES
from services.application.usecases.profiles import PROFILES, profiles
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
    PolicyAmendmentDeclined,
    PolicyAmendmentProposed,
    PolicyAmendmentWithdrawn,
    RoundArchived,
    RoundClosed,
    RoundOpened,
    RoundPlanned,
)
from shared.contracts.envelope import Recorded
from shared.eventstore.documents import Documents
from shared.eventstore.projection import Projection
from shared.runtime.finality import finality

ORGANIZATIONS = "organizations"
ROUNDS = "rounds"
DUE = "due"
"""Drafts and returns, which the clock may end."""
DECIDED = "decided"
"""Where publication's log approved or rejected an application last, and where it remitted one to its district."""
HEADS = "heads"
"""How far each service's log was heard."""
OF_APPLICATIONS = frozenset({APPLICATIONS, CORRECTIONS, NOTICES, OBJECTIONS, STANDINGS, SUMMARIES, TIMELINES})
EXTENDED, AMENDED, PROPOSED = "extensions", "amendments", "proposed_amendment"


async def _organizations(documents: Documents, recorded: Recorded) -> None:
    if not isinstance(recorded.event, Registered):
        return
    organization = recorded.event.organization
    present = await documents.get(ORGANIZATIONS, organization) or {}
    before: Any = present.get("history", [])
    said: dict[str, JSON] = {"type": recorded.envelope.type, "data": recorded.data(), "at": recorded.envelope.time}
    await documents.put(ORGANIZATIONS, organization, {"organization": organization, "history": [*before, said]})


async def _rounds(documents: Documents, recorded: Recorded) -> None:
    event = recorded.event
    if isinstance(event, RoundEvent):
        await _round(documents, event, recorded.data())


async def _round(documents: Documents, event: RoundEvent, data: dict[str, JSON]) -> None:
    present: dict[str, Any] = dict(await documents.get(ROUNDS, event.round) or {})
    match event:
        case RoundPlanned():
            deadline = event.parameters.calendar.submission_deadline.value
            new: dict[str, JSON] = {"round": event.round, "state": "PLANNED", "plan": data}
            new |= {"submission_deadline": deadline, EXTENDED: [], AMENDED: []}
        case RoundOpened():
            new = {"state": "OPEN", "opening": data}
        case DeadlineExtended():
            new = {EXTENDED: [*present[EXTENDED], data]}
        case PolicyAmended():
            present.pop(PROPOSED, None)
            new = {AMENDED: [*present[AMENDED], data]}
        case PolicyAmendmentProposed() | PolicyAmendmentDeclined() | PolicyAmendmentWithdrawn():
            present.pop(PROPOSED, None)
            new = {PROPOSED: data} if isinstance(event, PolicyAmendmentProposed) else {}
        case RoundClosed():
            new = {"state": "CLOSED", "closing": data}
        case RoundArchived():
            new = {"state": "ARCHIVED", "archiving": data}
        case _:
            assert_never(event)
    await documents.put(ROUNDS, event.round, {**present, **new})


async def _clockwork(documents: Documents, recorded: Recorded) -> None:
    match event := recorded.event:
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
        case _:
            return


async def _heads(documents: Documents, recorded: Recorded) -> None:
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


PROJECTIONS = (
    Projection("organizations", frozenset({ORGANIZATIONS}), _organizations),
    Projection("rounds", frozenset({ROUNDS}), _rounds),
    Projection("applications", OF_APPLICATIONS, applications),
    Projection("due", frozenset({DUE}), _clockwork),
    finality("decided", DECIDED),
    Projection("assignments", frozenset({ASSIGNMENTS}), assignments),
    Projection("lists", frozenset({LISTS}), lists),
    Projection("profiles", frozenset({PROFILES}), profiles),
    Projection("heads", frozenset({HEADS}), _heads),
)
