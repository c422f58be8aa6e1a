"""Review's documents over HTTP: the district's summary table (附件3), as it was sealed."""

from fastapi import APIRouter

from services.review.entrypoints.parts import Parts
from services.review.entrypoints.rights import may_read_district
from services.review.usecases.documents import Archive, Sealing, print_of, sealing_of, workbook_of
from shared.kernel.actor import Actor
from shared.kernel.refusal import Unknown
from shared.web.answer import PdfAnswer, XlsxAnswer, named_by_hash
from shared.web.authentication import CurrentActor
from shared.web.models import DistrictText, Token


class SummaryNotSealed(Unknown):
    """The table goes with the official letter: there is none before the list is sealed."""

    title = "The district's list is not sealed"
    clause = "C5.3"
    field = "district"


class WorkbookNotKept(Unknown):
    """An earlier release sealed the list and kept its hash alone."""

    title = "The workbook of this list is not kept here"
    clause = "C5.3"
    field = "district"


def router(parts: Parts) -> APIRouter:
    """Every route of review's documents."""
    routes, archive = APIRouter(tags=["documents"]), parts.archive

    @routes.get("/batches/{round_id}/{district}/summary.xlsx", response_class=XlsxAnswer)
    async def workbook(round_id: Token, district: DistrictText, actor: CurrentActor) -> XlsxAnswer:
        """The district's summary table as a workbook, as it was sealed."""
        body = await workbook_of(archive, await _sealing(archive, actor, round_id, district))
        if body is None:
            raise WorkbookNotKept
        return XlsxAnswer(body, headers=named_by_hash(body, f"推荐汇总表-{round_id}-{district}.xlsx"))

    @routes.get("/batches/{round_id}/{district}/summary.pdf", response_class=PdfAnswer)
    async def paper(round_id: Token, district: DistrictText, actor: CurrentActor) -> PdfAnswer:
        """The district's summary table as PDF, as it was sealed, with who withdrew since."""
        body = await print_of(archive, await _sealing(archive, actor, round_id, district))
        return PdfAnswer(body, headers=named_by_hash(body, f"推荐汇总表-{round_id}-{district}.pdf"))

    return routes


async def _sealing(archive: Archive, actor: Actor, round_id: str, district: str) -> Sealing:
    may_read_district(actor, district)
    sealing = await sealing_of(archive, round_id, district)
    if sealing is None:
        raise SummaryNotSealed
    return sealing
