"""What waits for a person: an applicant's next steps with the days left, a receipt clerk's papers (C5.1, C5.2)."""

from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter, Request

from services.application.entrypoints.lists import as_seen, history_seen, seen_by
from services.application.entrypoints.parts import Parts
from services.application.entrypoints.silence import unless_silent
from services.application.entrypoints.steps import step_of, told_why, unless_barred
from services.application.usecases.applications import SUMMARIES, TIMELINES
from services.application.usecases.lists import list_of
from services.application.usecases.organizations import barred_at
from shared.eventstore.documents import Reads
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import require
from shared.web.authentication import CurrentActor
from shared.web.reads import AtLeast, everything
from shared.web.worklist import Step

TAKE_PAPER: Final = Step("take_paper", "接收纸质材料并扫描二维码", "take the paper and scan its code")
UNFILED: Final = ("DRAFT", "LAPSED", "WITHDRAWN")
"""States in which an application, or the one begun in its place, goes with its organization, see `following`."""


def worklist(parts: Parts) -> APIRouter:
    """The worklist's route."""
    router = APIRouter(tags=["applications"])

    @router.get("/worklist")
    async def waiting(reads: AtLeast, actor: CurrentActor, request: Request) -> list[dict[str, Any]]:
        """What waits for the actor, the most urgent first."""
        require(actor, Role.FILER, Role.LEGAL_REPRESENTATIVE, Role.RECEIPT_CLERK, Role.DISCIPLINE_AUDITOR)
        now: Instant = request.state.received_at
        mine = [as_seen(doc, actor) for doc in await everything(reads, SUMMARIES, "application", seen_by(actor))]
        if actor.role is Role.RECEIPT_CLERK:
            mine = [doc for doc in mine if doc["state"] == "SUBMITTED"]
        steps = [(doc, await _step(parts, reads, doc, actor, now)) for doc in mine]
        if actor.role is Role.RECEIPT_CLERK:
            steps = [(doc, replace(TAKE_PAPER, due=step.due if step else None)) for doc, step in steps]
        return sorted((_task(doc, step, now) for doc, step in steps if step is not None), key=_urgency)

    return router


async def _step(parts: Parts, reads: Reads, doc: dict[str, Any], actor: Actor, now: Instant) -> Step | None:
    terms = await parts.facts.terms(doc["round"], now)
    if terms is None:
        return None
    timeline: Any = await reads.get(TIMELINES, doc["application"]) or {"entries": []}
    applicant = await parts.facts.applicant(doc["organization"], now)
    terms = terms.of(applicant)
    if doc["state"] in UNFILED and not doc["version"]:
        doc = {**doc, "district": applicant.district if applicant else doc["district"]}
    entries, noticed = history_seen(timeline["entries"], actor), await parts.facts.noticed(doc["round"])
    listed = await list_of(reads, doc["round"], doc["district"])
    step = step_of(doc, entries, terms, now, noticed=noticed)
    step = unless_barred(unless_silent(step, doc, entries, terms, listed, now), applicant)
    lapsed = doc["state"] == "LAPSED"
    return told_why(step, await barred_at(reads, doc["organization"], Instant(doc["since"])) if lapsed else None)


def _urgency(task: dict[str, Any]) -> str:
    return str(task.get("due", "9"))


def _task(doc: dict[str, Any], step: Step, now: Instant) -> dict[str, Any]:
    names = ("application", "organization_name", "district", "round", "kind", "category", "group", "state", "since")
    return {**{name: doc[name] for name in names}, **step.told(now)}
