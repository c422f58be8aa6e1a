"""Reporting's read models: what is owed and filed, assessed and recommended, and the exact counts."""

from typing import Any, TypeAlias, assert_never

import msgspec

from services.reporting.usecases.agreements import AGREEMENTS, OFFERED, UNSIGNED, agreements
from services.reporting.usecases.approvals import APPROVALS, ENDINGS, FATES, approvals
from services.reporting.usecases.rectifications import RECTIFICATIONS, rectifications
from shared.contracts.application import ApplicationSubmitted, PolicyAmended, RoundPlanned
from shared.contracts.documents import typed
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.publication import OrganizationApproved
from shared.contracts.registration import (
    OrganizationClosed,
    OrganizationReinstated,
    OrganizationReopened,
    OrganizationSuspended,
)
from shared.contracts.reporting import (
    AnnualAssessed,
    AssessmentCorrected,
    DifficultiesReported,
    ObligationCreated,
    ObligationLifted,
    ObligationRescheduled,
    PolicyDigestFiled,
    PriorityRecommended,
    ReminderSent,
    ReportAccepted,
    ReportDefaulted,
    ReportOverdue,
    ReportReturned,
    ServiceCaseFiled,
    ServicePlanFiled,
    ServiceReportFiled,
)
from shared.contracts.review import ExpertScored
from shared.contracts.vocabulary import COMPREHENSIVE
from shared.eventstore.documents import Document, Documents
from shared.eventstore.projection import Projection

ROUNDS = "rounds"
AMENDMENTS = "amendments"
"""By round, in the order in which they were made."""
BARRED = "barred"
"""By organization, while it is suspended or once it is closed."""
OBLIGATIONS = "obligations"
AGENDA = "agenda"
"""What is open, by round and due instant: what the clock looks at."""
ASSESSMENTS = "assessments"
PRIORITIES = "priorities"
COUNTS = "counts"

ChangingEvent: TypeAlias = (
    ReminderSent
    | ReportReturned
    | ReportOverdue
    | ReportAccepted
    | ReportDefaulted
    | ObligationLifted
    | ServicePlanFiled
    | ServiceReportFiled
    | ServiceCaseFiled
    | PolicyDigestFiled
    | DifficultiesReported
)
"""What changes an obligation after it was created."""

OPEN = ("DUE", "RETURNED", "OVERDUE")
STATES = {ReportAccepted: "ACCEPTED", ReportDefaulted: "DEFAULTED", ObligationLifted: "LIFTED"}
ENTRY = ("obligation", "organization", "round", "state", "due_now", "since", "reminded", "grace_days", "version")
SUSPENDED, CLOSED = "SUSPENDED", "CLOSED"


async def _obligations(documents: Documents, recorded: Recorded) -> None:
    event = recorded.event
    if isinstance(event, ObligationCreated):
        begun: Document = {"state": "DUE", "version": 0, "due_now": event.due, "since": recorded.envelope.time}
        await _owe(documents, {**recorded.data(), **begun})
    elif isinstance(event, ChangingEvent | ObligationRescheduled):
        before = await documents.get(OBLIGATIONS, event.obligation) or {}
        await documents.remove(AGENDA, _place(before))
        await _owe(documents, _changed(recorded, event, before))


def _changed(recorded: Recorded, event: ChangingEvent | ObligationRescheduled, before: Document) -> Document:
    if isinstance(event, ObligationRescheduled):
        return _rescheduled(event, before, recorded.envelope.time)
    return {**before, **_change(event, before, recorded.data())}


def _change(event: ChangingEvent, before: Document, data: Document) -> Document:
    """What an event changes of an obligation; a correction is never due before what it corrects was."""
    match event:
        case ReminderSent():
            return {"reminded": True}
        case ReportReturned():
            return {"state": "RETURNED", "due_now": max(event.due, str(before["due"])), "returned": dict(data)}
        case ReportOverdue():
            return {"state": "OVERDUE", "grace_days": event.days}
        case ReportAccepted() | ReportDefaulted() | ObligationLifted():
            return {"state": STATES[type(event)]}
        case (
            ServicePlanFiled()
            | ServiceReportFiled()
            | ServiceCaseFiled()
            | PolicyDigestFiled()
            | DifficultiesReported()
        ):
            return {**data, "state": "FILED"}
        case _:
            assert_never(event)


def _rescheduled(event: ObligationRescheduled, before: Document, at: str) -> Document:
    """A correction is never due before what it corrects is; what the clock had noted of the old instant is gone."""
    returned: Any = before.get("returned") or {"due": ""}
    kept = {name: value for name, value in before.items() if name not in ("opens_at", "grace_days", "reminded")}
    opens: Document = {} if event.opens_at is None else {"opens_at": event.opens_at}
    moved: Document = {"due": event.new, "due_now": max(event.new, str(returned["due"])), "since": at}
    return {**kept, **opens, **moved, "state": "RETURNED" if returned["due"] else "DUE"}


async def _assessments(documents: Documents, recorded: Recorded) -> None:
    event = recorded.event
    if isinstance(event, AnnualAssessed):
        doc = {**recorded.data(), "event": recorded.envelope.id, "at": recorded.envelope.time}
        await documents.put(ASSESSMENTS, f"{event.application}.{event.year}", doc)
    elif isinstance(event, AssessmentCorrected):
        key = f"{event.application}.{event.year}"
        before = await documents.get(ASSESSMENTS, key) or {}
        corrected = {"event": recorded.envelope.id, "corrected_at": recorded.envelope.time}
        await documents.put(ASSESSMENTS, key, {**before, **recorded.data(), **corrected})


async def _priorities(documents: Documents, recorded: Recorded) -> None:
    event = recorded.event
    if isinstance(event, PriorityRecommended):
        await documents.put(
            PRIORITIES, f"{event.round}.{event.year}", {**recorded.data(), "at": recorded.envelope.time}
        )


async def _rounds(documents: Documents, recorded: Recorded) -> None:
    match event := recorded.event:
        case RoundPlanned():
            await documents.put(ROUNDS, event.round, typed(recorded))
        case PolicyAmended():
            before = await documents.get(AMENDMENTS, event.round) or {}
            amendments = msgspec.convert(before.get("amendments", ()), list[Any])
            await documents.put(AMENDMENTS, event.round, {"amendments": [*amendments, typed(recorded)]})
        case _:
            return


async def _organizations(documents: Documents, recorded: Recorded) -> None:
    match event := recorded.event:
        case OrganizationSuspended() | OrganizationReopened(suspended=str()):
            await documents.put(BARRED, event.organization, {"organization": event.organization, "state": SUSPENDED})
        case OrganizationClosed():
            await documents.put(BARRED, event.organization, {"organization": event.organization, "state": CLOSED})
        case OrganizationReinstated() | OrganizationReopened():
            await documents.remove(BARRED, event.organization)
        case _:
            return


async def _counts(documents: Documents, recorded: Recorded) -> None:
    for figure, label in figures(recorded.event):
        await _count(documents, figure, label)


PROJECTIONS = (
    Projection("rounds", frozenset({ROUNDS, AMENDMENTS}), _rounds),
    Projection("approvals", frozenset({APPROVALS, ENDINGS, FATES}), approvals),
    Projection("agreements", frozenset({AGREEMENTS, OFFERED, UNSIGNED}), agreements),
    Projection("organizations", frozenset({BARRED}), _organizations),
    Projection("obligations", frozenset({OBLIGATIONS, AGENDA}), _obligations),
    Projection("rectifications", frozenset({RECTIFICATIONS}), rectifications),
    Projection("assessments", frozenset({ASSESSMENTS}), _assessments),
    Projection("priorities", frozenset({PRIORITIES}), _priorities),
    Projection("counts", frozenset({COUNTS}), _counts),
)


def agenda_key(round_id: str, due: str, obligation: str) -> str:
    """Sorted by round, then by due instant."""
    return f"{round_id}.{due}.{obligation}"


async def _owe(documents: Documents, doc: Document) -> None:
    await documents.put(OBLIGATIONS, str(doc["obligation"]), doc)
    await _schedule(documents, doc)


async def _schedule(documents: Documents, doc: Document) -> None:
    if doc["state"] in OPEN:
        await documents.put(AGENDA, _place(doc), {name: doc[name] for name in ENTRY if name in doc})


def _place(doc: Document) -> str:
    return agenda_key(str(doc["round"]), str(doc.get("due_now", doc["due"])), str(doc["obligation"]))


def figures(event: Event) -> tuple[tuple[str, str], ...]:
    """The figures that an event adds one to, each with its label; the live statistics use the same."""
    match event:
        case ApplicationSubmitted():
            group = event.category or COMPREHENSIVE
            return (("submissions_by_district", event.district), ("submissions_by_group", group))
        case ExpertScored():
            return (("scores_by_round", event.round),)
        case OrganizationApproved():
            return (("approvals_by_round", event.round),)
        case _:
            return ()


async def _count(documents: Documents, figure: str, label: str) -> None:
    key = f"{figure}.{label}"
    present = await documents.get(COUNTS, key) or {"count": 0}
    await documents.put(COUNTS, key, {"figure": figure, "label": label, "count": int(str(present["count"])) + 1})
