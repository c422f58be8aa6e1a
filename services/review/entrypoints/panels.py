"""The panel secretary's door: the draw and the closing (C5.4)."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.constitution import ConstitutePanel, groups_of, panel_id
from services.review.domain.panel import CloseScoring
from services.review.entrypoints.bodies import PanelBody
from services.review.entrypoints.parts import Parts, of_the_panel, panel_of
from services.review.usecases.entries import unassigned
from services.review.usecases.subjects import panel_plan_of
from shared.web.command import Arriving
from shared.web.models import IdText, Receipt
from shared.web.reads import AtLeast, on_everything


def router(parts: Parts) -> APIRouter:
    """The draw and the closing."""
    routes = APIRouter(tags=["panels"])

    @routes.post("/panels", status_code=201, response_model=Receipt)
    async def constitute(body: PanelBody, arrival: Arriving, _reads: AtLeast) -> JSONResponse:
        """Draw a panel from the pool by its seed."""
        parameters = (await panel_plan_of(parts.facts, body.round, arrival.at)).parameters
        groups, terms, by, at = groups_of(parameters), parameters.panels, arrival.actor, arrival.at

        async def work(log_at: int) -> JSONResponse:
            pool = await parts.facts.experts()
            command = ConstitutePanel(body.round, body.group, groups, pool, terms, body.seed, by, at)
            made = panel_id(body.round, body.group)
            return await of_the_panel(parts, arrival, body.round, command, log_at, panel=made)

        return await on_everything(parts.store, parts.projector, work)

    @routes.post("/panels/{panel}/closing", response_model=Receipt)
    async def close(panel: IdText, arrival: Arriving) -> JSONResponse:
        """Close the panel's scoring."""
        constitution, _ = await panel_of(parts, panel)

        async def work(log_at: int) -> JSONResponse:
            idle = await unassigned(parts.store, parts.facts, constitution)
            command = CloseScoring(panel, arrival.actor, arrival.at, idle)
            return await of_the_panel(parts, arrival, constitution.round, command, log_at)

        return await on_everything(parts.store, parts.projector, work)

    return routes
