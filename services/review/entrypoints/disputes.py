"""The door after a decline: the applicant, the district's leader, the city (C5.3)."""

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.compliance import checklist, compliance_required
from services.review.domain.escalations import DecideEscalation, EscalateToCity, reasons_asked
from services.review.domain.reconsideration import Against, ReconsiderDecline, RequestReconsideration
from services.review.entrypoints.bodies import EscalationDecisionBody, GroundsBody, ReconsiderationBody
from services.review.entrypoints.parts import Parts, of_the_review, opened, parameters_of, story
from services.review.usecases.ports import Facts
from services.review.usecases.subjects import plan_of
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.review import DistrictDecisionReconsidered, DistrictDeclined, Overruling, ReconsiderationRequested
from shared.kernel.instants import Instant
from shared.web.command import Arriving
from shared.web.models import IdText, Receipt


def router(parts: Parts) -> APIRouter:
    """Reconsideration and escalation."""
    routes = APIRouter(tags=["district reviews"])

    @routes.post("/reviews/{application}/reconsideration-request", response_model=Receipt)
    async def request(application: IdText, body: GroundsBody, arrival: Arriving) -> JSONResponse:
        """Ask the district to decide again; the applicant's part."""
        opening, recorded = await story(parts, application)
        against = await _against(parts.facts, opening.round, _last(recorded, DistrictDeclined))
        command = RequestReconsideration(application, body.grounds, against, arrival.actor, arrival.at)
        return await of_the_review(parts, arrival, opening, command)

    @routes.post("/reviews/{application}/reconsideration", response_model=Receipt)
    async def reconsider(application: IdText, body: ReconsiderationBody, arrival: Arriving) -> JSONResponse:
        """Decide again on a decline; a leader's part."""
        opening, recorded = await story(parts, application)
        declined = _last(recorded, DistrictDeclined)
        command = ReconsiderDecline(
            application=application,
            outcome=body.outcome,
            reasons=tuple(body.reasons),
            declined_by=declined.envelope.actorid if declined else "",
            by=arrival.actor,
            at=arrival.at,
        )
        return await of_the_review(parts, arrival, opening, command)

    @routes.post("/reviews/{application}/escalation", response_model=Receipt)
    async def escalate(application: IdText, body: GroundsBody, arrival: Arriving) -> JSONResponse:
        """Bring a decline that was upheld, or not answered for, before the city."""
        opening, recorded = await story(parts, application)
        against = await _against(parts.facts, opening.round, _last(recorded, DistrictDecisionReconsidered))
        unanswered = await _against(parts.facts, opening.round, _last(recorded, ReconsiderationRequested))
        command = EscalateToCity(application, body.grounds, against, arrival.actor, arrival.at, unanswered)
        return await of_the_review(parts, arrival, opening, command)

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
        )
        return await of_the_review(parts, arrival, opening, command)

    return routes


def _last(recorded: Sequence[Recorded], kind: type[Event]) -> Recorded | None:
    return next((one for one in reversed(recorded) if isinstance(one.event, kind)), None)


async def _against(facts: Facts, round_id: str, decision: Recorded | None) -> Against | None:
    """The decision with the days that the policy of its instant gives."""
    if decision is None:
        return None
    at = Instant(decision.envelope.time)
    corrections = (await plan_of(facts, round_id, at)).parameters.corrections
    return Against(at, corrections.reconsider_days.value if corrections else None)
