"""An application with too few scores: the experts vote on it, the secretary records the result (C5.4)."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.ballots import CastBallot
from services.review.domain.votes import RecordPanelDecision
from services.review.domain.voting import answers_asked, ballots_cast, missing_scores_share
from services.review.entrypoints.bodies import DecisionBallotBody, PanelDecisionBody
from services.review.entrypoints.parts import Parts, of_the_panel, panel_of
from services.review.usecases.entries import electorate_of, entry_of
from shared.contracts.review import PanelConstituted
from shared.contracts.round import Panels
from shared.web.command import Arrival, Arriving
from shared.web.models import IdText, Receipt
from shared.web.reads import on_everything


def router(parts: Parts) -> APIRouter:
    """Ballots on an application with too few scores, and what they come to."""
    routes = APIRouter(tags=["panels"])

    @routes.post("/panels/{panel}/decisions/ballots", response_model=Receipt)
    async def vote(panel: IdText, body: DecisionBallotBody, arrival: Arriving) -> JSONResponse:
        """Vote on an application with too few scores; an expert's part."""
        constitution, terms = await panel_of(parts, panel)

        async def work(log_at: int) -> JSONResponse:
            command = await _ballot(parts, arrival, constitution, body, terms)
            return await of_the_panel(parts, arrival, constitution.round, command, log_at)

        return await on_everything(parts.store, parts.projector, work)

    @routes.post("/panels/{panel}/decisions", response_model=Receipt)
    async def decide(panel: IdText, body: PanelDecisionBody, arrival: Arriving) -> JSONResponse:
        """Record how the panel ranks an application with too few scores."""
        constitution, terms = await panel_of(parts, panel)

        async def work(log_at: int) -> JSONResponse:
            command = await _result(parts, arrival, constitution, body, terms)
            return await of_the_panel(parts, arrival, constitution.round, command, log_at)

        return await on_everything(parts.store, parts.projector, work)

    return routes


async def _ballot(
    parts: Parts, arrival: Arrival, panel: PanelConstituted, body: DecisionBallotBody, terms: Panels
) -> CastBallot:
    return CastBallot(
        panel=panel.panel,
        choice=(body.decision,),
        entry=await entry_of(parts.store, parts.facts, panel, body.application, terms),
        minimum=terms.minimum_scores.value,
        electorate=await electorate_of(parts.store, parts.facts, [body.application], terms),
        asked=ballots_cast(terms),
        settled=await parts.facts.settled(body.application),
        by=arrival.actor,
        at=arrival.at,
    )


async def _result(
    parts: Parts, arrival: Arrival, panel: PanelConstituted, body: PanelDecisionBody, terms: Panels
) -> RecordPanelDecision:
    return RecordPanelDecision(
        panel=panel.panel,
        entry=await entry_of(parts.store, parts.facts, panel, body.application, terms),
        minimum=terms.minimum_scores.value,
        decision=body.decision,
        reason=body.reason,
        voters=tuple(body.voters),
        electorate=await electorate_of(parts.store, parts.facts, [body.application], terms),
        by=arrival.actor,
        at=arrival.at,
        share=missing_scores_share(terms),
        cast=ballots_cast(terms),
        answered=answers_asked(terms),
        settled=await parts.facts.settled(body.application),
    )
