"""A district's list as it stands, with what is missing on it (C5.3)."""

from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import APIRouter

from services.review.entrypoints.parts import Parts
from services.review.entrypoints.reviews import REVIEWS_MAX
from services.review.entrypoints.rights import may_read_district
from services.review.usecases.batches import recommended_by, rows_of
from services.review.usecases.reviews import BATCHES, REVIEWS
from shared.auditlog.canonical import JSON
from shared.eventstore.documents import Reads
from shared.web.authentication import CurrentActor
from shared.web.models import DistrictText, Token
from shared.web.reads import AtLeast

DRAFT = "DRAFT"
UNDECIDED = ("OPEN", "RETURNED", "RECONSIDERATION_REQUESTED")


def router(parts: Parts) -> APIRouter:
    """The list of a district and round as it stands."""
    routes = APIRouter(tags=["recommendation lists"])

    @routes.get("/batches/{round_id}/{district}")
    async def one(reads: AtLeast, actor: CurrentActor, round_id: Token, district: DistrictText) -> dict[str, Any]:
        """The district's list, its rows' states now, and what is undecided."""
        may_read_district(actor, district)
        doc: dict[str, Any] = dict(await reads.get(BATCHES, f"{round_id}.{district}") or {})
        doc["undecided"] = await undecided_in(reads, round_id, district)
        if doc.get("state", DRAFT) != DRAFT:
            return {**doc, "rows": [await _as_it_stands(reads, row) for row in doc["rows"]]}
        rows = await rows_of(parts.facts, await recommended_by(parts.store, parts.facts, round_id, district))
        return {**doc, "round": round_id, "district": district, "state": DRAFT, "rows": msgspec.to_builtins(rows)}

    return routes


async def undecided_in(reads: Reads, round_id: str, district: str) -> list[JSON]:
    """Whose review is open now, or with its applicant: the list is without them (C5.3)."""
    of: dict[str, str | int | bool] = {"round": round_id, "district": district}
    found = [doc for one in UNDECIDED for doc in await reads.find(REVIEWS, {**of, "state": one}, limit=REVIEWS_MAX)]
    return [{member: doc[member] for member in ("application", "organization_name", "state")} for doc in found]


async def _as_it_stands(reads: Reads, row: Mapping[str, Any]) -> dict[str, Any]:
    """A sealed row, with the state of its review; what was withdrawn or lapsed since says so and stays on the list."""
    review = await reads.get(REVIEWS, row["application"]) or {}
    return {**row, **{member: review[member] for member in ("state", "closed") if member in review}}
