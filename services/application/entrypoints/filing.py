"""The applicant's door: an application begun, filled in, filed, and taken back (C4, C5.2)."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.application.domain.application import OrganizationNotCertified, StartApplication
from services.application.domain.submission import SubmitApplication
from services.application.domain.waivers import RequestWaiver
from services.application.domain.withdrawal import WithdrawApplication
from services.application.entrypoints.bodies import (
    StartBody,
    WaiverRequestBody,
    WithdrawalBody,
)
from services.application.entrypoints.files import files_of_request
from services.application.entrypoints.parts import Parts, started, terms
from services.application.usecases.handle import ApplicationCommand, handle
from shared.contracts.application import ApplicationStarted
from shared.kernel.ids import application_id
from shared.kernel.refusal import NotPermitted
from shared.web.command import Arrival, Arriving
from shared.web.models import IdText, Receipt


def filing(parts: Parts) -> APIRouter:
    """Every route of an applicant."""
    router = APIRouter(tags=["applications"])

    @router.post("/applications", status_code=201, response_model=Receipt)
    async def start(body: StartBody, arrival: Arriving) -> JSONResponse:
        """Start the organization's application to a round."""
        if arrival.actor.organization is None:
            raise NotPermitted(
                "the token names no organization: sign in again after registering one", field="organization"
            )
        applicant = await parts.facts.applicant(arrival.actor.organization, arrival.at)
        if applicant is None:
            raise OrganizationNotCertified
        application = application_id(body.round, applicant.organization)
        its = await terms(parts, body.round, arrival.at)
        command = StartApplication(
            application, applicant, its, body.kind, tuple(body.category), arrival.actor, arrival.at
        )
        context = replace(arrival.context, round=body.round, policy_hash=its.rule_set_hash)
        organization = applicant.organization
        return await arrival.answer(
            lambda key: handle(parts.store, command, context, key, organization=organization),
            application=application,
        )

    @router.post("/applications/{application}/submission", response_model=Receipt)
    async def submit(application: IdText, arrival: Arriving) -> JSONResponse:
        """Submit the application as it is saved, first or after a return."""
        its = await started(parts, application)
        in_force = await terms(parts, its.round, arrival.at)
        applicant = await parts.facts.applicant(its.organization, arrival.at)
        final = await parts.facts.final(application)
        noticed = await parts.facts.noticed(its.round)
        command = SubmitApplication(application, in_force, noticed, arrival.actor, arrival.at, applicant, final=final)
        return await _done(parts, its, command, arrival, in_force.rule_set_hash)

    _asking(router, parts)
    return router


def _asking(router: APIRouter, parts: Parts) -> None:
    @router.post("/applications/{application}/waiver-requests", response_model=Receipt)
    async def request_waiver(application: IdText, body: WaiverRequestBody, arrival: Arriving) -> JSONResponse:
        """Ask that failed rules be waived; the district decides."""
        its = await started(parts, application)
        in_force = await terms(parts, its.round, arrival.at)
        command = RequestWaiver(
            application,
            tuple(body.rules),
            body.ground,
            tuple(body.evidence),
            in_force,
            arrival.actor,
            arrival.at,
            await parts.facts.applicant(its.organization, arrival.at),
            final=await parts.facts.final(application),
        )
        files = await files_of_request(parts, its, command.evidence, arrival.at)
        return await _done(parts, its, command, arrival, keep=files.check)

    @router.post("/applications/{application}/withdrawal", response_model=Receipt)
    async def withdraw(application: IdText, body: WithdrawalBody, arrival: Arriving) -> JSONResponse:
        """Take the application back before it is decided on."""
        its = await started(parts, application)
        settled = await parts.facts.settled(application)
        command = WithdrawApplication(application, body.reason, settled, arrival.actor, arrival.at)
        return await _done(parts, its, command, arrival)


async def _done(
    parts: Parts,
    its: ApplicationStarted,
    command: ApplicationCommand,
    arrival: Arrival,
    policy_hash: str | None = None,
    keep: Callable[[], Awaitable[None]] | None = None,
) -> JSONResponse:
    context = replace(arrival.context, round=its.round, policy_hash=policy_hash)
    return await arrival.answer(
        lambda key: handle(parts.store, command, context, key, organization=its.organization, keep=keep)
    )
