"""The seats of an application: the panel secretary assigns, replaces, and takes scores out of the count (C5.4)."""

from typing import assert_never

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.conflicts import AssignReview, listed_only
from services.review.domain.expert import EXPERT_DECIDER, Enrolled, Stranger
from services.review.domain.recusals import ReplaceExpert
from services.review.domain.scores import VoidScore
from services.review.entrypoints.bodies import AssignmentBody, ReplacementBody, VoidBody
from services.review.entrypoints.parts import Parts, of_the_experts
from services.review.usecases.streams import expert_stream
from services.review.usecases.subjects import events, scored
from shared.contracts.review import ExpertEnrolled
from shared.kernel.instants import plus_days
from shared.kernel.refusal import Unknown
from shared.web.command import Arriving
from shared.web.models import IdText, Receipt


class ExpertUnknown(Unknown):
    """Not in the pool."""

    title = "There is no such expert"
    field = "expert"


def router(parts: Parts) -> APIRouter:
    """What the secretary does with the seats of an application."""
    routes = APIRouter(tags=["scoring"])

    @routes.post("/scorings/{application}/assignments", response_model=Receipt)
    async def assign(application: IdText, body: AssignmentBody, arrival: Arriving) -> JSONResponse:
        """Assign an application to an expert of its panel."""
        of = await scored(parts.store, parts.facts, application)
        parameters, expert = of.plan.parameters, await _enrolled(parts, body.expert)
        command = AssignReview(
            subject=of.subject,
            expert=expert.expert,
            employer_uscc=expert.employer_uscc,
            due=plus_days(arrival.at, parameters.panels.scoring_days.value),
            by=arrival.actor,
            at=arrival.at,
            listed=not listed_only(parameters),
        )
        return await of_the_experts(parts, arrival, command)

    @routes.post("/scorings/{application}/replacements", response_model=Receipt)
    async def substitute(application: IdText, body: ReplacementBody, arrival: Arriving) -> JSONResponse:
        """Give a recused or absent expert's place to another of the pool."""
        of = await scored(parts.store, parts.facts, application)
        other = await _enrolled(parts, body.replacement)
        command = ReplaceExpert(of.subject, body.expert, other, of.group, body.reason, arrival.actor, arrival.at)
        return await of_the_experts(parts, arrival, command)

    @routes.post("/scorings/{application}/voids", response_model=Receipt)
    async def void(application: IdText, body: VoidBody, arrival: Arriving) -> JSONResponse:
        """Take a score out of the count, and say why."""
        subject = (await scored(parts.store, parts.facts, application)).subject
        command = VoidScore(subject, body.expert, body.reason, arrival.actor, arrival.at)
        return await of_the_experts(parts, arrival, command)

    return routes


async def _enrolled(parts: Parts, expert: str) -> ExpertEnrolled:
    state = EXPERT_DECIDER.fold(events(await parts.store.load(expert_stream(expert).name)))
    match state:
        case Enrolled(enrolment):
            return enrolment
        case Stranger():
            raise ExpertUnknown(expert)
        case _:
            assert_never(state)
