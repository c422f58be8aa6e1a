"""What review's routes stand on, and what those of one review, panel or scoring have in common."""

from dataclasses import dataclass, replace

from fastapi.responses import JSONResponse

from services.review.domain.conflicts import posts_followed
from services.review.domain.district_states import ReviewNotOpened
from services.review.usecases.documents import Archive
from services.review.usecases.handle import DistrictCommand, PanelCommand, ScoringCommand, handle
from services.review.usecases.ports import Facts
from services.review.usecases.streams import district_stream, panel_stream
from services.review.usecases.subjects import Scored, constituted, employer_of, panel_plan_of, plan_of
from shared.contracts.envelope import Recorded
from shared.contracts.review import DistrictReviewOpened, PanelConstituted
from shared.contracts.round import Panels, RoundParameters
from shared.documents.cabinet import Cabinet
from shared.eventstore.port import EventStore
from shared.eventstore.projector import Projector
from shared.kernel.instants import Instant
from shared.web.command import Arrival


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes stand on."""

    store: EventStore
    facts: Facts
    projector: Projector
    cabinet: Cabinet

    @property
    def archive(self) -> Archive:
        """What its documents stand on."""
        return Archive(self.store, self.facts, self.cabinet)


async def of_the_review(
    parts: Parts, arrival: Arrival, opening: DistrictReviewOpened, command: DistrictCommand, log_at: int | None = None
) -> JSONResponse:
    """Do what is asked of one review, and answer the receipt."""
    context, key = replace(arrival.context, round=opening.round), opening.organization
    return await arrival.answer(lambda again: handle(parts.store, command, context, again, key=key, log_at=log_at))


async def opened(parts: Parts, application: str) -> DistrictReviewOpened:
    """How the version under review reached its district; raise `ReviewNotOpened` when none did."""
    opening, _ = await story(parts, application)
    return opening


async def story(parts: Parts, application: str) -> tuple[DistrictReviewOpened, list[Recorded]]:
    """The opening of the version under review, and everything that was recorded; see `opened`."""
    recorded = list(await parts.store.load(district_stream(application, "").name))
    openings = [one.event for one in recorded if isinstance(one.event, DistrictReviewOpened)]
    if not openings:
        raise ReviewNotOpened
    return openings[-1], recorded


async def parameters_of(parts: Parts, opening: DistrictReviewOpened, at: Instant) -> RoundParameters:
    """What the review's round says at an instant; raise `RoundUnknown` without a round."""
    return (await plan_of(parts.facts, opening.round, at)).parameters


async def of_the_panel(
    parts: Parts, arrival: Arrival, round_id: str, command: PanelCommand, log_at: int | None = None, **made: str
) -> JSONResponse:
    """Do what is asked of one panel, and answer the receipt with what was `made`."""
    context = replace(arrival.context, round=round_id)
    return await arrival.answer(
        lambda again: handle(parts.store, command, context, again, key=round_id, log_at=log_at), **made
    )


async def panel_of(parts: Parts, panel: str) -> tuple[PanelConstituted, Panels]:
    """How the panel was drawn, and the terms in force then, under which it ranks."""
    constitution, since = constituted(await parts.store.load(panel_stream(panel, "").name))
    return constitution, (await panel_plan_of(parts.facts, constitution.round, since)).parameters.panels


async def employer_followed(parts: Parts, of: Scored, expert: str) -> str:
    """Where the pool knows an expert to work now, if the round follows that; else empty."""
    return await employer_of(parts.store, expert) if posts_followed(of.plan.parameters.panels) else ""


async def of_the_experts(parts: Parts, arrival: Arrival, command: ScoringCommand) -> JSONResponse:
    """Do what is asked of the scores or the seats of one application, and answer the receipt."""
    context = replace(arrival.context, round=command.subject.round)
    key = command.subject.organization
    return await arrival.answer(lambda again: handle(parts.store, command, context, again, key=key))
