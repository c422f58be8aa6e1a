"""The district leader's door to the city: the sealed list is sent as it stands (C5.3)."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.batch import SendBatch, opened_by_city
from services.review.domain.completeness import rows_stand
from services.review.domain.returns import district_deadline
from services.review.domain.rows import gone
from services.review.entrypoints.batches import carry_out, waits_for
from services.review.entrypoints.lists import undecided_in
from services.review.entrypoints.parts import Parts
from services.review.usecases.batches import recommended_by
from services.review.usecases.documents import sealing_of
from services.review.usecases.subjects import plan_of
from shared.contracts.round import RoundParameters
from shared.web.command import Arriving
from shared.web.models import DistrictText, Receipt, Token
from shared.web.reads import AtLeast, on_everything


def router(parts: Parts) -> APIRouter:
    """A list goes to the city."""
    routes = APIRouter(tags=["recommendation lists"])

    @routes.post("/batches/{round_id}/{district}/sending", response_model=Receipt)
    async def send(round_id: Token, district: DistrictText, arrival: Arriving, reads: AtLeast) -> JSONResponse:
        """Send the sealed list to the city; after the deadline the delay is recorded."""
        parameters = (await plan_of(parts.facts, round_id, arrival.at)).parameters
        deadline, by_city = district_deadline(parameters), opened_by_city(parameters)

        async def work(log_at: int) -> JSONResponse:
            waits = await waits_for(parts, parameters, round_id, district, arrival.at)
            away = await _gone(parts, parameters, round_id, district)
            remitted, by, at = await parts.facts.remitted(round_id, district), arrival.actor, arrival.at
            command = SendBatch(round_id, district, deadline, by, at, away, waits, by_city, remitted)
            undecided = await undecided_in(reads, round_id, district)
            return await carry_out(parts, arrival, command, log_at, undecided=undecided)

        return await on_everything(parts.store, parts.projector, work)

    return routes


async def _gone(parts: Parts, parameters: RoundParameters, round_id: str, district: str) -> tuple[str, ...]:
    sealing = await sealing_of(parts.archive, round_id, district)
    if sealing is None or not rows_stand(parameters):
        return ()
    reviews = await recommended_by(parts.store, parts.facts, round_id, district)
    return gone(sealing.event.rows, {one.checks.opening.application: one for one in reviews})
