"""The panel secretary's door to the ranking, which is computed and never typed (C5.4)."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.panel import ComputeRanking
from services.review.entrypoints.parts import Parts, of_the_panel, panel_of
from services.review.usecases.entries import entries_of, scored_after, settled
from shared.web.command import Arriving
from shared.web.models import IdText, Receipt
from shared.web.reads import on_everything


def router(parts: Parts) -> APIRouter:
    """The ranking of a panel."""
    routes = APIRouter(tags=["panels"])

    @routes.post("/panels/{panel}/ranking", response_model=Receipt)
    async def rank(panel: IdText, arrival: Arriving) -> JSONResponse:
        """Rank what the panel scored, and again when scores changed or were opened again."""
        constitution, terms = await panel_of(parts, panel)
        round_id, group = constitution.round, constitution.group

        async def work(log_at: int) -> JSONResponse:
            applications = await parts.facts.recommended(round_id, group)
            command = ComputeRanking(
                panel=panel,
                entries=await entries_of(parts.store, parts.facts, constitution, applications, terms),
                terms=terms,
                by=arrival.actor,
                at=arrival.at,
                scored_after=await scored_after(parts.store, parts.facts, constitution),
                settled=await settled(parts.store, parts.facts, constitution, applications),
            )
            return await of_the_panel(parts, arrival, round_id, command, log_at)

        return await on_everything(parts.store, parts.projector, work)

    return routes
