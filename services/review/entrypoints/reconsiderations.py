"""The door after a decline: the applicant asks its district again, whose leader decides (C5.3)."""

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.reconsideration import Against, ReconsiderDecline, RequestReconsideration
from services.review.entrypoints.bodies import GroundsBody, ReconsiderationBody
from services.review.entrypoints.parts import Parts, of_the_review, story
from services.review.usecases.subjects import plan_of
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.policy import days_of
from shared.contracts.review import DistrictDeclined
from shared.kernel.instants import Instant
from shared.web.command import Arriving
from shared.web.models import IdText, Receipt


def router(parts: Parts) -> APIRouter:
    """A request to decide again, and the decision."""
    routes = APIRouter(tags=["district reviews"])

    @routes.post("/reviews/{application}/reconsideration-request", response_model=Receipt)
    async def request(application: IdText, body: GroundsBody, arrival: Arriving) -> JSONResponse:
        """Ask the district to decide again; the applicant's part."""
        opening, recorded = await story(parts, application)
        against = await against_which(parts, opening.round, last_of(recorded, DistrictDeclined))
        final = await parts.facts.final(application)
        command = RequestReconsideration(application, body.grounds, against, arrival.actor, arrival.at, final=final)
        return await of_the_review(parts, arrival, opening, command)

    @routes.post("/reviews/{application}/reconsideration", response_model=Receipt)
    async def reconsider(application: IdText, body: ReconsiderationBody, arrival: Arriving) -> JSONResponse:
        """Decide again on a decline; a leader's part."""
        opening, recorded = await story(parts, application)
        declined = last_of(recorded, DistrictDeclined)
        command = ReconsiderDecline(
            application=application,
            outcome=body.outcome,
            reasons=tuple(body.reasons),
            declined_by=declined.envelope.actorid if declined else "",
            by=arrival.actor,
            at=arrival.at,
            final=await parts.facts.final(application),
            sealed=True,
        )
        return await of_the_review(parts, arrival, opening, command)

    return routes


def last_of(recorded: Sequence[Recorded], kind: type[Event]) -> Recorded | None:
    """The last event of a kind, or None."""
    return next((one for one in reversed(recorded) if isinstance(one.event, kind)), None)


async def against_which(parts: Parts, round_id: str, decision: Recorded | None) -> Against | None:
    """The decision with the days that the policy of its instant gives."""
    if decision is None:
        return None
    at = Instant(decision.envelope.time)
    corrections = (await plan_of(parts.facts, round_id, at)).parameters.corrections
    return Against(at, days_of(corrections.reconsider_days))
