"""An application's timeline: what happened, by whom, and what it means, in a line of Chinese and one of English."""

from typing import Any

import msgspec
from fastapi import APIRouter

from services.application.domain.editing import ApplicationNotStarted
from services.application.domain.rules.registry import HARD, INELIGIBLE
from services.application.entrypoints.lines import line
from services.application.entrypoints.lists import history_seen
from services.application.entrypoints.parts import Parts
from services.application.entrypoints.results import in_words, naming_of
from services.application.entrypoints.rights import may_read, reads_grounds
from services.application.usecases.applications import TIMELINES
from services.application.usecases.history import state_at
from shared.contracts.application import RuleResult
from shared.contracts.rule_values import Naming
from shared.contracts.vocabulary import Outcome
from shared.kernel.actor import Actor
from shared.kernel.instants import Instant
from shared.web.authentication import CurrentActor
from shared.web.models import IdText
from shared.web.reads import AtLeast

WRITTEN_TO_THE_OFFICE = ("ObjectionFiled", "AppealFiled")
SHOWN = ("at", "service", "event", "by")


def timeline(parts: Parts) -> APIRouter:
    """The timeline's route."""
    router = APIRouter(tags=["applications"])

    @router.get("/applications/{application}/timeline")
    async def happened(application: IdText, reads: AtLeast, actor: CurrentActor) -> list[dict[str, Any]]:
        """What happened to an application, by whom, in two languages, first to last."""
        doc: Any = await reads.get(TIMELINES, application)
        if doc is None or "organization" not in doc:
            raise ApplicationNotStarted
        may_read(actor, doc["district"], doc["organization"])
        naming, entries = await naming_of(reads, doc["round"]), history_seen(doc["entries"], actor)
        shown = []
        for index, one in enumerate(entries):
            state = state_at(entries[: index + 1])
            details = _as_may_be_read(actor, one["event"], await _detailed(parts, doc["round"], one, naming))
            zh, en = line(one["event"], one.get("to", ""), details, naming)
            kept = {name: one[name] for name in SHOWN if name in one}
            after = state[0] if state else ""
            shown.append({**kept, "message_zh": zh, "message_en": en, "details": details, "state": after})
        return shown

    return router


def _as_may_be_read(actor: Actor, event: str, details: dict[str, Any]) -> dict[str, Any]:
    """Without the words of an objection or an appeal for whoever they were not written to."""
    if event not in WRITTEN_TO_THE_OFFICE or reads_grounds(actor):
        return details
    return {name: member for name, member in details.items() if name != "grounds"}


async def _detailed(parts: Parts, round_id: str, one: dict[str, Any], naming: Naming) -> dict[str, Any]:
    """The entry's details; of an evaluation that stopped a submission, the rules that did, told."""
    kept: dict[str, Any] = {name: member for name, member in one["details"].items() if name != "unmet"}
    if kept.get("overall") != INELIGIBLE or "unmet" not in one["details"]:
        return kept
    terms = await parts.facts.terms(round_id, Instant(one["at"]))
    hard = {rule.id for rule in terms.rules if rule.kind == HARD} if terms else set()
    unmet = [msgspec.convert(result, RuleResult) for result in one["details"]["unmet"]]
    stopped = [result for result in unmet if result.outcome == Outcome.MISSING or result.rule in hard]
    return {**kept, "blocking": [_told(result, naming) for result in stopped]}


def _told(result: RuleResult, naming: Naming) -> dict[str, str]:
    return {"rule": result.rule, "clause": result.clause, "outcome": result.outcome, **in_words(result, naming)}
