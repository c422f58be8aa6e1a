"""The district leader's door: the recommendation list is sealed, sent, and opened again on authority (C5.3)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.batch import ReopenBatch, SealBatch, SendBatch, opened_by_city
from services.review.domain.completeness import Completeness, waited_for
from services.review.domain.returns import district_deadline
from services.review.domain.rows import unchecked
from services.review.entrypoints.bodies import ReopeningBody, SealingBody
from services.review.entrypoints.parts import Parts
from services.review.entrypoints.reviews import REVIEWS_MAX
from services.review.entrypoints.rights import may_read_district
from services.review.usecases.batches import recommended_by, rows_of
from services.review.usecases.documents import NOT_MADE, with_workbook
from services.review.usecases.handle import BatchCommand, handle
from services.review.usecases.reviews import BATCHES, REVIEWS
from services.review.usecases.subjects import plan_of
from shared.auditlog.canonical import JSON
from shared.contracts.round import RoundParameters
from shared.eventstore.documents import Reads
from shared.web.authentication import CurrentActor
from shared.web.command import Arrival, Arriving
from shared.web.models import DistrictText, Receipt, Token
from shared.web.reads import AtLeast, on_everything

DRAFT = "DRAFT"
UNDECIDED = ("OPEN", "RETURNED", "RECONSIDERATION_REQUESTED")


def router(parts: Parts) -> APIRouter:
    """What the leader does with the list of a district and round."""
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
            waits = await _waits_for(parts, parameters, round_id, district)
            asked = SealBatch(round_id, district, number, rows, NOT_MADE, by, at, lacking, waits)
            made = await with_workbook(parts.archive, parameters, asked)
            return await _carry_out(parts, arrival, made, log_at, undecided=await _undecided(reads, round_id, district))

        return await on_everything(parts.store, parts.projector, work)

    @routes.post("/batches/{round_id}/{district}/reopening", response_model=Receipt)
    async def reopen(round_id: Token, district: DistrictText, body: ReopeningBody, arrival: Arriving) -> JSONResponse:
        """Open a sealed list again, on authority; the city alone, once it was sent."""
        by_city = opened_by_city((await plan_of(parts.facts, round_id, arrival.at)).parameters)
        closed = await parts.facts.closed(round_id, district)
        command = ReopenBatch(round_id, district, body.authority, arrival.actor, arrival.at, closed, by_city)
        return await _carry_out(parts, arrival, command)

    @routes.post("/batches/{round_id}/{district}/sending", response_model=Receipt)
    async def send(round_id: Token, district: DistrictText, arrival: Arriving, reads: AtLeast) -> JSONResponse:
        """Send the sealed list to the city; after the deadline the delay is recorded."""
        parameters = (await plan_of(parts.facts, round_id, arrival.at)).parameters
        deadline, by_city = district_deadline(parameters), opened_by_city(parameters)

        async def work(log_at: int) -> JSONResponse:
            waits = await _waits_for(parts, parameters, round_id, district)
            command = SendBatch(round_id, district, deadline, arrival.actor, arrival.at, waits, by_city)
            undecided = await _undecided(reads, round_id, district)
            return await _carry_out(parts, arrival, command, log_at, undecided=undecided)

        return await on_everything(parts.store, parts.projector, work)

    return routes


def reading(parts: Parts) -> APIRouter:
    """The list of a district and round as it stands."""
    routes = APIRouter(tags=["recommendation lists"])

    @routes.get("/batches/{round_id}/{district}")
    async def one(reads: AtLeast, actor: CurrentActor, round_id: Token, district: DistrictText) -> dict[str, Any]:
        """The district's list, its rows' states now, and what is undecided."""
        may_read_district(actor, district)
        doc: dict[str, Any] = dict(await reads.get(BATCHES, f"{round_id}.{district}") or {})
        doc["undecided"] = await _undecided(reads, round_id, district)
        if doc.get("state", DRAFT) != DRAFT:
            return {**doc, "rows": [await _as_it_stands(reads, row) for row in doc["rows"]]}
        rows = await rows_of(parts.facts, await recommended_by(parts.store, parts.facts, round_id, district))
        return {**doc, "round": round_id, "district": district, "state": DRAFT, "rows": msgspec.to_builtins(rows)}

    return routes


async def _carry_out(
    parts: Parts, arrival: Arrival, command: BatchCommand, log_at: int | None = None, **made: JSON
) -> JSONResponse:
    context, key = replace(arrival.context, round=command.round), command.round
    return await arrival.answer(
        lambda again: handle(parts.store, command, context, again, key=key, log_at=log_at), **made
    )


async def _waits_for(parts: Parts, parameters: RoundParameters, round_id: str, district: str) -> Completeness | None:
    extensions = await parts.facts.extensions(round_id)
    return waited_for(parameters, extensions, district, await parts.facts.undecided(round_id, district))


async def _undecided(reads: Reads, round_id: str, district: str) -> list[JSON]:
    """Whose review is open now, or with its applicant: the list is without them (C5.3)."""
    of: dict[str, str | int | bool] = {"round": round_id, "district": district}
    found = [doc for one in UNDECIDED for doc in await reads.find(REVIEWS, {**of, "state": one}, limit=REVIEWS_MAX)]
    return [{member: doc[member] for member in ("application", "organization_name", "state")} for doc in found]


async def _as_it_stands(reads: Reads, row: Mapping[str, Any]) -> dict[str, Any]:
    """A sealed row, with the state of its review; what was withdrawn or lapsed since says so and stays on the list."""
    review = await reads.get(REVIEWS, row["application"]) or {}
    return {**row, **{member: review[member] for member in ("state", "closed") if member in review}}
