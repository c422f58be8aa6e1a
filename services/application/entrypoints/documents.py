"""The application's documents over HTTP: exported as PDF and handed out again, and the statement to sign."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from services.application.entrypoints.parts import Parts
from services.application.entrypoints.rights import ITS_PEOPLE, may_read, may_read_papers
from services.application.usecases.documents import export_of, filing_of, pdf_of, statement_of
from services.application.usecases.handle import handle
from shared.web.answer import PdfAnswer, named_by_hash
from shared.web.authentication import CurrentActor
from shared.web.command import Arriving
from shared.web.models import IdText, Receipt

VersionAsked = Annotated[int | None, Query(ge=1, le=9999, description="The last one when it is left out")]


def documents(parts: Parts) -> APIRouter:
    """Every route of the application's documents."""
    archive, reads = parts.archive, parts.reads
    routes = APIRouter(tags=["documents"])

    @routes.post("/applications/{application}/pdf", response_model=Receipt)
    async def export(application: IdText, arrival: Arriving) -> JSONResponse:
        """Export the last submitted version as PDF."""
        filing = await filing_of(archive, application)
        command = await export_of(archive, filing, arrival.actor, arrival.at)
        started = filing.started
        context = replace(arrival.context, round=started.round)
        return await arrival.answer(
            lambda key: handle(archive.store, command, context, key, organization=started.organization),
            pdf_version=command.version,
            pdf_sha256=command.pdf_sha256,
        )

    @routes.get("/applications/{application}/pdf", response_class=PdfAnswer)
    async def pdf(application: IdText, actor: CurrentActor, version: VersionAsked = None) -> PdfAnswer:
        """The PDF of a version that was filed; its applicant exports it first."""
        filing = await filing_of(archive, application)
        await may_read_papers(actor, reads, application, filing.started.district, filing.started.organization)
        body = await pdf_of(archive, filing, version, to_be_brought=actor.role in ITS_PEOPLE)
        return PdfAnswer(body, headers=named_by_hash(body, f"申报表-{filing.started.organization_name}.pdf"))

    @routes.get("/applications/{application}/statement.pdf", response_class=PdfAnswer)
    async def statement(application: IdText, actor: CurrentActor) -> PdfAnswer:
        """The statement of truth, to be signed and stamped."""
        filing = await filing_of(archive, application)
        may_read(actor, filing.started.district, filing.started.organization)
        body = await statement_of(archive, filing)
        return PdfAnswer(body, headers=named_by_hash(body, f"承诺书-{filing.started.organization_name}.pdf"))

    return routes
