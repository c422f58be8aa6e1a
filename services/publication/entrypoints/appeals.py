"""Appeals: the applicant against its rejection, decided by the leader (C5.4)."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.publication.domain.appeal import (
    DecideAppeal,
    FileAppeal,
)
from services.publication.domain.appeal_states import AppealNotFiled
from services.publication.domain.states import Approved
from services.publication.entrypoints.bodies import AppealBody, AppealDecisionBody
from services.publication.entrypoints.files import evidence_of
from services.publication.entrypoints.lists import AskingAppeals, listed
from services.publication.entrypoints.parts import Parts, carry_out, decided, plan_of
from services.publication.entrypoints.rights import may_read, seen_by
from services.publication.usecases.handle import decision_of
from services.publication.usecases.outcomes import Outcome
from services.publication.usecases.project import APPEALS
from shared.contracts.publication import ApplicationRejected, OrganizationApproved
from shared.web.authentication import CurrentActor
from shared.web.command import Arrival, Arriving
from shared.web.models import IdText, Receipt
from shared.web.reads import AtLeast


def router(parts: Parts) -> APIRouter:
    """Filing, deciding and reading appeals."""
    routes = APIRouter(tags=["appeals"])

    @routes.post("/appeals/{application}", response_model=Receipt)
    async def appeal(application: IdText, body: AppealBody, arrival: Arriving) -> JSONResponse:
        """Appeal against the application's rejection."""
        outcome = await decided(parts, application)
        round_id, organization = outcome.decided.round, outcome.decided.organization
        rejection = outcome.rejection((await plan_of(parts, round_id, arrival)).parameters)
        hashes = tuple(body.evidence)
        command = FileAppeal(application, rejection, body.grounds, arrival.actor, arrival.at, hashes)
        files = evidence_of(parts, round_id, (organization,), hashes, arrival.at)
        return await carry_out(parts, arrival, round_id, command, organization, (outcome.approval_guard,), files)

    @routes.post("/appeals/{application}/decision", response_model=Receipt)
    async def decide(application: IdText, body: AppealDecisionBody, arrival: Arriving, _reads: AtLeast) -> JSONResponse:
        """Decide on an appeal; a remit reopens one stage, a reversal takes a ranking."""
        outcome = await decided(parts, application)
        round_id, organization = outcome.decided.round, outcome.decided.organization
        command = await _decision(parts, outcome, body, arrival)
        guards = (outcome.approval_guard, outcome.standing_guard)
        return await carry_out(parts, arrival, round_id, command, organization, guards)

    _reading(routes)
    return routes


async def _decision(parts: Parts, outcome: Outcome, body: AppealDecisionBody, arrival: Arrival) -> DecideAppeal:
    ended, round_id = outcome.decided, outcome.decided.round
    decisions = (await plan_of(parts, round_id, arrival)).parameters.decisions
    rejected = isinstance(ended, ApplicationRejected)
    return DecideAppeal(
        ended.application,
        body.outcome,
        body.stage,
        body.reason,
        arrival.actor,
        arrival.at,
        rejected_at=ended.stage if isinstance(ended, ApplicationRejected) else None,
        rejected_by=outcome.by if decisions.appeals_by_another else None,
        displaced_by=await _displaced_by(parts, ended) if decisions.promoters_aside else frozenset(),
        since=outcome.at if rejected else None,
        can_join=ended.application in await parts.facts.can_join(round_id),
        only_ranked=decisions.reversals_ranked,
        revoked=outcome.revoked,
    )


async def _displaced_by(parts: Parts, ended: OrganizationApproved | ApplicationRejected) -> frozenset[str]:
    decision, _ = await decision_of(parts.store, ended.round)
    return decision.displacers(ended.application) if isinstance(decision, Approved) else frozenset()


def _reading(routes: APIRouter) -> None:
    @routes.get("/appeals")
    async def many(reads: AtLeast, actor: CurrentActor, asked: AskingAppeals) -> list[dict[str, Any]]:
        """The appeals that the actor may see."""
        where = {**seen_by(actor), "round": asked.round_id, "state": asked.state, "outcome": asked.outcome}
        return await listed(reads, APPEALS, where, asked)

    @routes.get("/appeals/{application}")
    async def one(application: IdText, reads: AtLeast, actor: CurrentActor) -> dict[str, Any]:
        """One appeal, as its applicant and the office see it."""
        doc = await reads.get(APPEALS, application)
        if doc is None:
            raise AppealNotFiled(application)
        may_read(actor, str(doc["organization"]))
        return dict(doc)
