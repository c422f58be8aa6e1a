"""The district's door: checks, waivers, returns, recommendations and declines (C5.3)."""

from collections.abc import Sequence
from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.checks import CheckCompliance, RecordJudgement, compliance_required
from services.review.domain.conflicts import listed_only
from services.review.domain.district_states import ReviewNotOpened
from services.review.domain.recommendation import DeclineApplication, RecommendApplication
from services.review.domain.returns import ReturnForCorrection, correcting, reached, remitted_until, time_for
from services.review.domain.waivers import DecideWaiver, ProposeWaiver, Waivable, grounds_to_judge, waivable_of
from services.review.entrypoints.bodies import (
    ComplianceBody,
    DeclineBody,
    JudgementBody,
    RecommendationBody,
    ReturnBody,
    WaiverBody,
    WaiverProposalBody,
)
from services.review.usecases.handle import DistrictCommand, handle
from services.review.usecases.ports import Facts
from services.review.usecases.streams import batch_stream, district_stream
from services.review.usecases.subjects import plan_of
from shared.contracts.correction import ItemToCorrect
from shared.contracts.envelope import Recorded
from shared.contracts.review import (
    BatchReopened,
    ComplianceItem,
    DistrictReviewOpened,
    DistrictReviewReturned,
)
from shared.contracts.round import RoundParameters
from shared.contracts.vocabulary import Outcome
from shared.eventstore.port import EventStore
from shared.eventstore.projector import Projector
from shared.kernel.instants import Instant, instant
from shared.web.command import Arrival, Arriving
from shared.web.models import IdText, Receipt
from shared.web.reads import AtLeast, on_everything


def router(store: EventStore, facts: Facts) -> APIRouter:
    """What a clerk checks and sends back."""
    routes = APIRouter(tags=["district reviews"])

    @routes.post("/reviews/{application}/compliance", response_model=Receipt)
    async def check(application: IdText, body: ComplianceBody, arrival: Arriving) -> JSONResponse:
        """Record what was checked of the paper materials."""
        items = tuple(ComplianceItem(**item.model_dump()) for item in body.items)
        command = CheckCompliance(application, body.version, items, arrival.actor, arrival.at)
        return await carry_out(store, facts, arrival, await opened(store, application), command)

    @routes.post("/reviews/{application}/judgements", response_model=Receipt)
    async def judge(application: IdText, body: JudgementBody, arrival: Arriving) -> JSONResponse:
        """Record the district's judgement on a rule, or on the ground of a waiver."""
        opening = await opened(store, application)
        grounds = grounds_to_judge(await _waivable(facts, opening, arrival.at))
        outcome = Outcome(body.outcome)
        command = RecordJudgement(application, body.rule, outcome, body.rationale, arrival.actor, arrival.at, grounds)
        return await carry_out(store, facts, arrival, opening, command)

    @routes.post("/reviews/{application}/waiver-proposals", response_model=Receipt)
    async def propose(application: IdText, body: WaiverProposalBody, arrival: Arriving) -> JSONResponse:
        """Propose to waive a failed rule; a clerk's part."""
        opening = await opened(store, application)
        waivable = await _waivable(facts, opening, arrival.at)
        command = ProposeWaiver(application, body.rule, body.ground, waivable, arrival.actor, arrival.at)
        return await carry_out(store, facts, arrival, opening, command)

    @routes.post("/reviews/{application}/waivers", response_model=Receipt)
    async def waive(application: IdText, body: WaiverBody, arrival: Arriving) -> JSONResponse:
        """Grant or refuse a proposed waiver; a leader's part."""
        command = DecideWaiver(application, body.rule, body.outcome, body.reason, arrival.actor, arrival.at)
        return await carry_out(store, facts, arrival, await opened(store, application), command)

    @routes.post("/reviews/{application}/return", response_model=Receipt)
    async def send_back(application: IdText, body: ReturnBody, arrival: Arriving) -> JSONResponse:
        """Send a version back to be corrected."""
        opening = await opened(store, application)
        terms = correcting(await _parameters(facts, opening, arrival.at))
        items = tuple(ItemToCorrect(**item.model_dump()) for item in body.items)
        due = instant(body.due) if body.due else None
        command = ReturnForCorrection(application, body.version, items, due, terms, arrival.actor, arrival.at)
        asked = replace(command, revisable=await _revisable(store, facts, opening, arrival.at))
        return await carry_out(store, facts, arrival, opening, asked)

    @routes.post("/reviews/{application}/decline", response_model=Receipt)
    async def decline(application: IdText, body: DeclineBody, arrival: Arriving) -> JSONResponse:
        """Decline an application."""
        reasons = tuple(body.reasons)
        command = DeclineApplication(application, body.version, reasons, arrival.actor, arrival.at)
        opening = await opened(store, application)
        asked = replace(command, revisable=await _revisable(store, facts, opening, arrival.at))
        return await carry_out(store, facts, arrival, opening, asked)

    return routes


def recommending(store: EventStore, facts: Facts, projector: Projector) -> APIRouter:
    """The recommendation, whose order is of the whole district."""
    routes = APIRouter(tags=["district reviews"])

    @routes.post("/reviews/{application}/recommendation", response_model=Receipt)
    async def recommend(
        application: IdText, body: RecommendationBody, arrival: Arriving, _reads: AtLeast
    ) -> JSONResponse:
        """Recommend an application to the experts."""
        opening, recorded = await story(store, application)
        parameters = await _parameters(facts, opening, arrival.at)
        deadline = time_for(
            parameters, _arrived(recorded), _sent_back(recorded), remitted_until(one.event for one in recorded)
        )
        revisable = await _revisable(store, facts, opening, arrival.at)

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
                compliance_required=compliance_required(parameters),
                revisable=revisable,
            )
            return await carry_out(store, facts, arrival, opening, command, log_at)

        return await on_everything(store, projector, work)

    return routes


async def carry_out(
    store: EventStore,
    facts: Facts,
    arrival: Arrival,
    opening: DistrictReviewOpened,
    command: DistrictCommand,
    log_at: int | None = None,
) -> JSONResponse:
    """Do what is asked of one review, and answer the receipt."""
    context, key = replace(arrival.context, round=opening.round), opening.organization
    asked = replace(command, final=await facts.final(opening.application))
    return await arrival.answer(lambda again: handle(store, asked, context, again, key=key, log_at=log_at))


async def opened(store: EventStore, application: str) -> DistrictReviewOpened:
    """How the version under review reached its district; raise `ReviewNotOpened` when none did."""
    opening, _ = await story(store, application)
    return opening


async def story(store: EventStore, application: str) -> tuple[DistrictReviewOpened, list[Recorded]]:
    """The opening of the version under review, and everything that was recorded; see `opened`."""
    recorded = list(await store.load(district_stream(application, "").name))
    openings = [one.event for one in recorded if isinstance(one.event, DistrictReviewOpened)]
    if not openings:
        raise ReviewNotOpened
    return openings[-1], recorded


def _arrived(recorded: Sequence[Recorded]) -> Instant:
    """When the application reached its district, see `reached`."""
    return reached((Instant(one.envelope.time), one.event) for one in recorded)


def _sent_back(recorded: Sequence[Recorded]) -> list[tuple[Instant, Instant]]:
    """When the district returned the application, and until when."""
    return [
        (Instant(one.envelope.time), Instant(one.event.due))
        for one in recorded
        if isinstance(one.event, DistrictReviewReturned)
    ]


async def _revisable(store: EventStore, facts: Facts, opening: DistrictReviewOpened, at: Instant) -> bool:
    """Whether the district may change what it recommended, as long as its list is open; see `may_revise`."""
    if listed_only(await _parameters(facts, opening, at)):
        return True
    batch = await store.load(batch_stream(opening.round, opening.district).name)
    return any(isinstance(one.event, BatchReopened) for one in batch)


async def _parameters(facts: Facts, opening: DistrictReviewOpened, at: Instant) -> RoundParameters:
    return (await plan_of(facts, opening.round, at)).parameters


async def _waivable(facts: Facts, opening: DistrictReviewOpened, at: Instant) -> Waivable:
    evaluation = await facts.evaluation(opening.application, opening.version)
    return waivable_of(await _parameters(facts, opening, at), evaluation)
