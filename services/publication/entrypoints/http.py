"""Publication over HTTP."""

from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from services.publication.domain.agreement import AgreementNotOffered, OfferAgreement, SignAgreement
from services.publication.domain.decision import ApproveList, ProposeList
from services.publication.domain.listing import list_bytes
from services.publication.domain.notice import PublishList, PublishNotice
from services.publication.entrypoints.bodies import TermsBody
from services.publication.usecases.handle import Command, decision_of, handle, notice_of
from services.publication.usecases.ports import Facts
from services.publication.usecases.project import AGREEMENTS, APPROVALS, NOTICES
from services.publication.usecases.streams import agreement_stream, approval_stream, notice_stream
from shared.contracts.application import RoundPlanned
from shared.contracts.event import Event
from shared.contracts.publication import (
    AgreementOffered,
    ApplicationRejected,
    ListPublished,
    OrganizationApproved,
)
from shared.eventstore.origin import origin
from shared.eventstore.port import EventStore
from shared.kernel.actor import Role
from shared.kernel.instants import plus_seconds
from shared.kernel.refusal import Unknown, require
from shared.web.authentication import CurrentActor
from shared.web.command import Arrival, Arriving
from shared.web.models import IdText, Receipt, Token
from shared.web.reads import After, AtLeast, Limit

DAY_SECONDS = 86_400
OFFICE = (Role.CITY_OFFICER, Role.CITY_LEADER, Role.PUBLISHER, Role.DISCIPLINE_AUDITOR)


class RoundUnknown(Unknown):
    """Publication has not heard of the round."""

    title = "There is no such round"
    field = "round"


class NothingPublished(Unknown):
    """The public sees nothing of this round yet."""

    title = "Nothing of the kind is published for this round"
    clause = "C5.4"
    field = "round"


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes stand on."""

    store: EventStore
    facts: Facts


def routers(parts: Parts) -> list[APIRouter]:
    """Every route of publication."""
    return [_decisions(parts), _notices(parts), _agreements(parts), _public(parts)]


def _decisions(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["decisions"])

    @router.post("/rounds/{round_id}/proposal", response_model=Receipt)
    async def propose(round_id: Token, arrival: Arriving, _reads: AtLeast) -> JSONResponse:
        """Propose the round's list from its rankings."""
        plan = await _plan(parts.facts, round_id)
        command = ProposeList(
            round=round_id,
            panels=await parts.facts.panels(round_id),
            rankings=await parts.facts.rankings(round_id),
            submissions=await parts.facts.submissions(round_id),
            quotas=plan.parameters.quotas,
            by=arrival.actor,
            at=arrival.at,
        )
        return await _carry_out(parts, arrival, round_id, command)

    @router.post("/rounds/{round_id}/approval", response_model=Receipt)
    async def approve(round_id: Token, arrival: Arriving) -> JSONResponse:
        """Approve the list once its notice has run."""
        calendar = (await _plan(parts.facts, round_id)).parameters.calendar
        command = ApproveList(
            round=round_id,
            notice=await notice_of(parts.store, round_id),
            valid_from=calendar.valid_from.value,
            valid_to=calendar.valid_to.value,
            by=arrival.actor,
            at=arrival.at,
        )
        return await _carry_out(parts, arrival, round_id, command)

    return router


def _notices(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["notices"])

    @router.post("/rounds/{round_id}/notice", response_model=Receipt)
    async def publish_notice(round_id: Token, arrival: Arriving) -> JSONResponse:
        """Publish the notice of the proposed list."""
        calendar = (await _plan(parts.facts, round_id)).parameters.calendar
        decision, _ = await decision_of(parts.store, round_id)
        command = PublishNotice(round_id, decision, calendar, arrival.actor, arrival.at)
        return await _carry_out(parts, arrival, round_id, command)

    @router.post("/rounds/{round_id}/list", response_model=Receipt)
    async def publish_list(round_id: Token, request: Request, arrival: Arriving) -> JSONResponse:
        """Publish the approved list."""
        decision, _ = await decision_of(parts.store, round_id)
        command = PublishList(round_id, decision, request.url.path, arrival.actor, arrival.at)
        return await _carry_out(parts, arrival, round_id, command)

    return router


def _agreements(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["agreements"])

    @router.post("/agreements/{application}/offer", response_model=Receipt)
    async def offer(application: IdText, body: TermsBody, arrival: Arriving) -> JSONResponse:
        """Offer the agreement to an approved organization."""
        decided = await origin(parts.store, approval_stream(application, "").name, Event)
        if not isinstance(decided, OrganizationApproved | ApplicationRejected):
            raise AgreementNotOffered("the application is not decided")
        round_id, organization = decided.round, decided.organization
        days = (await _plan(parts.facts, round_id)).parameters.calendar.agreement_due_days.value
        command = OfferAgreement(
            application=application,
            organization=organization,
            round=round_id,
            approved=isinstance(decided, OrganizationApproved),
            terms_sha256=body.terms_sha256,
            due=plus_seconds(arrival.at, days * DAY_SECONDS),
            by=arrival.actor,
            at=arrival.at,
        )
        return await _carry_out(parts, arrival, round_id, command, organization)

    @router.post("/agreements/{application}/signature", response_model=Receipt)
    async def sign(application: IdText, body: TermsBody, arrival: Arriving) -> JSONResponse:
        """Sign the offered agreement."""
        offered = await origin(parts.store, agreement_stream(application, "").name, AgreementOffered)
        if offered is None:
            raise AgreementNotOffered
        command = SignAgreement(application, body.terms_sha256, arrival.actor, arrival.at)
        return await _carry_out(parts, arrival, offered.round, command, offered.organization)

    @router.get("/agreements")
    async def many(reads: AtLeast, actor: CurrentActor, after: After = "", limit: Limit = 100) -> list[dict[str, Any]]:
        """The agreements that the actor may see."""
        where: dict[str, str | int | bool] = {}
        if actor.role not in OFFICE:
            require(actor, Role.FILER, Role.LEGAL_REPRESENTATIVE)
            where["organization"] = actor.organization or ""
        return [dict(doc) for doc in await reads.find(AGREEMENTS, where, after=after, limit=limit)]

    return router


def _public(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["public"])

    @router.get("/rounds/{round_id}/notice")
    async def notice(round_id: Token, reads: AtLeast) -> dict[str, Any]:
        """The round's public notice."""
        doc = await reads.get(NOTICES, round_id)
        if doc is None:
            raise NothingPublished
        return dict(doc)

    @router.get("/rounds/{round_id}/list", response_class=Response)
    async def published(round_id: Token) -> Response:
        """The published list, byte for byte what its hash covers."""
        for recorded in await parts.store.load(notice_stream(round_id).name):
            if isinstance(recorded.event, ListPublished):
                body = list_bytes(round_id, recorded.event.rows)
                return Response(body, media_type="application/json", headers={"ETag": f'"{recorded.event.list_hash}"'})
        raise NothingPublished

    @router.get("/rounds/{round_id}/approvals")
    async def approvals(
        round_id: Token, reads: AtLeast, actor: CurrentActor, after: After = "", limit: Limit = 500
    ) -> list[dict[str, Any]]:
        """Every decision of the round, approved or rejected."""
        require(actor, *OFFICE)
        return [dict(doc) for doc in await reads.find(APPROVALS, {"round": round_id}, after=after, limit=limit)]

    return router


async def _carry_out(
    parts: Parts, arrival: Arrival, round_id: str, command: Command, organization: str = ""
) -> JSONResponse:
    context = replace(arrival.context, round=round_id)
    return await arrival.answer(lambda key: handle(parts.store, command, context, key, organization=organization))


async def _plan(facts: Facts, round_id: str) -> RoundPlanned:
    plan = await facts.round(round_id)
    if plan is None:
        raise RoundUnknown(round_id)
    return plan
