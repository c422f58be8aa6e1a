"""Reporting over HTTP."""

from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.reporting.domain.obligation import FileServiceReport, ObligationNotOwed
from services.reporting.entrypoints.bodies import ReportBody
from services.reporting.usecases.handle import handle, obligation_stream
from services.reporting.usecases.project import COUNTS, OBLIGATIONS
from shared.contracts.reporting import ObligationCreated, ReportMetrics
from shared.eventstore.origin import origin
from shared.eventstore.port import EventStore
from shared.kernel.actor import Role
from shared.kernel.refusal import require
from shared.web.authentication import CurrentActor
from shared.web.command import Arriving
from shared.web.models import IdText, Receipt
from shared.web.reads import After, AtLeast, Limit

OFFICE = (Role.CITY_OFFICER, Role.CITY_LEADER, Role.PUBLISHER, Role.DISCIPLINE_AUDITOR)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes stand on."""

    store: EventStore


def routers(parts: Parts) -> list[APIRouter]:
    """Every route of reporting."""
    return [_obligations(parts), _statistics()]


def _obligations(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["obligations"])

    @router.post("/obligations/{obligation}/report", response_model=Receipt)
    async def file_report(obligation: IdText, body: ReportBody, arrival: Arriving) -> JSONResponse:
        """File the service report that an obligation asks for."""
        created = await origin(parts.store, obligation_stream(obligation, "").name, ObligationCreated)
        if created is None:
            raise ObligationNotOwed
        metrics = ReportMetrics(**body.metrics.model_dump())
        command = FileServiceReport(obligation, body.version, metrics, tuple(body.evidence), arrival.actor, arrival.at)
        context, organization = replace(arrival.context, round=created.round), created.organization
        return await arrival.answer(lambda key: handle(parts.store, command, context, key, organization=organization))

    @router.get("/obligations")
    async def many(reads: AtLeast, actor: CurrentActor, after: After = "", limit: Limit = 100) -> list[dict[str, Any]]:
        """The obligations that the actor may see."""
        where: dict[str, str | int | bool] = {}
        if actor.role not in OFFICE:
            require(actor, Role.FILER, Role.LEGAL_REPRESENTATIVE)
            where["organization"] = actor.organization or ""
        return [dict(doc) for doc in await reads.find(OBLIGATIONS, where, after=after, limit=limit)]

    return router


def _statistics() -> APIRouter:
    router = APIRouter(tags=["statistics"])

    @router.get("/statistics")
    async def exact(reads: AtLeast, actor: CurrentActor) -> list[dict[str, Any]]:
        """The exact counts, which the live statistics are compared with."""
        require(actor, *OFFICE)
        return [dict(doc) for doc in await reads.find(COUNTS, limit=1000)]

    return router
