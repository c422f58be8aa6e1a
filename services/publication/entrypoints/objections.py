"""Objections: anybody files them under a real name while the notice runs, the officer decides (C5.4)."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.publication.domain.listing import ranked_with
from services.publication.domain.objection_decisions import DecideObjection, ObjectionUnknown
from services.publication.domain.objections import FileObjection
from services.publication.entrypoints.bodies import ObjectionBody, ObjectionDecisionBody
from services.publication.entrypoints.files import evidence_of
from services.publication.entrypoints.lists import AskingObjections, listed
from services.publication.entrypoints.parts import Parts, carry_out, plan_of
from services.publication.entrypoints.rights import APPLICANT, OFFICE, may_read_objection, of_oneself, seen_by
from services.publication.usecases.handle import handle, notices_of
from services.publication.usecases.project import OBJECTIONS
from shared.eventstore.documents import Reads
from shared.eventstore.transact import in_turn
from shared.kernel.actor import ANYBODY, Actor, Role
from shared.kernel.ids import named
from shared.vault.vault import ERASED, Confided
from shared.web.authentication import CurrentActor
from shared.web.command import Arriving, ArrivingFromAnybody
from shared.web.deposits import PUBLIC
from shared.web.models import IdText, Receipt, Token
from shared.web.reads import AtLeast


def router(parts: Parts) -> APIRouter:
    """Filing, deciding and reading objections."""
    routes = APIRouter(tags=["objections"])

    @routes.post("/rounds/{round_id}/objections", status_code=201, response_model=Receipt)
    async def object_(round_id: Token, body: ObjectionBody, arrival: ArrivingFromAnybody) -> JSONResponse:
        """Object to an application on notice, under a real name."""
        by, objection = _public(arrival.actor), named("objection", arrival.context.command_id)
        objector = Confided(parts.vault, objection)
        command = FileObjection(
            round=round_id,
            objection=objection,
            application=body.application,
            objector=await objector.commit("name", body.name),
            contact=await objector.commit("contact", body.contact),
            grounds=body.grounds,
            evidence=tuple(body.evidence),
            notices=await notices_of(parts.store, round_id),
            by=by,
            at=arrival.at,
        )
        owners = (by.organization, PUBLIC) if by.organization else (PUBLIC,)
        files = evidence_of(parts, round_id, owners, command.evidence, arrival.at)
        context, keep = replace(arrival.context, actor=by, round=round_id), in_turn(files.check, objector.keep)
        return await arrival.answer(
            lambda key: handle(parts.store, command, context, key, keep=keep), objection=objection
        )

    _deciding(routes, parts)
    _reading(routes, parts)
    return routes


def _deciding(routes: APIRouter, parts: Parts) -> None:
    @routes.post("/rounds/{round_id}/objections/{objection}/decision", response_model=Receipt)
    async def decide(
        round_id: Token, objection: IdText, body: ObjectionDecisionBody, arrival: Arriving, reads: AtLeast
    ) -> JSONResponse:
        """Decide on an objection."""
        command = DecideObjection(
            round=round_id,
            objection=objection,
            outcome=body.outcome,
            reason=body.reason,
            effect=body.effect,
            rank=body.rank,
            ranked=await _ranked(parts, reads, round_id, objection),
            by_another=(await plan_of(parts, round_id, arrival)).parameters.decisions.objections_by_another,
            by=arrival.actor,
            at=arrival.at,
        )
        return await carry_out(parts, arrival, round_id, command)


async def _ranked(parts: Parts, reads: Reads, round_id: str, objection: str) -> int | None:
    """How many the ranking holds in which the application is that is objected to."""
    doc = await reads.get(OBJECTIONS, objection) or {}
    rankings = (await parts.facts.rankings(round_id)).values()
    return ranked_with(rankings, str(doc.get("application", "")))


def _reading(routes: APIRouter, parts: Parts) -> None:
    @routes.get("/rounds/{round_id}/objections")
    async def many(
        round_id: Token,
        reads: AtLeast,
        actor: CurrentActor,
        asked: AskingObjections,
    ) -> list[dict[str, Any]]:
        """The round's objections without names; an applicant's are those against it."""
        where = {**seen_by(actor), "round": round_id, "state": asked.state, "application": asked.application}
        docs = await listed(reads, OBJECTIONS, where, asked, "objection")
        return [doc if actor.role in OFFICE else of_oneself(doc) for doc in docs]

    @routes.get("/rounds/{round_id}/objections/{objection}")
    async def one(round_id: Token, objection: IdText, reads: AtLeast, actor: CurrentActor) -> dict[str, Any]:
        """One objection, with the real name to who decides; the applicant without it."""
        doc = await reads.get(OBJECTIONS, objection)
        may_read_objection(actor, None if doc is None else str(doc.get("organization", "")))
        if doc is None or doc["round"] != round_id:
            raise ObjectionUnknown(objection)
        if actor.role in APPLICANT:
            return of_oneself(doc)
        name = await parts.vault.reveal(str(doc["objector"]))
        contact = await parts.vault.reveal(str(doc["contact"]))
        return {**doc, "name": name or ERASED, "contact_details": contact or ERASED}


def _public(actor: Actor) -> Actor:
    """Who objects does it as a member of the public; only who decides on the list is known for what it is."""
    return actor if actor.role in (Role.FILER, *OFFICE) else ANYBODY
