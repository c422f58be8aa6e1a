"""Files that go with a house's own commands: brought first, whole or in parts, and then named by their hash."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from shared.contracts.category import Stream
from shared.contracts.evidence import Evidence
from shared.contracts.topics import ACCESS
from shared.eventstore.port import EventStore
from shared.eventstore.transact import leave_trace
from shared.files.deposits import Deposit, Limits
from shared.files.depot import Depot
from shared.files.intake import Wanted
from shared.files.refusals import FileInfected, FileNotKept
from shared.files.uploads import About, Upload
from shared.kernel.actor import ANYBODY, Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted, require
from shared.web.allowance import Allowance
from shared.web.answer import JSONAnswer
from shared.web.authentication import CurrentActor
from shared.web.command import WITH_FILE, Arrival, Arriving, ArrivingWithFile
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
from shared.web.models import Sha256Text, Token
from shared.web.streaming import RAW_BODY

PUBLIC: Final = "public"
"""Whose the files are that somebody without an account brings: nobody gets them back but the office."""
ORGANIZATIONS_PEOPLE = (Role.FILER, Role.LEGAL_REPRESENTATIVE)
ROUND = "round"
HOUR_SECONDS = 3600.0
OF_AN_ORGANIZATION, OF_AN_ADDRESS, OF_THE_PUBLIC = 600, 20, 500
"""Files within an hour: of one organization, from one address without an account, and from all of these together."""


class DepositAnswer(BaseModel):
    """A file that is kept and may be named by its hash."""

    sha256: str
    name: str
    size: int
    media_type: str
    scan: str = Field(description="`clean`, or `not scanned` where no scanner is configured")


@dataclass(frozen=True, slots=True)
class KeepFile:
    """Somebody brings a file; what is refused of it leaves this name in the log."""

    owner: str


def of_its_people(actor: Actor) -> str:
    """Whose a file is that may come from an organization's people alone."""
    require(actor, *ORGANIZATIONS_PEOPLE)
    if actor.organization is None:
        raise NotPermitted("the account belongs to no organization", field="organization")
    return actor.organization


def limits_in(said: Evidence, otherwise: Limits) -> Limits:
    """What a round takes; `otherwise` holds in one that names no types."""
    return Limits(said.media_types, said.size_max, said.files_max) if said.media_types else otherwise


async def no_round() -> str:
    """For a house whose files belong to no round."""
    return ""


async def of_a_round(round_id: Annotated[Token, Query(description="The round that the file is for")]) -> str:
    """For a house whose rounds say what may be brought."""
    return round_id


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it is announced, with hash and size where they are."""

    name: str
    media_type: str
    sha256: str | None
    size: int | None


@dataclass(frozen=True, slots=True)
class Counter:
    """Where a house takes in files for its own commands."""

    store: EventStore
    depot: Depot
    limits: Callable[[str, Instant], Awaitable[Limits]]
    """What a round takes, or the house where there is none; raises the house's own refusal of an unknown round."""
    readers: tuple[Role, ...]
    """Who decides on what names the files, and so reads them all."""
    about: Callable[..., Awaitable[str]] = of_a_round
    owner: Callable[[Actor], str] = of_its_people
    arriving: Callable[[Request], Awaitable[Arrival]] = WITH_FILE
    allowed: Allowance = field(
        default_factory=lambda: Allowance(OF_AN_ORGANIZATION, OF_AN_ORGANIZATION * 100, HOUR_SECONDS)
    )
    allowed_to_anybody: Allowance = field(default_factory=lambda: Allowance(OF_AN_ADDRESS, OF_THE_PUBLIC, HOUR_SECONDS))

    async def whose(self, request: Request, arrival: Arrival) -> str:
        """Whose the file becomes; counts it, and raises `TooOften`; who may not leaves a trace in the log."""
        async with self.traced(arrival, ""):
            owner = self.owner(arrival.actor)
        if owner == PUBLIC:
            self.allowed_to_anybody.take(request.client.host if request.client else "")
        else:
            self.allowed.take(owner)
        return owner

    async def wanted(self, of: str, at: Instant, sent: Sent) -> Wanted:
        """What a file has to be that was announced."""
        limits = await self.limits(of, at)
        return Wanted(sent.media_type, limits.media_types, limits.size_max, sent.name, sent.sha256, sent.size)

    @asynccontextmanager
    async def traced(self, arrival: Arrival, owner: str) -> AsyncIterator[None]:
        """Leave a trace in the log of who may not, or of what is infected, unless nobody knows who it was."""
        try:
            yield
        except (NotPermitted, FileInfected) as refusal:
            if arrival.actor != ANYBODY:
                whose = owner or arrival.actor.id
                stream = Stream(ACCESS[self.store.service], whose, whose)
                await leave_trace(self.store, stream, KeepFile(owner), arrival.context, refusal)
            raise


def router(counter: Counter, *, in_parts: bool = True) -> APIRouter:
    """Every route of a house's files, without the resumable ones where the house has its own."""
    routes = APIRouter(tags=["files"])
    _whole(routes, counter)
    if in_parts:
        _in_parts(routes, counter)
    _reads(routes, counter)
    return routes


def _whole(routes: APIRouter, counter: Counter) -> None:
    @routes.post("/files", status_code=201, response_model=DepositAnswer, openapi_extra=RAW_BODY)
    async def bring(
        name: NameAsked,
        request: Request,
        arrival: Annotated[Arrival, Depends(counter.arriving)],
        of: Annotated[str, Depends(counter.about)],
        sha256: AnnouncedHash = None,
    ) -> JSONResponse:
        """Bring a file that a command is to name; the body is the file."""
        owner = await counter.whose(request, arrival)
        media_type, size = request.headers.get("content-type", ""), announced_size(request)
        sent = Sent(name, media_type, announced_hash(request, sha256), size)
        wanted = await counter.wanted(of, arrival.at, sent)
        async with counter.traced(arrival, owner):
            taken = await counter.depot.intake.take(request.stream(), wanted)
        return _answer(await counter.depot.deposits.keep(taken, owner, name))


def _in_parts(routes: APIRouter, counter: Counter) -> None:
    uploads = counter.depot.uploads

    @routes.post("/uploads", status_code=201, response_model=UploadState)
    async def announce(
        body: Announced, request: Request, arrival: Arriving, of: Annotated[str, Depends(counter.about)]
    ) -> JSONResponse:
        """Announce a file that comes in parts; announced again it goes on where it stopped."""
        async with counter.traced(arrival, ""):
            of_its_people(arrival.actor)
        owner = await counter.whose(request, arrival)
        wanted = await counter.wanted(of, arrival.at, Sent(body.name, body.media_type, body.sha256, body.size))
        about_it = About(owner, body.name, body.media_type, body.size, body.sha256, {ROUND: of})
        return upload_answer(await uploads.begin(about_it, wanted), 201)

    @routes.patch("/uploads/{upload}", response_model=UploadState | DepositAnswer, openapi_extra=RAW_BODY)
    async def append(upload: Token, offset: OffsetSent, request: Request, arrival: ArrivingWithFile) -> JSONResponse:
        """Send a part from the offset on; the last one answers that the file is kept."""
        found = await uploads.find(upload)
        async with counter.traced(arrival, ""):
            require(arrival.actor, *ORGANIZATIONS_PEOPLE, organization=found.about.owner)
        if not found.complete or offset != found.offset:
            found = await uploads.append(found, offset, request.stream())
        return await _kept(counter, found, arrival) if found.complete else upload_answer(found)

    @routes.get("/uploads/{upload}", response_model=UploadState)
    async def reached(upload: Token, actor: CurrentActor) -> JSONResponse:
        """How far an upload is; HEAD answers the same in the header Upload-Offset."""
        found = await uploads.find(upload)
        if actor.role not in counter.readers:
            require(actor, *ORGANIZATIONS_PEOPLE, organization=found.about.owner)
        return upload_answer(found)


def _reads(routes: APIRouter, counter: Counter) -> None:
    @routes.get("/files/{sha256}", response_class=Response, responses={**FILE_ANSWERS})
    async def one(sha256: Sha256Text, request: Request, actor: CurrentActor) -> Response:
        """Hand out a file that was brought, whole or the part that a Range asks for."""
        deposit = await _seen_by(counter, sha256, actor)
        return await file_answer(request, counter.depot.files, Kept(sha256, deposit.media_type, deposit.name))


async def _kept(counter: Counter, upload: Upload, arrival: Arrival) -> JSONAnswer:
    about = upload.about
    sent = Sent(about.name, about.media_type, about.sha256, about.size)
    wanted = await counter.wanted(about.purpose[ROUND], arrival.at, sent)
    async with counter.traced(arrival, about.owner):
        taken = await counter.depot.uploads.finish(upload, wanted)
    return _answer(await counter.depot.deposits.keep(taken, about.owner, about.name), 200)


async def _seen_by(counter: Counter, sha256: str, actor: Actor) -> Deposit:
    """The deposit that somebody may read; of a file of somebody else it is not even said that it is here."""
    if actor.role in counter.readers:
        found: Sequence[Deposit] = await counter.depot.deposits.of(sha256)
    else:
        mine = await counter.depot.deposits.held(sha256, of_its_people(actor))
        found = [mine] if mine else []
    if not found:
        raise FileNotKept
    return found[0]


def _answer(deposit: Deposit, status: int = 201) -> JSONAnswer:
    told = {"sha256": deposit.sha256, "name": deposit.name, "size": deposit.size}
    return JSONAnswer({**told, "media_type": deposit.media_type, "scan": deposit.scan}, status)
