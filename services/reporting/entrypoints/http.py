"""Reporting over HTTP."""

from typing import Any

from fastapi import APIRouter

from services.reporting.entrypoints import assessments, files, lists, obligations, priorities
from services.reporting.entrypoints.parts import Parts
from services.reporting.entrypoints.rights import OFFICE
from services.reporting.entrypoints.worklist import worklist
from services.reporting.usecases.project import COUNTS
from shared.kernel.refusal import require
from shared.web import deposits
from shared.web.authentication import CurrentActor
from shared.web.reads import AtLeast


def routers(parts: Parts) -> list[APIRouter]:
    """Every route of reporting."""
    return [
        obligations.filing_router(parts),
        obligations.office_router(parts),
        lists.router(),
        worklist(),
        assessments.router(parts),
        assessments.reading_router(),
        priorities.router(parts),
        deposits.router(files.counter(parts)),
        _statistics(),
    ]


def _statistics() -> APIRouter:
    router = APIRouter(tags=["statistics"])

    @router.get("/statistics")
    async def exact(reads: AtLeast, actor: CurrentActor) -> list[dict[str, Any]]:
        """The exact counts, which the live statistics are compared with."""
        require(actor, *OFFICE)
        return [dict(doc) for doc in await reads.find(COUNTS, limit=1000)]

    return router
