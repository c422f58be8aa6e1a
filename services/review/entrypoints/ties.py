"""A tie that the round's criteria leave: the experts vote on it, the secretary records the result (C5.4)."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.ballots import CastBallot
from services.review.domain.votes import ResolveTie
from services.review.domain.voting import answers_asked, ballots_cast, tie_share
from services.review.entrypoints.bodies import TieBallotBody, TieBody
from services.review.entrypoints.parts import Parts, of_the_panel, panel_of
from services.review.usecases.entries import electorate_of
from shared.contracts.round import Panels
from shared.web.command import Arrival, Arriving
from shared.web.models import IdText, Receipt
from shared.web.reads import on_everything


def router(parts: Parts) -> APIRouter:
    """Ballots on a tie, and what they come to."""
    routes = APIRouter(tags=["panels"])

    @routes.post("/panels/{panel}/ties/ballots", response_model=Receipt)
    async def vote(panel: IdText, body: TieBallotBody, arrival: Arriving) -> JSONResponse:
        """Vote on the order of applications of one rank; an expert's part."""
        constitution, terms = await panel_of(parts, panel)

        async def work(log_at: int) -> JSONResponse:
            command = await _ballot(parts, arrival, panel, tuple(body.order), terms)
            return await of_the_panel(parts, arrival, constitution.round, command, log_at)

        return await on_everything(parts.store, parts.projector, work)

    @routes.post("/panels/{panel}/ties", response_model=Receipt)
    async def resolve(panel: IdText, body: TieBody, arrival: Arriving) -> JSONResponse:
        """Record the panel's vote on applications of one rank."""
        constitution, terms = await panel_of(parts, panel)

        async def work(log_at: int) -> JSONResponse:
            command = await _result(parts, arrival, panel, body, terms)
            return await of_the_panel(parts, arrival, constitution.round, command, log_at)

        return await on_everything(parts.store, parts.projector, work)

    return routes


async def _ballot(parts: Parts, arrival: Arrival, panel: str, order: tuple[str, ...], terms: Panels) -> CastBallot:
    return CastBallot(
        panel=panel,
        choice=order,
        entry=None,
        minimum=terms.minimum_scores.value,
        electorate=await electorate_of(parts.store, parts.facts, order, terms),
        asked=ballots_cast(terms),
        settled=all([await parts.facts.settled(one) for one in order]),
        by=arrival.actor,
        at=arrival.at,
    )


async def _result(parts: Parts, arrival: Arrival, panel: str, body: TieBody, terms: Panels) -> ResolveTie:
    order = tuple(body.order)
    return ResolveTie(
        panel=panel,
        tie_group=body.tie_group,
        order=order,
        voters=tuple(body.voters),
        electorate=await electorate_of(parts.store, parts.facts, order, terms),
        by=arrival.actor,
        at=arrival.at,
        share=tie_share(terms),
        cast=ballots_cast(terms),
        answered=answers_asked(terms),
        settled=all([await parts.facts.settled(one) for one in order]),
    )
