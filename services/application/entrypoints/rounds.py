"""The office's door: a round planned, opened, extended, closed and archived, and looked at (C5)."""

from dataclasses import replace
from typing import Any, cast

import msgspec
from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.application.domain.application import APPLICATION_DECIDER
from services.application.domain.closing import ArchiveRound, CloseRound
from services.application.domain.editing import district_of
from services.application.domain.extensions import ExtendDeadline
from services.application.domain.round import OpenRound, PlanRound
from services.application.domain.round_states import RoundNotPlanned
from services.application.domain.states import (
    Application,
    ApplicationEvent,
    NotStarted,
    returned_until,
    waits_for_nothing,
)
from services.application.domain.terms import ONE_APPLICATION, written
from services.application.entrypoints.bodies import FORMS_HASH
from services.application.entrypoints.letter_bodies import ExtensionBody
from services.application.entrypoints.parts import Parts, of_the_round
from services.application.entrypoints.round_body import RoundBody, parameters_of
from services.application.entrypoints.round_lines import deadlines, in_short
from services.application.usecases.applications import SUMMARIES
from services.application.usecases.handle import handle
from services.application.usecases.history import UNDER_WAY
from services.application.usecases.project import HEADS, ROUNDS
from services.application.usecases.streams import application_stream
from shared.contracts.application import LogHead
from shared.kernel.instants import Instant
from shared.web.command import Arriving
from shared.web.models import Receipt, Token
from shared.web.reads import AtLeast, everything


def rounds(parts: Parts) -> APIRouter:
    """Every route of the rounds."""
    router = APIRouter(tags=["rounds"])

    @router.post("/rounds", status_code=201, response_model=Receipt)
    async def plan(body: RoundBody, arrival: Arriving) -> JSONResponse:
        """Fix a new round's parameters."""
        parameters = parameters_of(body)
        command = PlanRound(parameters, written(parameters), arrival.actor, arrival.at)
        context = replace(arrival.context, round=parameters.round)
        return await arrival.answer(lambda key: handle(parts.store, command, context, key), round=parameters.round)

    @router.post("/rounds/{round_id}/opening", response_model=Receipt)
    async def open_round(round_id: Token, arrival: Arriving) -> JSONResponse:
        """Open a planned round for applications."""
        return await of_the_round(parts, round_id, OpenRound(round_id, FORMS_HASH, arrival.actor, arrival.at), arrival)

    @router.post("/rounds/{round_id}/closing", response_model=Receipt)
    async def close_round(round_id: Token, arrival: Arriving) -> JSONResponse:
        """Close a round after its deadline: it takes no application any more."""
        command = CloseRound(round_id, await _heads(parts), arrival.actor, arrival.at)
        return await of_the_round(parts, round_id, command, arrival)

    @router.post("/rounds/{round_id}/archiving", response_model=Receipt)
    async def archive_round(round_id: Token, arrival: Arriving) -> JSONResponse:
        """Archive a closed round when its year is over."""
        undecided = await _under_way(parts, round_id)
        command = ArchiveRound(round_id, await _heads(parts), arrival.actor, arrival.at, undecided)
        return await of_the_round(parts, round_id, command, arrival)

    _reads(router)
    _changes(router, parts)
    return router


def _reads(router: APIRouter) -> None:
    @router.get("/rounds")
    async def many(reads: AtLeast) -> list[dict[str, Any]]:
        """Every round in short, with the deadline in force and the letters that moved it."""
        return [in_short(doc) for doc in await everything(reads, ROUNDS, "round")]

    @router.get("/rounds/{round_id}")
    async def one(round_id: Token, reads: AtLeast) -> dict[str, Any]:
        """A round as it is planned, opened, extended, amended and closed."""
        doc = await reads.get(ROUNDS, round_id)
        if doc is None:
            raise RoundNotPlanned
        return {**doc, **deadlines(doc)}


def _changes(router: APIRouter, parts: Parts) -> None:
    @router.post("/rounds/{round_id}/extensions", response_model=Receipt)
    async def extend(round_id: Token, body: ExtensionBody, arrival: Arriving) -> JSONResponse:
        """Extend the deadline of the round, a district or an application, by a letter."""
        named = await _named(parts, round_id, body)
        command = ExtendDeadline(
            round=round_id,
            scope=body.scope,
            target=body.target,
            new=Instant(body.new),
            reason=body.reason,
            authority_document=body.authority_document,
            by=arrival.actor,
            at=arrival.at,
            district=await _district(parts, named, arrival.at),
            filed=waits_for_nothing(named),
            returned_until=returned_until(named),
            final=body.target is not None and await parts.facts.final(body.target),
        )
        return await of_the_round(parts, round_id, command, arrival)


async def _under_way(parts: Parts, round_id: str) -> tuple[str, ...]:
    """The applications of a round on which somebody has still to decide."""
    docs = await everything(parts.reads, SUMMARIES, "application", {"round": round_id})
    return tuple(str(doc["application"]) for doc in docs if doc["state"] in UNDER_WAY)


async def _named(parts: Parts, round_id: str, body: ExtensionBody) -> Application:
    """The application that is extended, if it is one of this round."""
    if body.scope != ONE_APPLICATION or body.target is None:
        return NotStarted()
    recorded = await parts.store.load(application_stream(body.target, "").name)
    state = APPLICATION_DECIDER.fold(cast("ApplicationEvent", one.event) for one in recorded)
    return state if not isinstance(state, NotStarted) and state.started.round == round_id else NotStarted()


async def _district(parts: Parts, named: Application, at: Instant) -> str | None:
    if isinstance(named, NotStarted):
        return None
    return district_of(named, await parts.facts.applicant(named.started.organization, at))


async def _heads(parts: Parts) -> tuple[LogHead, ...]:
    """How far every service's log is known: this one's to its end, the others' as far as they were heard."""
    own = await parts.store.head()
    heard = [msgspec.convert(doc, LogHead) for doc in await parts.reads.find(HEADS)]
    return (LogHead(service=parts.store.service, position=own.position, hash=own.hash), *heard)
