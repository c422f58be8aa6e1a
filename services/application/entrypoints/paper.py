"""The receipt clerk's door: the paper, by its code or by what is typed from it (C5.1, C5.2)."""

from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.application.domain.paper import ReceivePaper
from services.application.entrypoints.bodies import PaperBody
from services.application.entrypoints.parts import Parts, started
from services.application.usecases.handle import handle
from shared.web.command import Arriving
from shared.web.models import IdText, Receipt


def paper(parts: Parts) -> APIRouter:
    """Every route of the paper."""
    router = APIRouter(tags=["paper"])

    @router.post("/applications/{application}/paper", response_model=Receipt)
    async def receive(application: IdText, body: PaperBody, arrival: Arriving) -> JSONResponse:
        """Receive the paper, matched by hash; another is refused with the difference."""
        its = await started(parts, application)
        version, snapshot_hash = body.read(application)
        command = ReceivePaper(
            application,
            version,
            snapshot_hash,
            body.copies,
            arrival.actor,
            arrival.at,
            silent=await parts.facts.silent(application),
            final=await parts.facts.final(application),
        )
        context = replace(arrival.context, round=its.round)
        return await arrival.answer(
            lambda key: handle(parts.store, command, context, key, organization=its.organization)
        )

    return router
