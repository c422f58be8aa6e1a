"""The district leader's door: the recommendation list is sealed, and opened again on authority (C5.3)."""

from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.batch import ReopenBatch, SealBatch, opened_by_city
from services.review.domain.completeness import Completeness, still_running, waited_for
from services.review.domain.rows import unchecked
from services.review.entrypoints.bodies import ReopeningBody, SealingBody
from services.review.entrypoints.lists import undecided_in
from services.review.entrypoints.parts import Parts
from services.review.usecases.batches import recommended_by, rows_of
from services.review.usecases.documents import NOT_MADE, with_workbook
from services.review.usecases.handle import BatchCommand, handle
from services.review.usecases.subjects import plan_of
from shared.auditlog.canonical import JSON
from shared.contracts.round import RoundParameters
from shared.kernel.instants import Instant
from shared.web.command import Arrival, Arriving
from shared.web.models import DistrictText, Receipt, Token
from shared.web.reads import AtLeast, on_everything


def router(parts: Parts) -> APIRouter:
    """A list is fixed, and opened again."""
    routes = APIRouter(tags=["recommendation lists"])

    @routes.post("/batches/{round_id}/{district}/sealing", response_model=Receipt)
    async def seal(
        round_id: Token, district: DistrictText, body: SealingBody, arrival: Arriving, reads: AtLeast
    ) -> JSONResponse:
        """Fix the list under a letter's number; the receipt names who is undecided."""
        parameters = (await plan_of(parts.facts, round_id, arrival.at)).parameters
        number, by, at = body.document_number, arrival.actor, arrival.at

        async def work(log_at: int) -> JSONResponse:
            reviews = await recommended_by(parts.store, parts.facts, round_id, district)
            rows, lacking = await rows_of(parts.facts, reviews), unchecked(reviews, parameters)
            waits = await waits_for(parts, parameters, round_id, district, at)
            asked = SealBatch(round_id, district, number, rows, NOT_MADE, by, at, lacking, waits)
            made = await with_workbook(parts.archive, parameters, asked)
            undecided = await undecided_in(reads, round_id, district)
            return await carry_out(parts, arrival, made, log_at, undecided=undecided)

        return await on_everything(parts.store, parts.projector, work)

    @routes.post("/batches/{round_id}/{district}/reopening", response_model=Receipt)
    async def reopen(round_id: Token, district: DistrictText, body: ReopeningBody, arrival: Arriving) -> JSONResponse:
        """Open a sealed list again; once sent the city, or the district for a remitted one."""
        by_city = opened_by_city((await plan_of(parts.facts, round_id, arrival.at)).parameters)
        closed, remitted = await parts.facts.closed(round_id, district), await parts.facts.remitted(round_id, district)
        authority, by, at = body.authority, arrival.actor, arrival.at
        command = ReopenBatch(round_id, district, authority, by, at, closed, by_city, remitted)
        return await carry_out(parts, arrival, command)

    return routes


async def carry_out(
    parts: Parts, arrival: Arrival, command: BatchCommand, log_at: int | None = None, **made: JSON
) -> JSONResponse:
    """Do what is asked of one list, and answer the receipt with what was `made`."""
    context, key = replace(arrival.context, round=command.round), command.round
    return await arrival.answer(
        lambda again: handle(parts.store, command, context, again, key=key, log_at=log_at), **made
    )


async def waits_for(
    parts: Parts, parameters: RoundParameters, round_id: str, district: str, at: Instant
) -> Completeness | None:
    """What the district's list waits for, where the round asks that it be complete."""
    extensions = await parts.facts.extensions(round_id)
    running = still_running(await parts.facts.unfiled(round_id, district), extensions, at)
    return waited_for(parameters, extensions, district, await parts.facts.undecided(round_id, district), running)
