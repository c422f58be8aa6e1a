"""The door for who is recommended first: the recommendation, and who of it still is (C3.6)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.reporting.domain.priority import RecommendPriority
from services.reporting.entrypoints.bodies import PriorityBody, Year
from services.reporting.entrypoints.parts import Parts
from services.reporting.usecases.handle import handle
from services.reporting.usecases.project import PRIORITIES
from shared.eventstore.documents import Document
from shared.kernel.refusal import Unknown
from shared.web.command import Arriving
from shared.web.models import Receipt, Token
from shared.web.reads import AtLeast, ReceivedAt, on_everything


class NothingRecommended(Unknown):
    """No recommendation of that round and year."""

    title = "Nobody is recommended for that year yet"
    clause = "C3.6"
    field = "year"


def router(parts: Parts) -> APIRouter:
    """The leader recommends on everything that the log holds; everybody sees who is recommended."""
    routes = APIRouter(tags=["assessments"])
    _recommending(routes, parts)
    _reading(routes, parts)
    return routes


def _recommending(routes: APIRouter, parts: Parts) -> None:
    @routes.post("/rounds/{round_id}/priority", response_model=Receipt)
    async def recommend(round_id: Token, body: PriorityBody, arrival: Arriving) -> JSONResponse:
        """Recommend first those whose year was assessed well."""
        terms = (await parts.parameters(round_id, arrival.at)).assessment
        context = replace(arrival.context, round=round_id)

        async def work(log_at: int) -> JSONResponse:
            command = RecommendPriority(
                round=round_id,
                year=body.year,
                assessments=await parts.facts.assessments(round_id, body.year),
                revoked=frozenset(await parts.facts.revoked(round_id)),
                barred=frozenset(await parts.facts.barred()),
                rectifying=frozenset(await parts.facts.rectifying(round_id)),
                terms=terms,
                by=arrival.actor,
                at=arrival.at,
            )
            return await arrival.answer(lambda key: handle(parts.store, command, context, key, log_at=log_at))

        return await on_everything(parts.store, parts.projector, work)


def _reading(routes: APIRouter, parts: Parts) -> None:
    @routes.get("/rounds/{round_id}/priority")
    async def priority(round_id: Token, year: Year, reads: AtLeast, now: ReceivedAt) -> dict[str, Any]:
        """Who is still recommended first, from best to worst, and who no longer."""
        doc = await reads.get(PRIORITIES, f"{round_id}.{year}")
        if doc is None:
            raise NothingRecommended
        terms = (await parts.parameters(round_id, now)).assessment
        strict = terms.none_under_order
        rectifying = await parts.facts.rectifying(round_id) if strict else {}
        return as_of_now(doc, {**rectifying, **await parts.facts.revoked(round_id)}, await parts.facts.barred())


def as_of_now(recommended: Document, out: Mapping[str, str], barred: Mapping[str, str]) -> dict[str, Any]:
    """The recommendation as it stands: `out` by application and `barred` by organization say what bars whom."""
    rows, no_longer = list[dict[str, Any]](), list[dict[str, Any]]()
    recorded: Any = recommended["rows"]
    for row in recorded:
        reason = out.get(row["application"]) or barred.get(row["organization"])
        if reason is None:
            rows.append(row)
        else:
            no_longer.append({**row, "reason": reason})
    return {**recommended, "rows": rows, "no_longer": no_longer}
