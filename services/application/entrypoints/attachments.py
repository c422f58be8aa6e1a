"""Materials 1 to 9 over HTTP (C4): sent whole or in parts, handed out whole or in parts, taken out again."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from services.application.domain.attachments import AddAttachment, RemoveAttachment
from services.application.domain.round_states import RoundNotPlanned
from services.application.entrypoints.bodies import MaterialNumber
from services.application.entrypoints.parts import Parts
from services.application.entrypoints.rights import may_read, may_read_papers
from services.application.usecases.attach import (
    Desk,
    Sending,
    Sought,
    begin,
    finish,
    held,
    seek,
    sending_of,
    state_of,
    take,
)
from services.application.usecases.handle import handle
from shared.eventstore.documents import Reads
from shared.web.answer import JSONAnswer
from shared.web.authentication import CurrentActor
from shared.web.command import Arrival, Arriving, ArrivingWithFile
from shared.web.files import (
    FILE_ANSWERS,
    Announced,
    AnnouncedHash,
    Kept,
    NameAsked,
    OffsetSent,
    UploadState,
    announced_hash,
    announced_size,
    file_answer,
    upload_answer,
)
from shared.web.models import Body, IdText, Receipt, Sha256Text, Token
from shared.web.streaming import RAW_BODY

MaterialAsked = Annotated[int, Query(ge=1, le=9, description="1 to 9 (C4)")]


class UploadBody(Announced):
    """The announcement of a file that comes in parts."""

    material: MaterialNumber


class RemovalBody(Body):
    """Of which material the file is taken out."""

    material: MaterialNumber


def attachments(parts: Parts) -> APIRouter:
    """Every route of the materials."""
    routes = APIRouter(tags=["attachments"])
    _whole(routes, parts.desk, parts.reads)
    _in_parts(routes, parts.desk)
    return routes


def _whole(routes: APIRouter, desk: Desk, reads: Reads) -> None:
    @routes.post("/applications/{application}/attachments", response_model=Receipt, openapi_extra=RAW_BODY)
    async def add(
        application: IdText,
        material: MaterialAsked,
        name: NameAsked,
        request: Request,
        arrival: ArrivingWithFile,
        sha256: AnnouncedHash = None,
    ) -> JSONResponse:
        """Attach a file to a material; the body is the file, the Content-Type what it is."""
        media_type, size = request.headers.get("content-type", ""), announced_size(request)
        sending = Sending(application, material, name, media_type, announced_hash(request, sha256), size)
        sought = await seek(desk, sending, arrival.context)
        command = await take(desk, sought, request.stream(), arrival.context)
        return await _attach(desk, sought, command, arrival)

    @routes.post("/applications/{application}/attachments/{sha256}/removal", response_model=Receipt)
    async def remove(application: IdText, sha256: Sha256Text, body: RemovalBody, arrival: Arriving) -> JSONResponse:
        """Take a file out of what is to be submitted; its bytes stay."""
        started, _ = await state_of(desk.store, application)
        terms = await desk.facts.terms(started.round, arrival.at)
        if terms is None:
            raise RoundNotPlanned
        applicant = await desk.facts.applicant(started.organization, arrival.at)
        final = await desk.facts.final(application)
        command = RemoveAttachment(
            application, body.material, sha256, terms, arrival.actor, arrival.at, applicant, final=final
        )
        context = replace(arrival.context, round=started.round)
        return await arrival.answer(
            lambda key: handle(desk.store, command, context, key, organization=started.organization)
        )

    @routes.get("/applications/{application}/attachments/{sha256}", response_class=Response, responses={**FILE_ANSWERS})
    async def one(application: IdText, sha256: Sha256Text, request: Request, actor: CurrentActor) -> Response:
        """Hand out a file that is attached or named, whole or the part of a Range."""
        started, found = await held(desk, application, sha256)
        await may_read_papers(actor, reads, application, started.district, started.organization)
        return await file_answer(request, desk.depot.files, Kept(sha256, found.media_type, found.name))


def _in_parts(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/applications/{application}/uploads", status_code=201, response_model=UploadState)
    async def announce(application: IdText, body: UploadBody, arrival: Arriving) -> JSONResponse:
        """Announce a file that comes in parts; announced again it goes on where it stopped."""
        sending = Sending(application, body.material, body.name, body.media_type, body.sha256, body.size)
        sought = await seek(desk, sending, arrival.context)
        return upload_answer(await begin(desk, sought, sending, arrival.context), 201)

    @routes.patch("/uploads/{upload}", response_model=UploadState | Receipt, openapi_extra=RAW_BODY)
    async def append(upload: Token, offset: OffsetSent, request: Request, arrival: ArrivingWithFile) -> JSONResponse:
        """Send a part from the offset on; the last one attaches the file."""
        found = await desk.depot.uploads.find(upload)
        sought = await seek(desk, sending_of(found), arrival.context)
        if not found.complete or offset != found.offset:
            found = await desk.depot.uploads.append(found, offset, request.stream())
        if not found.complete:
            return upload_answer(found)
        command = await finish(desk, sought, found, arrival.context)
        return await _attach(desk, sought, command, arrival)

    @routes.get("/uploads/{upload}", response_model=UploadState)
    async def reached(upload: Token, actor: CurrentActor) -> JSONResponse:
        """How far an upload is; HEAD answers the same in the header Upload-Offset."""
        found = await desk.depot.uploads.find(upload)
        started, _ = await state_of(desk.store, found.about.owner)
        may_read(actor, started.district, started.organization)
        return upload_answer(found)


async def _attach(desk: Desk, sought: Sought, command: AddAttachment, arrival: Arrival) -> JSONAnswer:
    context = replace(arrival.context, round=sought.started.round)
    return await arrival.of_file(command.sha256).answer(
        lambda key: handle(desk.store, command, context, key, organization=sought.started.organization),
        sha256=command.sha256,
        size=command.size,
        media_type=command.media_type,
        scan=command.scan,
    )
