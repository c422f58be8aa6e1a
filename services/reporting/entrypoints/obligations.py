"""The door for what is owed: filings, returns, acceptances (C3.1, C3.2, C3.3)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.reporting.domain.filing import (
    FILINGS,
    FilePolicyDigest,
    FileServiceCase,
    FileServicePlan,
    FileServiceReport,
    ReportDifficulties,
)
from services.reporting.domain.obligation import ObligationNotOwed
from services.reporting.domain.rectifying import rectify_until
from services.reporting.domain.returns import AcceptReport, ReturnReport, latest_return, must_change
from services.reporting.entrypoints.bodies import (
    AcceptanceBody,
    CaseBody,
    DifficultiesBody,
    DigestBody,
    PlanBody,
    ReportBody,
    ReturnBody,
    Version,
)
from services.reporting.entrypoints.files import files_of
from services.reporting.entrypoints.parts import Parts
from services.reporting.usecases.handle import Command, handle
from services.reporting.usecases.streams import obligation_stream
from shared.contracts.correction import ItemToCorrect
from shared.contracts.policy import days_of
from shared.contracts.reporting import ObligationCreated, PlanTargets, ReportMetrics
from shared.eventstore.origin import origin
from shared.eventstore.port import EventStore
from shared.files.naming import Named, evidence
from shared.kernel.instants import Instant
from shared.web.command import Arrival, Arriving
from shared.web.models import IdText, Receipt


def filing_router(parts: Parts) -> APIRouter:
    """What an organization files, each kind by its own route."""
    routes = APIRouter(tags=["obligations"])
    _plans_and_reports(routes, parts)
    _cases_and_policies(routes, parts)
    return routes


def _plans_and_reports(routes: APIRouter, parts: Parts) -> None:
    @routes.post("/obligations/{obligation}/plan", response_model=Receipt)
    async def file_plan(obligation: IdText, body: PlanBody, arrival: Arriving) -> JSONResponse:
        """File the service plan that an obligation asks for."""
        created, said = await _said(parts, obligation, body.version, arrival)
        targets = PlanTargets(**body.targets.model_dump())
        return await carry_out(parts, arrival, created, FileServicePlan(targets=targets, **said))

    @routes.post("/obligations/{obligation}/report", response_model=Receipt)
    async def file_report(obligation: IdText, body: ReportBody, arrival: Arriving) -> JSONResponse:
        """File the service report that an obligation asks for."""
        created, said = await _said(parts, obligation, body.version, arrival)
        metrics = ReportMetrics(**body.metrics.model_dump())
        command = FileServiceReport(metrics=metrics, evidence=tuple(body.evidence), **said)
        return await carry_out(parts, arrival, created, command, evidence(body.evidence))


def _cases_and_policies(routes: APIRouter, parts: Parts) -> None:
    @routes.post("/obligations/{obligation}/case", response_model=Receipt)
    async def file_case(obligation: IdText, body: CaseBody, arrival: Arriving) -> JSONResponse:
        """File the service case that an obligation asks for."""
        created, said = await _said(parts, obligation, body.version, arrival)
        command = FileServiceCase(title=body.title, summary=body.summary, evidence=tuple(body.evidence), **said)
        return await carry_out(parts, arrival, created, command, evidence(body.evidence))

    @routes.post("/obligations/{obligation}/digest", response_model=Receipt)
    async def file_digest(obligation: IdText, body: DigestBody, arrival: Arriving) -> JSONResponse:
        """File the policy digest that an obligation asks for."""
        created, said = await _said(parts, obligation, body.version, arrival)
        command = FilePolicyDigest(title=body.title, document=body.document, **said)
        return await carry_out(parts, arrival, created, command, (Named("document", body.document),))

    @routes.post("/obligations/{obligation}/difficulties", response_model=Receipt)
    async def report_difficulties(obligation: IdText, body: DifficultiesBody, arrival: Arriving) -> JSONResponse:
        """Report the difficulties of SMEs that an obligation asks for."""
        created, said = await _said(parts, obligation, body.version, arrival)
        answered, forwarded = body.answered, body.forwarded
        command = ReportDifficulties(answered=answered, forwarded=forwarded, summary=body.summary, **said)
        return await carry_out(parts, arrival, created, command)


async def _said(
    parts: Parts, obligation: str, version: Version, arrival: Arrival
) -> tuple[ObligationCreated, dict[str, Any]]:
    """How the obligation began, and what every filing says."""
    created = await owed(parts.store, obligation)
    parameters = await parts.parameters(created.round, arrival.at)
    grace = days_of(parameters.assessment.default_days)
    said = {"obligation": obligation, "version": version, "by": arrival.actor, "at": arrival.at}
    until = rectify_until(await parts.facts.orders(created.application), created)
    return created, {**said, "grace_days": grace, "rectify_until": until, "changed": must_change(parameters)}


def office_router(parts: Parts) -> APIRouter:
    """What the office does with a filing."""
    routes = APIRouter(tags=["obligations"])

    @routes.post("/obligations/{obligation}/return", response_model=Receipt)
    async def send_back(obligation: IdText, body: ReturnBody, arrival: Arriving) -> JSONResponse:
        """Send a filing back to be corrected."""
        created = await owed(parts.store, obligation)
        command = ReturnReport(
            obligation=obligation,
            version=body.version or await _last_version(parts.store, created),
            items=tuple(ItemToCorrect(**item.model_dump()) for item in body.items),
            due=None if body.due is None else Instant(body.due),
            latest=latest_return(await parts.parameters(created.round, arrival.at), arrival.at),
            by=arrival.actor,
            at=arrival.at,
        )
        return await carry_out(parts, arrival, created, command)

    @routes.post("/obligations/{obligation}/acceptance", response_model=Receipt)
    async def accept(obligation: IdText, arrival: Arriving, body: AcceptanceBody | None = None) -> JSONResponse:
        """Accept a filing."""
        created = await owed(parts.store, obligation)
        version = (body and body.version) or await _last_version(parts.store, created)
        command = AcceptReport(obligation, version, arrival.actor, arrival.at)
        return await carry_out(parts, arrival, created, command)

    return routes


async def owed(store: EventStore, obligation: str) -> ObligationCreated:
    """How an obligation began."""
    created = await origin(store, obligation_stream(obligation, "").name, ObligationCreated)
    if created is None:
        raise ObligationNotOwed
    return created


async def _last_version(store: EventStore, created: ObligationCreated) -> int:
    """The last version filed; 0 when there is none, which nothing is decided on."""
    recorded = await store.load(obligation_stream(created.obligation, created.organization).name)
    return max((one.event.version for one in recorded if isinstance(one.event, FILINGS)), default=0)


async def carry_out(
    parts: Parts, arrival: Arrival, created: ObligationCreated, command: Command, files: Sequence[Named] = ()
) -> JSONResponse:
    """Have a command decided on what is owed; it may name `files` of its organization that are there alone."""
    context, organization = replace(arrival.context, round=created.round), created.organization
    keep = files_of(parts, created, files, arrival.at).check
    return await arrival.answer(
        lambda key: handle(parts.store, command, context, key, organization=organization, keep=keep)
    )
