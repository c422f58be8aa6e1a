"""The districts' read models: reviews as they stand, what happened in each, and the lists that were sealed (C5.3)."""

from collections.abc import Mapping
from typing import Any, assert_never

from services.review.domain.reconsideration import REOPENED
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.review import (
    BatchLate,
    BatchReopened,
    BatchSealed,
    BatchSent,
    ComplianceChecked,
    DistrictDecisionReconsidered,
    DistrictDeclined,
    DistrictRecommended,
    DistrictReviewClosed,
    DistrictReviewOpened,
    DistrictReviewReopened,
    DistrictReviewReturned,
    EscalatedToCity,
    EscalationDecided,
    JudgementRecorded,
    PaperMatched,
    ReconsiderationRequested,
    WaiverGranted,
    WaiverProposed,
    WaiverRefused,
)
from shared.contracts.topics import DISTRICT
from shared.contracts.vocabulary import COMPREHENSIVE
from shared.eventstore.documents import Documents

REVIEWS = "reviews"
STORIES = "review stories"
BATCHES = "batches"
OPEN, RETURNED, RECOMMENDED, ADMITTED = "OPEN", "RETURNED", "RECOMMENDED", "ADMITTED"
OUTCOMES = {
    "upheld": "UPHELD",
    "reopened": OPEN,
    "admitted": ADMITTED,
    "dismissed": "DISMISSED",
}
"""The state that a reconsideration or an escalation leads to."""


async def project_review(documents: Documents, recorded: Recorded) -> None:
    """Move the districts' read models by one event of this house."""
    event = recorded.event
    match event:
        case BatchSealed():
            await _seal(documents, event, recorded)
        case BatchReopened() | BatchSent() | BatchLate():
            await change(documents, BATCHES, f"{event.round}.{event.district}", _batch(event))
        case DistrictReviewOpened():
            await _open(documents, event, recorded)
        case _:
            await _move(documents, event, recorded)
    if event.CATEGORY == DISTRICT:
        await _tell(documents, recorded)


async def _seal(documents: Documents, event: BatchSealed, recorded: Recorded) -> None:
    """The list as it is fixed now; one that was opened again stays so until it is sent."""
    key = f"{event.round}.{event.district}"
    before = await documents.get(BATCHES, key) or {}
    sealed = {**recorded.data(), "state": "SEALED", "open_again": before.get("open_again", False)}
    await documents.put(BATCHES, key, sealed)


async def _open(documents: Documents, event: DistrictReviewOpened, recorded: Recorded) -> None:
    """A version is checked anew; how long the district has for it rests on what happened to the versions before."""
    before: Any = await documents.get(REVIEWS, event.application) or {"arrived": recorded.envelope.time}
    kept: dict[str, Any] = {
        member: before[member] for member in ("arrived", "returns", "reopened", "remitted_until") if member in before
    }
    if before.get("due", "9") <= recorded.envelope.time:
        kept["arrived"] = recorded.envelope.time
    group = event.category or COMPREHENSIVE
    await documents.put(REVIEWS, event.application, {**recorded.data(), **kept, "group": group, "state": OPEN})


async def _move(documents: Documents, event: Event, recorded: Recorded) -> None:
    application = getattr(event, "application", None)
    members = await _sent_back(documents, recorded) or _standing(recorded) or await _checked(documents, event)
    if members is not None:
        await change(documents, REVIEWS, str(application), members)


async def _sent_back(documents: Documents, recorded: Recorded) -> dict[str, Any] | None:
    match recorded.event:
        case DistrictReviewReturned() as event:
            return await _returned(documents, event, recorded)
        case DistrictReviewReopened() as event:
            return await _remitted(documents, event)
        case _:
            return None


async def _remitted(documents: Documents, event: DistrictReviewReopened) -> dict[str, Any]:
    """What is with its applicant stays there; without a time of the remit nothing ends it."""
    present: Any = await documents.get(REVIEWS, event.application) or {}
    state = RETURNED if present.get("state") == RETURNED else OPEN
    return {"state": state, "appeal": event.appeal, "reopened": event.due is None, "remitted_until": event.due}


async def _returned(documents: Documents, event: DistrictReviewReturned, recorded: Recorded) -> dict[str, Any]:
    present: Any = await documents.get(REVIEWS, event.application) or {}
    returns = [*present.get("returns", ()), {"at": recorded.envelope.time, "due": event.due}]
    taken_back = {} if event.revokes is None else {"reopened": True, "revoked": event.revokes}
    return {"state": RETURNED, "due": event.due, "returns": returns, **taken_back}


def _standing(recorded: Recorded) -> dict[str, Any] | None:
    """What the event makes of the review's state."""
    event, since = recorded.event, recorded.envelope.time
    match event:
        case DistrictRecommended():
            return {"state": RECOMMENDED, "order": event.order, "opinion": event.opinion}
        case DistrictDeclined():
            taken_back = {} if event.revokes is None else {"revoked": event.revokes}
            return {"state": "DECLINED", "reasons": list(event.reasons), "decided_at": since, **taken_back}
        case ReconsiderationRequested():
            return {"state": "RECONSIDERATION_REQUESTED", "requested_at": since}
        case DistrictDecisionReconsidered() | EscalationDecided():
            return {"state": OUTCOMES[event.outcome], "decided_at": since, **_again(event.outcome)}
        case _:
            return _turned(event)


def _again(outcome: str) -> dict[str, Any]:
    """What was opened again is open without an end."""
    return {"reopened": True} if outcome == REOPENED else {}


def _turned(event: Event) -> dict[str, Any] | None:
    match event:
        case EscalatedToCity():
            return {"state": "ESCALATED", **({} if event.silence is None else {"silence": event.silence})}
        case DistrictReviewClosed():
            return {"state": "CLOSED", "closed": event.reason}
        case _:
            return None


async def _checked(documents: Documents, event: Event) -> dict[str, Any] | None:
    """What the event adds to what was checked of the version."""
    match event:
        case PaperMatched():
            return {"paper_matches": event.matches}
        case ComplianceChecked():
            return {"compliance": event.result}
        case JudgementRecorded():
            return {f"judgement_{event.rule}": event.outcome}
        case WaiverProposed() | WaiverGranted() | WaiverRefused():
            return await _waiver(documents, event)
        case _:
            return None


async def _waiver(documents: Documents, event: WaiverProposed | WaiverGranted | WaiverRefused) -> dict[str, Any]:
    present = await documents.get(REVIEWS, event.application) or {}
    waivers = present.get("waivers")
    states = {WaiverProposed: "proposed", WaiverGranted: "granted", WaiverRefused: "refused"}
    return {"waivers": {**(waivers if isinstance(waivers, Mapping) else {}), event.rule: states[type(event)]}}


def _batch(event: BatchReopened | BatchSent | BatchLate) -> dict[str, Any]:
    match event:
        case BatchReopened():
            return {"state": "DRAFT", "authority": event.authority, "open_again": True}
        case BatchSent():
            return {"state": "SENT", "sent_at": event.sent_at, "open_again": False}
        case BatchLate():
            return {"late_minutes": event.minutes}
        case _:
            assert_never(event)


async def _tell(documents: Documents, recorded: Recorded) -> None:
    envelope, data = recorded.envelope, recorded.data()
    said = {
        "application": data["application"],
        "at": envelope.time,
        "event": type(recorded.event).__name__,
        "by": envelope.actorrole,
        "account": envelope.actorid,
        "data": data,
    }
    await documents.put(STORIES, f"{data['application']}.{recorded.position:012}", said)


async def change(documents: Documents, view: str, key: str, members: Mapping[str, Any]) -> None:
    """Give a document these members, and leave its others as they are."""
    present = await documents.get(view, key) or {}
    await documents.put(view, key, {**present, **members})
