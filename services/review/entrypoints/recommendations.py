"""What a district makes of a version: it sends it back, declines it, or recommends it in an order (C5.3)."""

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.compliance import checklist, compliance_required
from services.review.domain.conflicts import listed_only
from services.review.domain.recommendation import DeclineApplication, RecommendApplication
from services.review.domain.returns import ReturnForCorrection, correcting, reached, remitted_until, time_for
from services.review.domain.waivers import grounds_asked
from services.review.entrypoints.bodies import DeclineBody, RecommendationBody, ReturnBody
from services.review.entrypoints.parts import Parts, of_the_review, opened, parameters_of, story
from services.review.entrypoints.waivers import waivable_in
from services.review.usecases.streams import batch_stream
from shared.contracts.correction import ItemToCorrect
from shared.contracts.envelope import Recorded
from shared.contracts.review import BatchReopened, DistrictReviewOpened, DistrictReviewReturned
from shared.contracts.round import RoundParameters
from shared.kernel.instants import Instant, instant
from shared.web.command import Arriving
from shared.web.models import IdText, Receipt
from shared.web.reads import AtLeast, on_everything


def router(parts: Parts) -> APIRouter:
    """What takes a version from the district's desk without the experts."""
    routes = APIRouter(tags=["district reviews"])

    @routes.post("/reviews/{application}/return", response_model=Receipt)
    async def send_back(application: IdText, body: ReturnBody, arrival: Arriving) -> JSONResponse:
        """Send a version back to be corrected."""
        opening = await opened(parts, application)
        terms = correcting(await parameters_of(parts, opening, arrival.at))
        items = tuple(ItemToCorrect(**item.model_dump()) for item in body.items)
        due = instant(body.due) if body.due else None
        command = ReturnForCorrection(
            application,
            body.version,
            items,
            due,
            terms,
            arrival.actor,
            arrival.at,
            final=await parts.facts.final(application),
            sealed=True,
            revisable=await _revisable(parts, opening, arrival.at),
        )
        return await of_the_review(parts, arrival, opening, command)

    _declining(routes, parts)
    return routes


def _declining(routes: APIRouter, parts: Parts) -> None:
    @routes.post("/reviews/{application}/decline", response_model=Receipt)
    async def decline(application: IdText, body: DeclineBody, arrival: Arriving) -> JSONResponse:
        """Decline an application."""
        reasons = tuple(body.reasons)
        opening = await opened(parts, application)
        command = DeclineApplication(
            application,
            body.version,
            reasons,
            arrival.actor,
            arrival.at,
            final=await parts.facts.final(application),
            sealed=True,
            revisable=await _revisable(parts, opening, arrival.at),
        )
        return await of_the_review(parts, arrival, opening, command)


def ordering(parts: Parts) -> APIRouter:
    """The recommendation, whose order is of the whole district."""
    routes = APIRouter(tags=["district reviews"])

    @routes.post("/reviews/{application}/recommendation", response_model=Receipt)
    async def recommend(
        application: IdText, body: RecommendationBody, arrival: Arriving, _reads: AtLeast
    ) -> JSONResponse:
        """Recommend an application to the experts."""
        opening, recorded = await story(parts, application)
        parameters = await parameters_of(parts, opening, arrival.at)
        deadline, revisable = _deadline(parameters, recorded), await _revisable(parts, opening, arrival.at)
        listed = checklist(parameters, await parts.facts.brought(application))
        grounds = grounds_asked(parameters, await waivable_in(parts, opening, arrival.at))

        async def work(log_at: int) -> JSONResponse:
            command = RecommendApplication(
                application=application,
                version=body.version,
                opinion=body.opinion,
                order=body.order,
                orders_taken=await parts.facts.orders_taken(opening.round, opening.district, application),
                deadline=deadline,
                by=arrival.actor,
                at=arrival.at,
                compliance_required=compliance_required(parameters),
                listed=listed,
                revisable=revisable,
                grounds=grounds,
                final=await parts.facts.final(application),
                sealed=True,
            )
            return await of_the_review(parts, arrival, opening, command, log_at)

        return await on_everything(parts.store, parts.projector, work)

    return routes


def _deadline(parameters: RoundParameters, recorded: Sequence[Recorded]) -> Instant:
    """The first instant that is too late for this review, by when it arrived, was returned and was remitted."""
    returned = [(one.envelope.time, one.event) for one in recorded if isinstance(one.event, DistrictReviewReturned)]
    return time_for(
        parameters,
        reached((Instant(one.envelope.time), one.event) for one in recorded),
        [(Instant(at), Instant(event.due)) for at, event in returned],
        remitted_until(one.event for one in recorded),
    )


async def _revisable(parts: Parts, opening: DistrictReviewOpened, at: Instant) -> bool:
    """Whether the district may change what it recommended, as long as its list is open; see `may_revise`."""
    if listed_only(await parameters_of(parts, opening, at)):
        return True
    batch = await parts.store.load(batch_stream(opening.round, opening.district).name)
    return any(isinstance(one.event, BatchReopened) for one in batch)
