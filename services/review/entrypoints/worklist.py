"""What waits for an expert: its answers, its scores, and what was opened again; the auditor sees all (C5.4)."""

from typing import Any

from fastapi import APIRouter

from services.review.entrypoints.parts import Parts
from services.review.entrypoints.rights import may_read_scorings
from services.review.usecases.panels import WORKLIST
from services.review.usecases.worklist import worklist_of
from shared.kernel.actor import Role
from shared.web.authentication import CurrentActor
from shared.web.query import page
from shared.web.reads import After, AtLeast, Limit


def router(parts: Parts) -> APIRouter:
    """The worklist's route."""
    routes = APIRouter(tags=["scoring"])

    @routes.get("/worklist")
    async def worklist(
        reads: AtLeast, actor: CurrentActor, after: After = "", limit: Limit = 100
    ) -> list[dict[str, Any]]:
        """What the expert answers and scores, and its next step; the auditor sees all."""
        may_read_scorings(actor)
        if actor.role is Role.EXPERT:
            rows = await worklist_of(parts.store, parts.facts, reads, actor.id)
            return page(rows, "application", after, limit)
        return [dict(doc) for doc in await reads.find(WORKLIST, after=after, limit=limit)]

    return routes
