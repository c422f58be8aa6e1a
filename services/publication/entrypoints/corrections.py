"""Corrections of the published list, by two people (C5.4)."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.publication.domain.correction import ProposeCorrection
from services.publication.domain.correction_approval import ApproveCorrection
from services.publication.domain.grounds import Grounds
from services.publication.entrypoints.bodies import CorrectionApprovalBody, CorrectionBody
from services.publication.entrypoints.parts import Parts, carry_out, plan_of
from services.publication.usecases.handle import correction_notices_of, lists_of
from shared.contracts.policy import corrections_on_notice
from shared.web.command import Arrival, Arriving
from shared.web.models import Receipt, Token
from shared.web.reads import AtLeast


def router(parts: Parts) -> APIRouter:
    """Proposing and approving a correction."""
    routes = APIRouter(tags=["corrections"])

    @routes.post("/rounds/{round_id}/corrections", response_model=Receipt)
    async def propose(round_id: Token, body: CorrectionBody, arrival: Arriving, _reads: AtLeast) -> JSONResponse:
        """Propose another list in the published one's place."""
        command = await _correction(parts, round_id, body, arrival)
        return await carry_out(parts, arrival, round_id, command)

    @routes.post("/rounds/{round_id}/corrections/approval", response_model=Receipt)
    async def approve(
        round_id: Token, arrival: Arriving, _reads: AtLeast, body: CorrectionApprovalBody | None = None
    ) -> JSONResponse:
        """Approve the correction that waits."""
        parameters = (await plan_of(parts, round_id, arrival)).parameters
        calendar = parameters.calendar
        command = ApproveCorrection(
            round=round_id,
            valid_from=calendar.valid_from.value,
            valid_to=calendar.valid_to.value,
            by=arrival.actor,
            at=arrival.at,
            withdrawn=await parts.facts.withdrawn(round_id),
            recommended=await parts.facts.recommended(round_id),
            list_hash=None if body is None else body.list_hash,
            beyond_quota=body is not None and body.beyond_quota,
            grounds=await _grounds(parts, round_id, arrival),
            promoters_aside=parameters.decisions.promoters_aside,
            notices=await correction_notices_of(parts.store, round_id) if corrections_on_notice(parameters) else None,
        )
        return await carry_out(parts, arrival, round_id, command)

    return routes


async def _correction(parts: Parts, round_id: str, body: CorrectionBody, arrival: Arrival) -> ProposeCorrection:
    lists = await lists_of(parts.store, round_id)
    return ProposeCorrection(
        round=round_id,
        add=tuple(body.add),
        remove=tuple(body.remove),
        reason=body.reason,
        document_number=body.document_number,
        published=lists[-1][1].list_hash if lists else None,
        rankings=tuple((await parts.facts.rankings(round_id)).values()),
        submissions=await parts.facts.submissions(round_id),
        withdrawn=await parts.facts.withdrawn(round_id),
        by=arrival.actor,
        at=arrival.at,
        recommended=await parts.facts.recommended(round_id),
        appeals=await parts.facts.appeals(round_id),
        grounds=await _grounds(parts, round_id, arrival),
        tells=True,
    )


async def _grounds(parts: Parts, round_id: str, arrival: Arrival) -> Grounds:
    facts, parameters = parts.facts, (await plan_of(parts, round_id, arrival)).parameters
    return Grounds(
        rankings=tuple((await facts.rankings(round_id)).values()),
        ties=await facts.ties(round_id),
        quotas=parameters.quotas,
        versions=await facts.versions(round_id),
        withdrawn=await facts.withdrawn(round_id),
        barred=await facts.barred(),
        revoked=await facts.revoked(round_id),
        appeals=await facts.appeals(round_id),
        ranked_again=await facts.ranked_again(round_id),
        valid_to=parameters.calendar.valid_to.value,
    )
