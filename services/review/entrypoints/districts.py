"""The district's door (C5.3)."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.district_review import (
    DeclineApplication,
    RecommendApplication,
    RecordJudgement,
    ReviewNotOpened,
)
from services.review.entrypoints.bodies import DeclineBody, JudgementBody, RecommendationBody
from services.review.usecases.handle import DistrictCommand, handle
from services.review.usecases.ports import Facts
from services.review.usecases.project import REVIEWS
from services.review.usecases.streams import district_stream
from shared.contracts.review import DistrictReviewOpened
from shared.contracts.vocabulary import Outcome
from shared.eventstore.origin import origin
from shared.eventstore.port import EventStore
from shared.eventstore.projector import Projector
from shared.kernel.actor import Role
from shared.kernel.instants import Instant, LocalDate, end_of_day
from shared.kernel.refusal import require
from shared.web.authentication import CurrentActor
from shared.web.command import Arrival, Arriving
from shared.web.models import IdText, Receipt, Token
from shared.web.reads import After, AtLeast, Limit, on_everything

DISTRICT = (Role.DISTRICT_CLERK, Role.DISTRICT_LEADER, Role.RECEIPT_CLERK)
CITY = (Role.CITY_OFFICER, Role.CITY_LEADER, Role.PANEL_SECRETARY, Role.DISCIPLINE_AUDITOR)


def router(store: EventStore, facts: Facts, projector: Projector) -> APIRouter:
    """Judgements, recommendations and declines, and the district's inbox."""
    routes = APIRouter(tags=["district reviews"])

    async def carry_out(
        arrival: Arrival, opening: DistrictReviewOpened, command: DistrictCommand, log_at: int | None = None
    ) -> JSONResponse:
        context, key = replace(arrival.context, round=opening.round), opening.organization
        return await arrival.answer(lambda again: handle(store, command, context, again, key=key, log_at=log_at))

    @routes.post("/reviews/{application}/judgements", response_model=Receipt)
    async def judge(application: IdText, body: JudgementBody, arrival: Arriving) -> JSONResponse:
        """Record the district's judgement on a rule."""
        opening = await opened(store, application)
        outcome = Outcome(body.outcome)
        command = RecordJudgement(application, body.rule, outcome, body.rationale, arrival.actor, arrival.at)
        return await carry_out(arrival, opening, command)

    @routes.post("/reviews/{application}/recommendation", response_model=Receipt)
    async def recommend(
        application: IdText, body: RecommendationBody, arrival: Arriving, _reads: AtLeast
    ) -> JSONResponse:
        """Recommend an application to the experts."""
        opening = await opened(store, application)
        deadline = await _deadline(facts, opening.round)

        async def work(log_at: int) -> JSONResponse:
            command = RecommendApplication(
                application=application,
                version=body.version,
                opinion=body.opinion,
                order=body.order,
                orders_taken=await facts.orders_taken(opening.round, opening.district, application),
                deadline=deadline,
                by=arrival.actor,
                at=arrival.at,
            )
            return await carry_out(arrival, opening, command, log_at)

        return await on_everything(store, projector, work)

    @routes.post("/reviews/{application}/decline", response_model=Receipt)
    async def decline(application: IdText, body: DeclineBody, arrival: Arriving) -> JSONResponse:
        """Decline an application."""
        opening = await opened(store, application)
        reasons = tuple(body.reasons)
        command = DeclineApplication(application, body.version, reasons, arrival.actor, arrival.at)
        return await carry_out(arrival, opening, command)

    @routes.get("/reviews")
    async def many(
        reads: AtLeast, actor: CurrentActor, state: Token = "OPEN", after: After = "", limit: Limit = 100
    ) -> list[dict[str, Any]]:
        """The district reviews in one state."""
        where: dict[str, str | int | bool] = {"state": state}
        if actor.role in DISTRICT:
            where["district"] = actor.district or ""
        else:
            require(actor, *CITY)
        return [dict(doc) for doc in await reads.find(REVIEWS, where, after=after, limit=limit)]

    return routes


async def opened(store: EventStore, application: str) -> DistrictReviewOpened:
    """How the application reached its district; raise `ReviewNotOpened` when it did not."""
    opening = await origin(store, district_stream(application, "").name, DistrictReviewOpened)
    if opening is None:
        raise ReviewNotOpened
    return opening


async def _deadline(facts: Facts, round_id: str) -> Instant:
    plan = await facts.round(round_id)
    if plan is None:
        raise ReviewNotOpened
    return end_of_day(LocalDate(plan.parameters.calendar.district_deadline.value))
