"""Publication's documents over HTTP: notice and list for everybody, the agreement for its parties."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from services.publication.entrypoints.parts import Parts
from services.publication.entrypoints.rights import may_read
from services.publication.usecases.agreements import agreement_of, offer_of, signed_copy_of
from services.publication.usecases.as_of import list_then
from services.publication.usecases.documents import dated_list_of, list_of, notice_of
from shared.kernel.refusal import Unknown
from shared.web.answer import PdfAnswer, named_by_hash
from shared.web.authentication import CurrentActor
from shared.web.models import IdText, Token
from shared.web.reads import AsOf, AtLeast

Copy = Annotated[
    Literal["signed", "offered"],
    Query(description="With the signature once there is one, or the text whose hash was offered and signed"),
]


class NothingToPrint(Unknown):
    """The public sees nothing of this round yet."""

    title = "Nothing of the kind is published for this round"
    clause = "C5.4"
    field = "round"


class AgreementTextNotKept(Unknown):
    """Nothing was offered, or terms were by their hash alone; then their text is with the parties."""

    title = "There is no text of an agreement here"
    clause = "C5.4"
    field = "application"


def router(parts: Parts) -> APIRouter:
    """Every route of publication's documents."""
    routes, archive = APIRouter(tags=["documents"]), parts.archive

    @routes.get("/rounds/{round_id}/notice.pdf", response_class=PdfAnswer)
    async def notice(round_id: Token) -> PdfAnswer:
        """The round's last public notice as PDF."""
        return _public(await notice_of(archive, round_id), f"公示-{round_id}.pdf")

    @routes.get("/rounds/{round_id}/list.pdf", response_class=PdfAnswer)
    async def approved(round_id: Token, reads: AtLeast, as_of: AsOf) -> PdfAnswer:
        """The last published list as PDF, or that of a moment and how each stood."""
        if as_of is None:
            return _public(await list_of(archive, round_id), f"名单-{round_id}.pdf")
        then = await list_then(archive.store, reads, round_id, as_of)
        body = None if then is None else await dated_list_of(archive, then)
        return _public(body, f"名单-{round_id}-{as_of}.pdf")

    @routes.get("/agreements/{application}/agreement.pdf", response_class=PdfAnswer)
    async def agreement(application: IdText, actor: CurrentActor, copy: Copy = "signed") -> PdfAnswer:
        """The agreement with its signature, or exactly as it was offered last."""
        offer = await offer_of(archive.store, application)
        may_read(actor, None if offer is None else offer.organization)
        body = await signed_copy_of(archive, application) if copy == "signed" else None
        if body is None and offer is not None:
            body = await agreement_of(archive, offer)
        if body is None:
            raise AgreementTextNotKept
        return PdfAnswer(body, headers=named_by_hash(body, f"合作协议-{application}.pdf"))

    return routes


def _public(body: bytes | None, name: str) -> PdfAnswer:
    if body is None:
        raise NothingToPrint
    return PdfAnswer(body, headers=named_by_hash(body, name))
