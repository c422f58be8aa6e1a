"""The experts' door to their scores: one's own, only until scoring closes (C5.4)."""

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.scores import ReviseScore, ScoreApplication
from services.review.entrypoints.bodies import ItemBody, RevisionBody, ScoreBody
from services.review.entrypoints.parts import Parts, employer_followed, of_the_experts
from services.review.usecases.subjects import scored
from shared.contracts.review import ItemScore
from shared.web.command import Arriving
from shared.web.models import IdText, Receipt


def router(parts: Parts) -> APIRouter:
    """Scores, and their revisions."""
    routes = APIRouter(tags=["scoring"])

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
            employer_uscc=await employer_followed(parts, of, arrival.actor.id),
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
            employer_uscc=await employer_followed(parts, of, arrival.actor.id),
        )
        return await of_the_experts(parts, arrival, command)

    return routes


def _items(items: Sequence[ItemBody]) -> tuple[ItemScore, ...]:
    return tuple(ItemScore(**item.model_dump()) for item in items)
