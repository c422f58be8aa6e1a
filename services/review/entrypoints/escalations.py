"""The door to the city: the applicant brings a decline before it, and its leader decides (C5.3)."""

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.compliance import checklist, compliance_required
from services.review.domain.escalations import DecideEscalation, EscalateToCity, reasons_asked
from services.review.domain.silence import Silence, silence_of
from services.review.entrypoints.bodies import EscalationDecisionBody, GroundsBody
from services.review.entrypoints.parts import Parts, of_the_review, opened, parameters_of, story
from services.review.entrypoints.reconsiderations import against_which, last_of
from services.review.usecases.streams import batch_stream
from services.review.usecases.subjects import timed
from shared.contracts.envelope import Recorded
from shared.contracts.review import (
    DistrictDecisionReconsidered,
    DistrictDeclined,
    DistrictReviewOpened,
    Overruling,
    ReconsiderationRequested,
)
from shared.kernel.instants import Instant
from shared.web.command import Arriving
from shared.web.models import IdText, Receipt


def router(parts: Parts) -> APIRouter:
    """Escalations and what the city makes of them."""
    routes = APIRouter(tags=["district reviews"])

    @routes.post("/reviews/{application}/escalation", response_model=Receipt)
    async def escalate(application: IdText, body: GroundsBody, arrival: Arriving) -> JSONResponse:
        """Bring a decline, or what the district let its time pass with, before the city."""
        opening, recorded = await story(parts, application)
        against = await against_which(parts, opening.round, last_of(recorded, DistrictDecisionReconsidered))
        unanswered = await against_which(parts, opening.round, last_of(recorded, ReconsiderationRequested))
        command = EscalateToCity(
            application=application,
            grounds=body.grounds,
            against=against,
            by=arrival.actor,
            at=arrival.at,
            unanswered=unanswered,
            declined=await against_which(parts, opening.round, last_of(recorded, DistrictDeclined)),
            silence=await _silence(parts, opening, recorded, arrival.at),
            final=await parts.facts.final(application),
        )
        return await of_the_review(parts, arrival, opening, command)

    _deciding(routes, parts)
    return routes


def _deciding(routes: APIRouter, parts: Parts) -> None:
    @routes.post("/reviews/{application}/escalation-decision", response_model=Receipt)
    async def decide(application: IdText, body: EscalationDecisionBody, arrival: Arriving) -> JSONResponse:
        """Admit an escalated application to the experts, or dismiss it."""
        opening = await opened(parts, application)
        parameters = await parameters_of(parts, opening, arrival.at)
        command = DecideEscalation(
            application=application,
            outcome=body.outcome,
            reason=body.reason,
            by=arrival.actor,
            at=arrival.at,
            compliance_required=compliance_required(parameters),
            listed=checklist(parameters, await parts.facts.brought(application)),
            overruled=tuple(Overruling(what=one.what, rationale=one.rationale) for one in body.overruled),
            reasons_asked=reasons_asked(parameters),
            final=await parts.facts.final(application),
        )
        return await of_the_review(parts, arrival, opening, command)


async def _silence(
    parts: Parts, opening: DistrictReviewOpened, recorded: Sequence[Recorded], at: Instant
) -> Silence | None:
    batch = await parts.store.load(batch_stream(opening.round, opening.district).name)
    return silence_of(await parameters_of(parts, opening, at), timed(recorded), timed(batch))
