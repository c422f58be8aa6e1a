"""The clerk's desk: what of a version was checked on paper, and the rules that a person judges (C5.3)."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.checks import CheckCompliance, RecordJudgement
from services.review.domain.compliance import checklist
from services.review.domain.waivers import grounds_to_judge
from services.review.entrypoints.bodies import ComplianceBody, JudgementBody
from services.review.entrypoints.parts import Parts, of_the_review, opened, parameters_of
from services.review.entrypoints.waivers import waivable_in
from shared.contracts.review import ComplianceItem
from shared.contracts.vocabulary import Outcome
from shared.web.command import Arriving
from shared.web.models import IdText, Receipt


def router(parts: Parts) -> APIRouter:
    """Compliance checks and judgements."""
    routes = APIRouter(tags=["district reviews"])

    @routes.post("/reviews/{application}/compliance", response_model=Receipt)
    async def check(application: IdText, body: ComplianceBody, arrival: Arriving) -> JSONResponse:
        """Record what was checked of the paper materials."""
        opening = await opened(parts, application)
        items = tuple(ComplianceItem(**item.model_dump()) for item in body.items)
        parameters = await parameters_of(parts, opening, arrival.at)
        listed = checklist(parameters, await parts.facts.brought(application))
        final = await parts.facts.final(application)
        command = CheckCompliance(
            application,
            body.version,
            items,
            arrival.actor,
            arrival.at,
            listed,
            final=final,
        )
        return await of_the_review(parts, arrival, opening, command)

    _judging(routes, parts)
    return routes


def _judging(routes: APIRouter, parts: Parts) -> None:
    @routes.post("/reviews/{application}/judgements", response_model=Receipt)
    async def judge(application: IdText, body: JudgementBody, arrival: Arriving) -> JSONResponse:
        """Record the district's judgement on a rule, or on the ground of a waiver."""
        opening = await opened(parts, application)
        grounds = grounds_to_judge(await waivable_in(parts, opening, arrival.at))
        outcome = Outcome(body.outcome)
        final = await parts.facts.final(application)
        command = RecordJudgement(
            application,
            body.rule,
            outcome,
            body.rationale,
            arrival.actor,
            arrival.at,
            grounds,
            final=final,
        )
        return await of_the_review(parts, arrival, opening, command)
