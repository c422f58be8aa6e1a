"""The office's door to a round's parameters: amended, or proposed by one and approved by another (C5.4)."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.application.domain.amendment_approval import (
    ApproveAmendment,
    DeclineAmendment,
    WithdrawAmendment,
)
from services.application.domain.amendments import AmendPolicy
from services.application.domain.terms import written
from services.application.entrypoints.letter_bodies import AmendmentBody, DeclineBody, ProposalBody
from services.application.entrypoints.parts import Parts, of_the_round
from services.application.entrypoints.round_body import parameters_of
from shared.kernel.instants import Instant
from shared.web.command import Arriving
from shared.web.models import Receipt, Token
from shared.web.reads import AtLeast


def amendments(parts: Parts) -> APIRouter:
    """Every route of a round's amendments."""
    router = APIRouter(tags=["rounds"])

    @router.post("/rounds/{round_id}/amendments", response_model=Receipt)
    async def amend(round_id: Token, body: AmendmentBody, arrival: Arriving, _reads: AtLeast) -> JSONResponse:
        """Amend the round's parameters; where it asks for two, propose that."""
        parameters = parameters_of(body.parameters)
        command = AmendPolicy(
            round=round_id,
            parameters=parameters,
            parameters_hash=written(parameters),
            effective_from=Instant(body.effective_from),
            reason=body.reason,
            authority_document=body.authority_document,
            by=arrival.actor,
            at=arrival.at,
            noticed=await parts.facts.noticed(round_id),
        )
        return await of_the_round(parts, round_id, command, arrival)

    _answering(router, parts)
    return router


def _answering(router: APIRouter, parts: Parts) -> None:
    @router.post("/rounds/{round_id}/amendments/approval", response_model=Receipt)
    async def approve(round_id: Token, body: ProposalBody, arrival: Arriving, _reads: AtLeast) -> JSONResponse:
        """Approve the proposed amendment; it takes effect then, or later as it says."""
        noticed = await parts.facts.noticed(round_id)
        command = ApproveAmendment(round_id, body.new_hash, noticed, arrival.actor, arrival.at)
        return await of_the_round(parts, round_id, command, arrival)

    @router.post("/rounds/{round_id}/amendments/decline", response_model=Receipt)
    async def decline(round_id: Token, body: DeclineBody, arrival: Arriving) -> JSONResponse:
        """Decline the proposed amendment; the round stays as it is."""
        command = DeclineAmendment(round_id, body.new_hash, body.reason, arrival.actor, arrival.at)
        return await of_the_round(parts, round_id, command, arrival)

    @router.post("/rounds/{round_id}/amendments/withdrawal", response_model=Receipt)
    async def withdraw(round_id: Token, body: ProposalBody, arrival: Arriving) -> JSONResponse:
        """Withdraw the proposed amendment."""
        return await of_the_round(
            parts, round_id, WithdrawAmendment(round_id, body.new_hash, arrival.actor, arrival.at), arrival
        )
