"""Reporting over HTTP."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter

from services.reporting.entrypoints import assessments, obligations
from services.reporting.entrypoints.rights import OFFICE
from services.reporting.usecases.ports import Facts
from services.reporting.usecases.project import COUNTS
from shared.eventstore.port import EventStore
from shared.eventstore.projector import Projector
from shared.kernel.refusal import require
from shared.web.authentication import CurrentActor
from shared.web.reads import AtLeast


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes stand on."""

    store: EventStore
    facts: Facts
    projector: Projector


def routers(parts: Parts) -> list[APIRouter]:
    """Every route of reporting."""
    return [
        obligations.filing_router(parts.store, parts.facts),
        obligations.office_router(parts.store, parts.facts),
        obligations.reading_router(),
        assessments.router(parts.store, parts.facts, parts.projector),
        assessments.reading_router(),
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
