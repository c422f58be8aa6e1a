"""The exact counts, which the live statistics are compared with."""

from typing import Any

from fastapi import APIRouter

from services.reporting.entrypoints.rights import OFFICE
from services.reporting.usecases.project import COUNTS
from shared.kernel.refusal import require
from shared.web.authentication import CurrentActor
from shared.web.reads import AtLeast


def statistics() -> APIRouter:
    """The route of the counts."""
    router = APIRouter(tags=["statistics"])

    @router.get("/statistics")
    async def exact(reads: AtLeast, actor: CurrentActor) -> list[dict[str, Any]]:
        """The exact counts, which the live statistics are compared with."""
        require(actor, *OFFICE)
        return [dict(doc) for doc in await reads.find(COUNTS, limit=1000)]

    return router
