"""The panel secretary's door (C5.4)."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.expert import EnrolExpert
from services.review.domain.panel import (
    CloseScoring,
    ComputeRanking,
    ConstitutePanel,
    PanelNotConstituted,
    groups_of,
    panel_id,
)
from services.review.domain.ranking import Entry
from services.review.domain.scoring import SCORING_DECIDER
from services.review.entrypoints.bodies import ExpertBody, PanelBody
from services.review.entrypoints.districts import opened
from services.review.usecases.handle import PanelCommand, handle
from services.review.usecases.ports import Facts
from services.review.usecases.project import PANELS
from services.review.usecases.streams import panel_stream, scoring_stream
from shared.contracts.application import RoundPlanned
from shared.contracts.review import PanelConstituted
from shared.eventstore.origin import origin
from shared.eventstore.port import EventStore
from shared.eventstore.projector import Projector
from shared.kernel.actor import Role
from shared.kernel.refusal import Unknown, require
from shared.web.authentication import CurrentActor
from shared.web.command import Arrival, Arriving
from shared.web.models import IdText, Receipt, Token
from shared.web.reads import After, AtLeast, Limit, on_everything

SEES_PANELS = (Role.PANEL_SECRETARY, Role.CITY_OFFICER, Role.CITY_LEADER, Role.DISCIPLINE_AUDITOR)


class RoundUnknown(Unknown):
    """Review has not heard of the round."""

    title = "There is no such round"
    field = "round"


def pool_router(store: EventStore) -> APIRouter:
    """The pool from which panels are drawn."""
    routes = APIRouter(tags=["panels"])

    @routes.post("/experts", status_code=201, response_model=Receipt)
    async def enrol(body: ExpertBody, arrival: Arriving) -> JSONResponse:
        """Take an expert into the pool."""
        specialties = tuple(body.specialties)
        command = EnrolExpert(body.expert, body.employer_uscc, specialties, arrival.actor, arrival.at)
        return await arrival.answer(lambda again: handle(store, command, arrival.context, again))

    return routes


def router(store: EventStore, facts: Facts, projector: Projector) -> APIRouter:
    """The draw, the closing and the ranking."""
    routes = APIRouter(tags=["panels"])

    async def carry_out(
        arrival: Arrival, round_id: str, command: PanelCommand, log_at: int | None = None, **made: str
    ) -> JSONResponse:
        context = replace(arrival.context, round=round_id)
        return await arrival.answer(
            lambda again: handle(store, command, context, again, key=round_id, log_at=log_at), **made
        )

    @routes.post("/panels", status_code=201, response_model=Receipt)
    async def constitute(body: PanelBody, arrival: Arriving, _reads: AtLeast) -> JSONResponse:
        """Draw a panel from the pool by its seed."""
        parameters = (await _plan(facts, body.round)).parameters
        groups, terms, by, at = groups_of(parameters), parameters.panels, arrival.actor, arrival.at

        async def work(log_at: int) -> JSONResponse:
            pool = await facts.experts()
            command = ConstitutePanel(body.round, body.group, groups, pool, terms, body.seed, by, at)
            made = panel_id(body.round, body.group)
            return await carry_out(arrival, body.round, command, log_at, panel=made)

        return await on_everything(store, projector, work)

    @routes.post("/panels/{panel}/closing", response_model=Receipt)
    async def close(panel: IdText, arrival: Arriving) -> JSONResponse:
        """Close the panel's scoring."""
        constitution = await _panel(store, panel)
        return await carry_out(arrival, constitution.round, CloseScoring(panel, arrival.actor, arrival.at))

    @routes.post("/panels/{panel}/ranking", response_model=Receipt)
    async def rank(panel: IdText, arrival: Arriving) -> JSONResponse:
        """Rank what the panel scored."""
        constitution = await _panel(store, panel)
        round_id, group = constitution.round, constitution.group
        terms = (await _plan(facts, round_id)).parameters.panels

        async def work(log_at: int) -> JSONResponse:
            applications = await facts.recommended(round_id, group)
            entries = tuple([await _entry(store, application) for application in applications])
            command = ComputeRanking(panel, entries, terms, arrival.actor, arrival.at)
            return await carry_out(arrival, round_id, command, log_at)

        return await on_everything(store, projector, work)

    @routes.get("/panels")
    async def many(
        reads: AtLeast, actor: CurrentActor, round_id: Token, after: After = "", limit: Limit = 100
    ) -> list[dict[str, Any]]:
        """The panels of a round."""
        require(actor, *SEES_PANELS)
        return [dict(doc) for doc in await reads.find(PANELS, {"round": round_id}, after=after, limit=limit)]

    return routes


async def _entry(store: EventStore, application: str) -> Entry:
    opening = await opened(store, application)
    recorded = await store.load(scoring_stream(application, opening.organization).name)
    scoring = SCORING_DECIDER.fold(one.event for one in recorded)  # type: ignore[misc]  # its own stream
    return Entry(application, opening.organization, opening.version, scoring.scores)


async def _panel(store: EventStore, panel: str) -> PanelConstituted:
    constitution = await origin(store, panel_stream(panel, "").name, PanelConstituted)
    if constitution is None:
        raise PanelNotConstituted
    return constitution


async def _plan(facts: Facts, round_id: str) -> RoundPlanned:
    plan = await facts.round(round_id)
    if plan is None:
        raise RoundUnknown(round_id)
    return plan
