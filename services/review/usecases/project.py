"""Review's read models: the districts' inboxes, the pool, the panels and the experts' worklists."""

from typing import Any

from shared.contracts.application import RoundPlanned
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.review import (
    ConflictDeclared,
    DistrictDeclined,
    DistrictRecommended,
    DistrictReviewOpened,
    ExpertEnrolled,
    ExpertScored,
    JudgementRecorded,
    PanelConstituted,
    PaperMatched,
    RankingComputed,
    ReviewAssigned,
    ScoringClosed,
)
from shared.contracts.vocabulary import COMPREHENSIVE
from shared.eventstore.documents import Documents

ROUNDS = "rounds"
REVIEWS = "reviews"
EXPERTS = "experts"
PANELS = "panels"
WORKLIST = "worklist"


async def project(documents: Documents, recorded: Recorded) -> None:
    """Move the read models by one event, own or foreign."""
    event, data = recorded.event, recorded.data()
    match event:
        case RoundPlanned():
            await documents.put(ROUNDS, event.round, data)
        case DistrictReviewOpened():
            group = event.category or COMPREHENSIVE
            await documents.put(REVIEWS, event.application, {**data, "group": group, "state": "OPEN"})
        case ExpertEnrolled():
            await documents.put(EXPERTS, event.expert, data)
        case PanelConstituted():
            await documents.put(PANELS, event.panel, {**data, "state": "SCORING"})
        case ScoringClosed():
            await _change(documents, PANELS, event.panel, {"state": "CLOSED"})
        case RankingComputed():
            await _change(documents, PANELS, event.panel, {"state": "RANKED", "ranking": data["rows"]})
        case ConflictDeclared() | ReviewAssigned() | ExpertScored():
            await _change(documents, WORKLIST, f"{event.expert}.{event.application}", _task(event))
        case _:
            await _review(documents, event)


async def _review(documents: Documents, event: Event) -> None:
    match event:
        case PaperMatched():
            await _change(documents, REVIEWS, event.application, {"paper_matches": event.matches})
        case JudgementRecorded():
            await _change(documents, REVIEWS, event.application, {f"judgement_{event.rule}": event.outcome})
        case DistrictRecommended():
            await _change(documents, REVIEWS, event.application, {"state": "RECOMMENDED", "order": event.order})
        case DistrictDeclined():
            members = {"state": "DECLINED", "reasons": list(event.reasons)}
            await _change(documents, REVIEWS, event.application, members)
        case _:
            return


def _task(event: ConflictDeclared | ReviewAssigned | ExpertScored) -> dict[str, Any]:
    who = {"expert": event.expert, "application": event.application, "round": event.round}
    match event:
        case ConflictDeclared():
            return {**who, "conflict": event.answer}
        case ReviewAssigned():
            return {**who, "assigned": True, "version": event.version, "due": event.due, "panel": event.panel}
        case ExpertScored():
            return {**who, "scored": True}


async def _change(documents: Documents, view: str, key: str, members: dict[str, Any]) -> None:
    present = await documents.get(view, key) or {}
    await documents.put(view, key, {**present, **members})
