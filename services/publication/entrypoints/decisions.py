"""The office's door to the list: proposal, promotion, approval (C5.4)."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.publication.domain.approval import ApproveList
from services.publication.domain.promotion import PromoteNextInLine
from services.publication.domain.proposal import ProposeList, left_out
from services.publication.entrypoints.bodies import ListApprovalBody, PromotionBody
from services.publication.entrypoints.lists import AskingApprovals, listed
from services.publication.entrypoints.parts import Parts, carry_out, plan_in, plan_of
from services.publication.entrypoints.rights import may_read_decisions
from services.publication.usecases.handle import notices_of, proposed_at
from services.publication.usecases.overview import left_out_told, list_overview, with_names
from services.publication.usecases.project import APPROVALS
from shared.web.authentication import CurrentActor
from shared.web.command import Arrival, Arriving
from shared.web.models import Receipt, Token
from shared.web.reads import AtLeast, ReceivedAt


def router(parts: Parts) -> APIRouter:
    """Proposal, promotion and approval, and what was decided."""
    routes = APIRouter(tags=["decisions"])

    @routes.post("/rounds/{round_id}/proposal", response_model=Receipt)
    async def propose(round_id: Token, arrival: Arriving, _reads: AtLeast) -> JSONResponse:
        """Propose the round's list from its rankings, and again; `left_out` is told."""
        command = await _proposal(parts, round_id, arrival)
        told: Any = await left_out_told(parts.facts, round_id, left_out(command))
        return await carry_out(parts, arrival, round_id, command, left_out=told)

    @routes.post("/rounds/{round_id}/promotions", response_model=Receipt)
    async def promote(round_id: Token, body: PromotionBody, arrival: Arriving, _reads: AtLeast) -> JSONResponse:
        """Put the next in line in a place that became free."""
        command = await _promotion(parts, round_id, body, arrival)
        return await carry_out(parts, arrival, round_id, command)

    @routes.post("/rounds/{round_id}/approval", response_model=Receipt)
    async def approve(
        round_id: Token, arrival: Arriving, _reads: AtLeast, body: ListApprovalBody | None = None
    ) -> JSONResponse:
        """Approve the list once its notice has run and every objection is decided."""
        command = await _approval(parts, round_id, body, arrival)
        return await carry_out(parts, arrival, round_id, command)

    _reading(routes, parts)
    return routes


def _reading(routes: APIRouter, parts: Parts) -> None:
    @routes.get("/rounds/{round_id}/decision")
    async def overview(round_id: Token, _reads: AtLeast, actor: CurrentActor, now: ReceivedAt) -> dict[str, Any]:
        """Where the round's list stands, and what is still to be decided."""
        may_read_decisions(actor)
        return dict(await list_overview(parts.store, parts.facts, round_id, now))

    @routes.get("/rounds/{round_id}/approvals")
    async def approvals(
        round_id: Token, reads: AtLeast, actor: CurrentActor, asked: AskingApprovals
    ) -> list[dict[str, Any]]:
        """Every decision of the round, approved or rejected, with whom it names."""
        may_read_decisions(actor)
        docs = await listed(reads, APPROVALS, {"round": round_id}, asked)
        return await with_names(parts.facts, round_id, docs)


async def _proposal(parts: Parts, round_id: str, arrival: Arrival) -> ProposeList:
    facts, before = parts.facts, await proposed_at(parts.store, round_id)
    plan = await plan_of(parts, round_id, arrival)
    return ProposeList(
        round=round_id,
        panels=await facts.panels(round_id),
        rankings=await facts.rankings(round_id),
        submissions=await facts.submissions(round_id),
        quotas=plan.parameters.quotas,
        by=arrival.actor,
        at=arrival.at,
        ties=await facts.ties(round_id),
        withdrawn=await facts.withdrawn(round_id),
        recommended=await facts.recommended(round_id),
        unranked=await facts.left_unranked(round_id),
        barred=await facts.barred(),
        open_lists=await facts.open_lists(round_id),
        versions=await facts.versions(round_id),
        quotas_before=None if before is None else (await plan_in(parts, round_id, before)).parameters.quotas,
    )


async def _promotion(parts: Parts, round_id: str, body: PromotionBody, arrival: Arrival) -> PromoteNextInLine:
    facts = parts.facts
    plan = await plan_of(parts, round_id, arrival)
    return PromoteNextInLine(
        round=round_id,
        application=body.application,
        reason=body.reason,
        rankings=await facts.rankings(round_id),
        submissions=await facts.submissions(round_id),
        quotas=plan.parameters.quotas,
        withdrawn=await facts.withdrawn(round_id),
        by=arrival.actor,
        at=arrival.at,
        ties=await facts.ties(round_id),
        promoter=arrival.actor.id,
        barred=await facts.barred(),
        versions=await facts.versions(round_id),
    )


async def _approval(parts: Parts, round_id: str, body: ListApprovalBody | None, arrival: Arrival) -> ApproveList:
    facts = parts.facts
    parameters = (await plan_of(parts, round_id, arrival)).parameters
    calendar, decisions = parameters.calendar, parameters.decisions
    rankings = await facts.rankings(round_id)
    return ApproveList(
        round=round_id,
        notices=await notices_of(parts.store, round_id),
        valid_from=calendar.valid_from.value,
        valid_to=calendar.valid_to.value,
        by=arrival.actor,
        at=arrival.at,
        quotas=parameters.quotas,
        ties=await facts.ties(round_id),
        free_places_reasoned=decisions.free_places_reasoned,
        left_free={} if body is None else body.left_free,
        rankings=frozenset(rankings),
        withdrawn=await facts.withdrawn(round_id),
        unranked=await facts.left_unranked(round_id),
        submissions=await facts.submissions(round_id),
        ranked=tuple(rankings.values()),
        barred=await facts.barred(),
        open_lists=await facts.open_lists(round_id),
        recommended=await facts.recommended(round_id),
        list_hash=None if body is None else body.list_hash,
        ends_all=decisions.ends_all,
        declined=await facts.declined(round_id),
        taken_back=await facts.taken_back(round_id),
        versions=await facts.versions(round_id),
    )
