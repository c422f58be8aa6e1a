"""What a panel votes on, as its secretary records it (C5.4)."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.votes import RecordPanelDecision, ResolveTie, answers_asked, missing_scores_share, tie_share
from services.review.entrypoints.bodies import PanelDecisionBody, TieBody
from services.review.entrypoints.parts import Parts, of_the_panel, panel_of
from services.review.usecases.entries import electorate_of, entry_of
from shared.web.command import Arriving
from shared.web.models import IdText, Receipt
from shared.web.reads import on_everything


def router(parts: Parts) -> APIRouter:
    """What the panel votes on."""
    routes = APIRouter(tags=["panels"])

    @routes.post("/panels/{panel}/ties", response_model=Receipt)
    async def resolve(panel: IdText, body: TieBody, arrival: Arriving) -> JSONResponse:
        """Record the panel's vote on applications of one rank."""
        constitution, terms = await panel_of(parts, panel)
        order, voters, share = tuple(body.order), tuple(body.voters), tie_share(terms)

        async def work(log_at: int) -> JSONResponse:
            voting = await electorate_of(parts.store, parts.facts, order)
            command = ResolveTie(
                panel=panel,
                tie_group=body.tie_group,
                order=order,
                voters=voters,
                electorate=voting,
                by=arrival.actor,
                at=arrival.at,
                share=share,
                answered=answers_asked(terms),
                settled=all([await parts.facts.settled(one) for one in order]),
            )
            return await of_the_panel(parts, arrival, constitution.round, command, log_at)

        return await on_everything(parts.store, parts.projector, work)

    @routes.post("/panels/{panel}/decisions", response_model=Receipt)
    async def decide(panel: IdText, body: PanelDecisionBody, arrival: Arriving) -> JSONResponse:
        """Record how the panel ranks an application with too few scores."""
        constitution, terms = await panel_of(parts, panel)

        async def work(log_at: int) -> JSONResponse:
            command = RecordPanelDecision(
                panel=panel,
                entry=await entry_of(parts.store, parts.facts, constitution, body.application, terms),
                minimum=terms.minimum_scores.value,
                decision=body.decision,
                reason=body.reason,
                voters=tuple(body.voters),
                electorate=await electorate_of(parts.store, parts.facts, [body.application]),
                by=arrival.actor,
                at=arrival.at,
                share=missing_scores_share(terms),
                answered=answers_asked(terms),
                settled=await parts.facts.settled(body.application),
            )
            return await of_the_panel(parts, arrival, constitution.round, command, log_at)

        return await on_everything(parts.store, parts.projector, work)

    return routes
