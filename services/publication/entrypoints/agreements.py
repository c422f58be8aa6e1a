"""The cooperation agreement: offered by the office, signed by the legal representative (C5.4)."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.publication.domain.agreement import AgreementNotOffered, OfferAgreement, SignAgreement
from services.publication.entrypoints.bodies import OfferBody, TermsBody
from services.publication.entrypoints.lists import AskingAgreements, listed
from services.publication.entrypoints.parts import Parts, carry_out, decided, plan_of
from services.publication.entrypoints.rights import seen_by
from services.publication.usecases.agreements import last_offer, terms_to_offer
from services.publication.usecases.outcomes import Outcome
from services.publication.usecases.project import AGREEMENTS
from shared.contracts.publication import AgreementOffered, OrganizationApproved
from shared.contracts.round import RoundParameters
from shared.contracts.suspensions import Suspension
from shared.kernel.actor import Role
from shared.kernel.instants import Instant, plus_days
from shared.web.authentication import CurrentActor
from shared.web.command import Arrival, Arriving
from shared.web.models import IdText, Receipt
from shared.web.reads import AtLeast

NO_TERMS = "0" * 64
"""Stands for the terms of an offer that is refused."""


def router(parts: Parts) -> APIRouter:
    """Offering, signing and reading agreements."""
    routes = APIRouter(tags=["agreements"])

    @routes.post("/agreements/{application}/offer", response_model=Receipt)
    async def offer(application: IdText, body: OfferBody, arrival: Arriving, _reads: AtLeast) -> JSONResponse:
        """Offer the agreement, and once more when it ran out unsigned."""
        outcome = await decided(parts, application)
        command = await _offer(parts, outcome, body, arrival)
        guards = (outcome.approval_guard,)
        return await carry_out(parts, arrival, command.round, command, command.organization, guards)

    @routes.post("/agreements/{application}/signature", response_model=Receipt)
    async def sign(application: IdText, body: TermsBody, arrival: Arriving, _reads: AtLeast) -> JSONResponse:
        """Sign the offered agreement."""
        recorded = await last_offer(parts.store, application)
        if recorded is None or not isinstance(offered := recorded.event, AgreementOffered):
            raise AgreementNotOffered
        outcome = await decided(parts, application)
        command = SignAgreement(
            application,
            body.terms_sha256,
            Instant(recorded.envelope.time),
            await _suspensions(parts, offered, arrival),
            arrival.actor,
            arrival.at,
            approved=outcome.in_force,
            barred=offered.organization in await parts.facts.barred(),
        )
        guards = (outcome.approval_guard,)
        return await carry_out(parts, arrival, offered.round, command, offered.organization, guards)

    _reading(routes)
    return routes


def _reading(routes: APIRouter) -> None:
    @routes.get("/agreements")
    async def many(reads: AtLeast, actor: CurrentActor, asked: AskingAgreements) -> list[dict[str, Any]]:
        """The agreements that the actor may see."""
        where = {**seen_by(actor), "round": asked.round_id, "state": asked.state}
        return await listed(reads, AGREEMENTS, where, asked)


async def _suspensions(parts: Parts, offered: AgreementOffered, arrival: Arrival) -> tuple[Suspension, ...]:
    """In which no time of the offer runs, where the round says so."""
    parameters = (await plan_of(parts, offered.round, arrival)).parameters
    return await parts.facts.suspensions(offered.organization) if parameters.corrections.suspension_stops else ()


async def _offer(parts: Parts, outcome: Outcome, body: OfferBody, arrival: Arrival) -> OfferAgreement:
    round_id, organization = outcome.decided.round, outcome.decided.organization
    parameters = (await plan_of(parts, round_id, arrival)).parameters
    due = plus_days(arrival.at, parameters.calendar.agreement_due_days.value)
    terms = body.terms_sha256 or await _terms(parts, outcome, parameters, due, arrival)
    return OfferAgreement(
        application=outcome.decided.application,
        organization=organization,
        round=round_id,
        approved=outcome.in_force,
        terms_sha256=terms,
        due=due,
        by=arrival.actor,
        at=arrival.at,
        own_text=body.terms_sha256 is None,
        anew=outcome.anew,
        barred=organization in await parts.facts.barred(),
        offers_max=parameters.decisions.offers.value,
    )


async def _terms(parts: Parts, outcome: Outcome, parameters: RoundParameters, due: Instant, arrival: Arrival) -> str:
    """The hash of the agreement's own text, which is made for an officer and an approved organization alone."""
    approval = outcome.decided
    if arrival.actor.role is not Role.CITY_OFFICER or not isinstance(approval, OrganizationApproved):
        return NO_TERMS
    return await terms_to_offer(parts.archive, approval, parameters, due, arrival.at, anew=outcome.anew)
