"""The experts' door: a conflict answer before access, one's own scores only until scoring closes (C5.4)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.conflicts import AssignReview, DeclareConflict, listed_only
from services.review.domain.expert import EXPERT_DECIDER, Enrolled, Stranger
from services.review.domain.recusals import RecuseExpert, ReplaceExpert
from services.review.domain.scores import ReviseScore, ScoreApplication, VoidScore
from services.review.entrypoints.bodies import (
    AssignmentBody,
    ConflictBody,
    ItemBody,
    RecusalBody,
    ReplacementBody,
    RevisionBody,
    ScoreBody,
    VoidBody,
)
from services.review.entrypoints.paging import page
from services.review.usecases.handle import ScoringCommand, handle
from services.review.usecases.panels_view import WORKLIST
from services.review.usecases.ports import Facts
from services.review.usecases.streams import expert_stream
from services.review.usecases.subjects import events, scored
from services.review.usecases.worklist import worklist_of
from shared.contracts.review import ExpertEnrolled, ItemScore
from shared.eventstore.port import EventStore
from shared.kernel.actor import Role
from shared.kernel.instants import plus_days
from shared.kernel.refusal import Unknown, require
from shared.web.authentication import CurrentActor
from shared.web.command import Arrival, Arriving
from shared.web.models import IdText, Receipt
from shared.web.reads import After, AtLeast, Limit


class ExpertUnknown(Unknown):
    """Not in the pool."""

    title = "There is no such expert"
    field = "expert"


def router(store: EventStore, facts: Facts) -> APIRouter:
    """Conflict answers, assignments, scores, and an expert's worklist."""
    routes = APIRouter(tags=["scoring"])

    @routes.post("/scorings/{application}/conflict", response_model=Receipt)
    async def declare(application: IdText, body: ConflictBody, arrival: Arriving) -> JSONResponse:
        """Answer whether there is a conflict of interest."""
        subject = (await scored(store, facts, application)).subject
        command = DeclareConflict(subject, body.answer, body.detail, arrival.actor, arrival.at)
        return await _carry_out(store, arrival, command)

    @routes.post("/scorings/{application}/scores", response_model=Receipt)
    async def score(application: IdText, body: ScoreBody, arrival: Arriving) -> JSONResponse:
        """Score an assigned application by the rubric of the panel's beginning."""
        of = await scored(store, facts, application)
        rubric, rubric_hash, items = of.plan.parameters.rubric, of.plan.rubric_hash, _items(body.items)
        command = ScoreApplication(of.subject, body.version, rubric, rubric_hash, items, arrival.actor, arrival.at)
        return await _carry_out(store, arrival, command)

    @routes.post("/scorings/{application}/revisions", response_model=Receipt)
    async def revise(application: IdText, body: RevisionBody, arrival: Arriving) -> JSONResponse:
        """Change one's own score before closing, and say why."""
        of = await scored(store, facts, application)
        command = ReviseScore(
            subject=of.subject,
            version=body.version,
            rubric=of.plan.parameters.rubric,
            rubric_hash=of.plan.rubric_hash,
            items=_items(body.items),
            reason=body.reason,
            by=arrival.actor,
            at=arrival.at,
        )
        return await _carry_out(store, arrival, command)

    @routes.post("/scorings/{application}/recusals", response_model=Receipt)
    async def recuse(application: IdText, body: RecusalBody, arrival: Arriving) -> JSONResponse:
        """Step back from an application, or take an expert from it; also after closing."""
        subject = (await scored(store, facts, application)).subject
        command = RecuseExpert(subject, body.expert, body.reason, body.voids_score, arrival.actor, arrival.at)
        return await _carry_out(store, arrival, command)

    @routes.get("/worklist")
    async def worklist(
        reads: AtLeast, actor: CurrentActor, after: After = "", limit: Limit = 100
    ) -> list[dict[str, Any]]:
        """What the expert answers and scores, and its next step; the auditor sees all."""
        require(actor, Role.EXPERT, Role.DISCIPLINE_AUDITOR)
        if actor.role is Role.EXPERT:
            return page(await worklist_of(store, facts, reads, actor.id), "application", after, limit)
        return [dict(doc) for doc in await reads.find(WORKLIST, after=after, limit=limit)]

    return routes


def seats_router(store: EventStore, facts: Facts) -> APIRouter:
    """What the secretary does with the seats of an application."""
    routes = APIRouter(tags=["scoring"])

    @routes.post("/scorings/{application}/assignments", response_model=Receipt)
    async def assign(application: IdText, body: AssignmentBody, arrival: Arriving) -> JSONResponse:
        """Assign an application to an expert of its panel."""
        of = await scored(store, facts, application)
        parameters, expert = of.plan.parameters, await _enrolled(store, body.expert)
        command = AssignReview(
            subject=of.subject,
            expert=expert.expert,
            employer_uscc=expert.employer_uscc,
            due=plus_days(arrival.at, parameters.panels.scoring_days.value),
            by=arrival.actor,
            at=arrival.at,
            listed=not listed_only(parameters),
        )
        return await _carry_out(store, arrival, command)

    @routes.post("/scorings/{application}/replacements", response_model=Receipt)
    async def substitute(application: IdText, body: ReplacementBody, arrival: Arriving) -> JSONResponse:
        """Give a recused or absent expert's place to another of the pool."""
        of = await scored(store, facts, application)
        other = await _enrolled(store, body.replacement)
        command = ReplaceExpert(of.subject, body.expert, other, of.group, body.reason, arrival.actor, arrival.at)
        return await _carry_out(store, arrival, command)

    @routes.post("/scorings/{application}/voids", response_model=Receipt)
    async def void(application: IdText, body: VoidBody, arrival: Arriving) -> JSONResponse:
        """Take a score out of the count, and say why."""
        subject = (await scored(store, facts, application)).subject
        command = VoidScore(subject, body.expert, body.reason, arrival.actor, arrival.at)
        return await _carry_out(store, arrival, command)

    return routes


async def _carry_out(store: EventStore, arrival: Arrival, command: ScoringCommand) -> JSONResponse:
    context = replace(arrival.context, round=command.subject.round)
    key = command.subject.organization
    return await arrival.answer(lambda again: handle(store, command, context, again, key=key))


def _items(items: Sequence[ItemBody]) -> tuple[ItemScore, ...]:
    return tuple(ItemScore(**item.model_dump()) for item in items)


async def _enrolled(store: EventStore, expert: str) -> ExpertEnrolled:
    match EXPERT_DECIDER.fold(events(await store.load(expert_stream(expert).name))):
        case Enrolled(enrolment):
            return enrolment
        case Stranger():
            raise ExpertUnknown(expert)
