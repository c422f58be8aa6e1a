"""The experts' door before and beside their scores: a conflict answer, and stepping back (C5.4)."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.conflicts import DeclareConflict
from services.review.domain.recusals import RecuseExpert
from services.review.entrypoints.bodies import ConflictBody, RecusalBody
from services.review.entrypoints.parts import Parts, employer_followed, of_the_experts
from services.review.usecases.subjects import scored
from shared.web.command import Arriving
from shared.web.models import IdText, Receipt


def router(parts: Parts) -> APIRouter:
    """Conflict answers and recusals."""
    routes = APIRouter(tags=["scoring"])

    @routes.post("/scorings/{application}/conflict", response_model=Receipt)
    async def declare(application: IdText, body: ConflictBody, arrival: Arriving) -> JSONResponse:
        """Answer whether there is a conflict, also one found later."""
        of, by = await scored(parts.store, parts.facts, application), arrival.actor
        employer = await employer_followed(parts, of, by.id)
        command = DeclareConflict(of.subject, body.answer, body.detail, by, arrival.at, employer)
        return await of_the_experts(parts, arrival, command)

    @routes.post("/scorings/{application}/recusals", response_model=Receipt)
    async def recuse(application: IdText, body: RecusalBody, arrival: Arriving) -> JSONResponse:
        """Step back from an application, or take an expert from it; also after closing."""
        subject = (await scored(parts.store, parts.facts, application)).subject
        command = RecuseExpert(subject, body.expert, body.reason, body.voids_score, arrival.actor, arrival.at)
        return await of_the_experts(parts, arrival, command)

    return routes
