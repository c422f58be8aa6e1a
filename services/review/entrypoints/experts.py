"""The pool from which panels are drawn; the panel secretary's door (C5.4)."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.expert import EnrolExpert
from services.review.entrypoints.bodies import ExpertBody
from services.review.entrypoints.parts import Parts
from services.review.usecases.handle import handle
from shared.web.command import Arriving
from shared.web.models import Receipt


def router(parts: Parts) -> APIRouter:
    """The pool from which panels are drawn."""
    routes = APIRouter(tags=["panels"])

    @routes.post("/experts", status_code=201, response_model=Receipt)
    async def enrol(body: ExpertBody, arrival: Arriving) -> JSONResponse:
        """Take an expert into the pool, or learn of another employer or other specialties."""
        specialties = tuple(body.specialties)
        command = EnrolExpert(body.expert, body.employer_uscc, specialties, arrival.actor, arrival.at)
        return await arrival.answer(lambda again: handle(parts.store, command, arrival.context, again))

    return routes
