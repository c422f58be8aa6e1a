"""A failed rule before two officers: a clerk proposes to waive it, a leader decides (C2.1.7)."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.waivers import DecideWaiver, ProposeWaiver, Waivable, waivable_of
from services.review.entrypoints.bodies import WaiverBody, WaiverProposalBody
from services.review.entrypoints.parts import Parts, of_the_review, opened, parameters_of
from shared.contracts.review import DistrictReviewOpened
from shared.kernel.instants import Instant
from shared.web.command import Arriving
from shared.web.models import IdText, Receipt


def router(parts: Parts) -> APIRouter:
    """Proposals and decisions."""
    routes = APIRouter(tags=["district reviews"])

    @routes.post("/reviews/{application}/waiver-proposals", response_model=Receipt)
    async def propose(application: IdText, body: WaiverProposalBody, arrival: Arriving) -> JSONResponse:
        """Propose to waive a failed rule; a clerk's part."""
        opening = await opened(parts, application)
        waivable = await waivable_in(parts, opening, arrival.at)
        final = await parts.facts.final(application)
        command = ProposeWaiver(
            application,
            body.rule,
            body.ground,
            waivable,
            arrival.actor,
            arrival.at,
            final=final,
        )
        return await of_the_review(parts, arrival, opening, command)

    @routes.post("/reviews/{application}/waivers", response_model=Receipt)
    async def waive(application: IdText, body: WaiverBody, arrival: Arriving) -> JSONResponse:
        """Grant or refuse a proposed waiver; a leader's part."""
        opening, final = await opened(parts, application), await parts.facts.final(application)
        command = DecideWaiver(
            application, body.rule, body.outcome, body.reason, arrival.actor, arrival.at, final=final
        )
        return await of_the_review(parts, arrival, opening, command)

    return routes


async def waivable_in(parts: Parts, opening: DistrictReviewOpened, at: Instant) -> Waivable:
    """What may be waived of the version under review, and on what ground."""
    evaluation = await parts.facts.evaluation(opening.application, opening.version)
    return waivable_of(await parameters_of(parts, opening, at), evaluation)
