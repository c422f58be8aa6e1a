"""The leader's door to the end of a remit (C5.4)."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.publication.domain.appeal import REMIT
from services.publication.domain.remit import CloseRemit, Redone
from services.publication.entrypoints.bodies import RemitBody
from services.publication.entrypoints.parts import Parts, carry_out, decided, plan_of
from services.publication.usecases.streams import appeal_stream
from shared.contracts.policy import remit_due
from shared.contracts.publication import AppealDecided
from shared.contracts.round import RoundParameters
from shared.eventstore.port import Write
from shared.kernel.instants import Instant
from shared.web.command import Arriving
from shared.web.models import IdText, Receipt
from shared.web.reads import AtLeast


def router(parts: Parts) -> APIRouter:
    """Closing a remit."""
    routes = APIRouter(tags=["appeals"])

    @routes.post("/appeals/{application}/closing", response_model=Receipt)
    async def close(application: IdText, body: RemitBody, arrival: Arriving, _reads: AtLeast) -> JSONResponse:
        """Record that a remit led to no place on the list; the application ends again."""
        outcome = await decided(parts, application)
        round_id, organization = outcome.decided.round, outcome.decided.organization
        parameters = (await plan_of(parts, round_id, arrival)).parameters
        stream = appeal_stream(application, organization)
        recorded = await parts.store.load(stream.name)
        last = recorded[-1] if recorded else None
        remit = last if last and isinstance(last.event, AppealDecided) and last.event.outcome == REMIT else None
        command = CloseRemit(
            round=round_id,
            application=application,
            organization=organization,
            appeal=None if remit is None else remit.envelope.id,
            until=None if remit is None else remit_due(parameters, Instant(remit.envelope.time)),
            redone=await _redone(parts, parameters, round_id, application),
            reason=body.reason,
            by=arrival.actor,
            at=arrival.at,
        )
        guards = (Write(stream, len(recorded)),)
        return await carry_out(parts, arrival, round_id, command, guards=guards)

    return routes


async def _redone(parts: Parts, parameters: RoundParameters, round_id: str, application: str) -> Redone:
    facts = parts.facts
    return Redone(
        declined=application in await facts.declined(round_id),
        recommended=application in await facts.recommended(round_id),
        ranked=any(
            row.application == application for one in (await facts.rankings(round_id)).values() for row in one.rows
        ),
        left_unranked=any(one.application == application for one in await facts.left_unranked(round_id)),
        withdrawn=application in await facts.withdrawn(round_id) - await facts.taken_back(round_id),
        escalated=parameters.corrections.silence_escalates and application in await facts.escalated(round_id),
    )
