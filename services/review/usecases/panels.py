"""The panels' read models: the pool, panels, every expert's tasks, the scores behind the closed door, what is due."""

from typing import Any, TypeAlias, assert_never

import msgspec

from services.review.domain.ranking import settled
from services.review.usecases.reviews import change
from shared.contracts.envelope import Recorded
from shared.contracts.review import (
    ConflictDeclared,
    DistrictReviewClosed,
    ExpertEnrolled,
    ExpertRecused,
    ExpertReplaced,
    ExpertScored,
    PanelConstituted,
    PanelDecisionRecorded,
    RankingComputed,
    RankingRow,
    ReviewAssigned,
    ScoreOverdue,
    ScoreRevised,
    ScoreVoided,
    ScoringClosed,
    ScoringReopened,
    TieResolved,
)
from shared.eventstore.documents import Document, Documents

EXPERTS = "experts"
PANELS = "panels"
WORKLIST = "worklist"
SCORES = "scores"
"""Totals by application and expert; nobody is shown them while the panel scores."""
DUE = "due"
"""What is assigned and not scored yet, by due instant."""
TASKS_MAX = 10_000
SCORING, RANKED = "SCORING", "RANKED"

PanelEvent: TypeAlias = PanelConstituted | ScoringClosed | RankingComputed | TieResolved | PanelDecisionRecorded
ExpertsEvent: TypeAlias = (
    ConflictDeclared
    | ReviewAssigned
    | ExpertScored
    | ScoreRevised
    | ScoreVoided
    | ScoreOverdue
    | ExpertRecused
    | ExpertReplaced
)


async def project_panel(documents: Documents, recorded: Recorded) -> None:
    """Move the panels' read models by one event of this house."""
    event, data = recorded.event, recorded.data()
    match event:
        case ExpertEnrolled():
            await documents.put(EXPERTS, event.expert, data)
        case PanelConstituted():
            await documents.put(PANELS, event.panel, {**data, "state": SCORING})
        case ScoringClosed() | RankingComputed() | TieResolved() | PanelDecisionRecorded():
            await _panel(documents, event, data)
        case DistrictReviewClosed():
            await _nothing_due(documents, {"application": event.application})
        case ScoringReopened():
            await _open_again(documents, event, recorded)
        case (
            ConflictDeclared()
            | ReviewAssigned()
            | ExpertScored()
            | ScoreRevised()
            | ScoreVoided()
            | ScoreOverdue()
            | ExpertRecused()
            | ExpertReplaced()
        ):
            await _task(documents, event)
        case _:
            return


async def _panel(
    documents: Documents, event: ScoringClosed | RankingComputed | TieResolved | PanelDecisionRecorded, data: Any
) -> None:
    match event:
        case ScoringClosed():
            await change(documents, PANELS, event.panel, {"state": "CLOSED", "closed_at": event.at})
            await _nothing_due(documents, {"panel": event.panel})
        case RankingComputed():
            members = {"state": RANKED, "ranking": data["rows"], "ties": [], "reopened": [], "outdated": False}
            await change(documents, PANELS, event.panel, members)
            await _nothing_due(documents, {"panel": event.panel})
            await _again(documents, {"panel": event.panel, "again": True}, {"again": False})
        case TieResolved():
            await _resolve(documents, event, data)
        case PanelDecisionRecorded():
            await _remember(documents, event.panel, "decisions", data)
        case _:
            assert_never(event)


async def _open_again(documents: Documents, event: ScoringReopened, recorded: Recorded) -> None:
    """Every assigned expert may change its score until the panel ranks again."""
    await _remember(documents, event.panel, "reopened", event.application)
    opened = {"again": True, "reopened_at": recorded.envelope.time}
    await _again(documents, {"application": event.application, "assigned": True}, opened)


async def _again(documents: Documents, where: dict[str, str | int | bool], members: dict[str, Any]) -> None:
    for task in await documents.find(WORKLIST, where, limit=TASKS_MAX):
        await change(documents, WORKLIST, f"{task['expert']}.{task['application']}", members)


async def _nothing_due(documents: Documents, where: dict[str, str | int | bool]) -> None:
    for task in await documents.find(DUE, where, limit=TASKS_MAX):
        await documents.remove(DUE, str(task["key"]))


async def _resolve(documents: Documents, event: TieResolved, data: Any) -> None:
    panel: Any = await documents.get(PANELS, event.panel) or {}
    rows = msgspec.convert(panel["ranking"], tuple[RankingRow, ...])
    ranking = [msgspec.to_builtins(row) for row in settled(rows, (event,))]
    await change(documents, PANELS, event.panel, {"ranking": ranking, "ties": [*panel["ties"], data]})


async def _remember(documents: Documents, panel: str, member: str, one: Any) -> None:
    present: Any = await documents.get(PANELS, panel) or {}
    await change(documents, PANELS, panel, {member: [*present.get(member, []), one]})


async def _task(documents: Documents, event: ExpertsEvent) -> None:
    key = f"{event.expert}.{event.application}"
    who = {"expert": event.expert, "application": event.application, "round": event.round}
    before = await documents.get(WORKLIST, key) or {}
    await change(documents, WORKLIST, key, {**who, **_said(event)})
    await _seat(documents, event, who)
    if isinstance(event, ExpertScored | ScoreRevised) or _voids(event):
        await _outdate(documents, event)
    if not isinstance(event, ConflictDeclared | ReviewAssigned):
        await _no_longer_due(documents, before, event)


async def _seat(documents: Documents, event: ExpertsEvent, who: dict[str, Any]) -> None:
    """What the event means for others than the task: what is due, the score, and the seat of a replacement."""
    match event:
        case ReviewAssigned():
            due = _due_key(event.due, event.application, event.expert)
            await documents.put(DUE, due, {**who, "panel": event.panel, "due": event.due, "key": due})
        case ExpertScored() | ScoreRevised():
            await _keep_score(documents, event)
        case ExpertReplaced():
            place = {**who, "expert": event.replacement, "replaces": event.expert}
            await change(documents, WORKLIST, f"{event.replacement}.{event.application}", place)
        case ScoreVoided() | ExpertRecused():
            if _voids(event):
                await change(documents, SCORES, f"{event.application}.{event.expert}", {"counts": False})
        case ConflictDeclared() | ScoreOverdue():
            pass
        case _:
            assert_never(event)


async def _outdate(documents: Documents, event: Any) -> None:
    """The panel's ranking, if it has one, is not of the scores that count now."""
    panel = await documents.get(PANELS, event.panel) or {}
    if panel.get("state") == RANKED:
        await change(documents, PANELS, event.panel, {"outdated": True})


async def _no_longer_due(documents: Documents, task: Document, event: ExpertsEvent) -> None:
    if "due" in task:
        await documents.remove(DUE, _due_key(str(task["due"]), event.application, event.expert))


def _due_key(due: str, application: str, expert: str) -> str:
    return f"{due}.{application}.{expert}"


def _voids(event: ExpertsEvent) -> bool:
    return isinstance(event, ScoreVoided) or (isinstance(event, ExpertRecused) and event.voids_score)


async def _keep_score(documents: Documents, event: ExpertScored | ScoreRevised) -> None:
    score: dict[str, Any] = {
        "application": event.application,
        "expert": event.expert,
        "panel": event.panel,
        "total": event.total,
        "items": [msgspec.to_builtins(item) for item in event.items],
        "counts": True,
    }
    await documents.put(SCORES, f"{event.application}.{event.expert}", score)


def _said(event: ExpertsEvent) -> dict[str, Any]:
    """What the event adds to the expert's task; no task is ever removed."""
    match event:
        case ConflictDeclared():
            return {"conflict": event.answer}
        case ReviewAssigned():
            return {"assigned": True, "scored": False, "version": event.version, "due": event.due, "panel": event.panel}
        case ExpertScored():
            return {"scored": True, "again": False}
        case ScoreRevised():
            return {"scored": True, "revised": True, "again": False}
        case ScoreVoided() | ScoreOverdue() | ExpertRecused() | ExpertReplaced():
            return _lost(event)
        case _:
            assert_never(event)


def _lost(event: ScoreVoided | ScoreOverdue | ExpertRecused | ExpertReplaced) -> dict[str, Any]:
    match event:
        case ScoreVoided():
            return {"voided": event.reason}
        case ScoreOverdue():
            return {"overdue": True}
        case ExpertRecused():
            return {"recused": event.reason, **({"voided": event.reason} if event.voids_score else {})}
        case ExpertReplaced():
            return {"replaced_by": event.replacement}
        case _:
            assert_never(event)
