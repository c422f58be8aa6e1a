"""The experts' door: a conflict answer before access, one's own scores only until scoring closes (C5.4)."""

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.conflicts import DeclareConflict, posts_followed
from services.review.domain.recusals import RecuseExpert
from services.review.domain.scores import ReviseScore, ScoreApplication
from services.review.entrypoints.bodies import ConflictBody, ItemBody, RecusalBody, RevisionBody, ScoreBody
from services.review.entrypoints.parts import Parts, of_the_experts
from services.review.usecases.subjects import Scored, employer_of, scored
from shared.contracts.review import ItemScore
from shared.web.command import Arriving
from shared.web.models import IdText, Receipt


def router(parts: Parts) -> APIRouter:
    """Conflict answers, scores and recusals."""
    routes = APIRouter(tags=["scoring"])

    @routes.post("/scorings/{application}/conflict", response_model=Receipt)
    async def declare(application: IdText, body: ConflictBody, arrival: Arriving) -> JSONResponse:
        """Answer whether there is a conflict, also one found later."""
        of, by = await scored(parts.store, parts.facts, application), arrival.actor
        employer = await _employer(parts, of, by.id)
        command = DeclareConflict(of.subject, body.answer, body.detail, by, arrival.at, employer)
        return await of_the_experts(parts, arrival, command)

    @routes.post("/scorings/{application}/scores", response_model=Receipt)
    async def score(application: IdText, body: ScoreBody, arrival: Arriving) -> JSONResponse:
        """Score an assigned application by the rubric of the panel's beginning."""
        of = await scored(parts.store, parts.facts, application)
        command = ScoreApplication(
            subject=of.subject,
            version=body.version,
            rubric=of.plan.parameters.rubric,
            rubric_hash=of.plan.rubric_hash,
            items=_items(body.items),
            by=arrival.actor,
            at=arrival.at,
            employer_uscc=await _employer(parts, of, arrival.actor.id),
        )
        return await of_the_experts(parts, arrival, command)

    @routes.post("/scorings/{application}/revisions", response_model=Receipt)
    async def revise(application: IdText, body: RevisionBody, arrival: Arriving) -> JSONResponse:
        """Change one's own score before closing, and say why."""
        of = await scored(parts.store, parts.facts, application)
        command = ReviseScore(
            subject=of.subject,
            version=body.version,
            rubric=of.plan.parameters.rubric,
            rubric_hash=of.plan.rubric_hash,
            items=_items(body.items),
            reason=body.reason,
            by=arrival.actor,
            at=arrival.at,
            employer_uscc=await _employer(parts, of, arrival.actor.id),
        )
        return await of_the_experts(parts, arrival, command)

    @routes.post("/scorings/{application}/recusals", response_model=Receipt)
    async def recuse(application: IdText, body: RecusalBody, arrival: Arriving) -> JSONResponse:
        """Step back from an application, or take an expert from it; also after closing."""
        subject = (await scored(parts.store, parts.facts, application)).subject
        command = RecuseExpert(subject, body.expert, body.reason, body.voids_score, arrival.actor, arrival.at)
        return await of_the_experts(parts, arrival, command)

    return routes


def _items(items: Sequence[ItemBody]) -> tuple[ItemScore, ...]:
    return tuple(ItemScore(**item.model_dump()) for item in items)


async def _employer(parts: Parts, of: Scored, expert: str) -> str:
    return await employer_of(parts.store, expert) if posts_followed(of.plan.parameters.panels) else ""
