"""The panel secretary's door (C5.4)."""

from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.expert import EnrolExpert
from services.review.domain.panel import CloseScoring, ComputeRanking, ConstitutePanel, groups_of, panel_id
from services.review.domain.votes import RecordPanelDecision, ResolveTie, missing_scores_share, tie_share
from services.review.entrypoints.bodies import ExpertBody, PanelBody, PanelDecisionBody, TieBody
from services.review.usecases.entries import electorate_of, entries_of, entry_of, scored_after, settled
from services.review.usecases.handle import PanelCommand, handle
from services.review.usecases.panels_view import TASKS_MAX, WORKLIST
from services.review.usecases.ports import Facts
from services.review.usecases.streams import panel_stream
from services.review.usecases.subjects import constituted, plan_of
from shared.contracts.review import PanelConstituted
from shared.contracts.round import Panels
from shared.eventstore.port import EventStore
from shared.eventstore.projector import Projector
from shared.kernel.actor import Role
from shared.web.command import Arrival, Arriving
from shared.web.models import IdText, Receipt
from shared.web.reads import AtLeast, on_everything

SEES_PANELS = (Role.PANEL_SECRETARY, Role.CITY_OFFICER, Role.CITY_LEADER, Role.DISCIPLINE_AUDITOR)


def pool_router(store: EventStore) -> APIRouter:
    """The pool from which panels are drawn."""
    routes = APIRouter(tags=["panels"])

    @routes.post("/experts", status_code=201, response_model=Receipt)
    async def enrol(body: ExpertBody, arrival: Arriving, reads: AtLeast) -> JSONResponse:
        """Take an expert into the pool, or learn of another employer or other specialties."""
        specialties = tuple(body.specialties)
        open_tasks = await reads.find(
            WORKLIST, {"expert": body.expert, "assigned": True, "scored": False}, limit=TASKS_MAX
        )
        command = EnrolExpert(
            body.expert,
            body.employer_uscc,
            specialties,
            arrival.actor,
            arrival.at,
            assigned=any("recused" not in task and "replaced_by" not in task for task in open_tasks),
        )
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
        parameters = (await plan_of(facts, body.round, arrival.at)).parameters
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
        constitution, _ = await panel_of(store, facts, panel)
        return await carry_out(arrival, constitution.round, CloseScoring(panel, arrival.actor, arrival.at))

    @routes.post("/panels/{panel}/ranking", response_model=Receipt)
    async def rank(panel: IdText, arrival: Arriving) -> JSONResponse:
        """Rank what the panel scored, and again when scores changed or were opened again."""
        constitution, terms = await panel_of(store, facts, panel)
        round_id, group = constitution.round, constitution.group

        async def work(log_at: int) -> JSONResponse:
            applications = await facts.recommended(round_id, group)
            command = ComputeRanking(
                panel=panel,
                entries=await entries_of(store, applications),
                terms=terms,
                by=arrival.actor,
                at=arrival.at,
                scored_after=await scored_after(store, facts, constitution),
                settled=await settled(store, facts, constitution, applications),
            )
            return await carry_out(arrival, round_id, command, log_at)

        return await on_everything(store, projector, work)

    return routes


def votes_router(store: EventStore, facts: Facts, projector: Projector) -> APIRouter:
    """What the panel votes on."""
    routes = APIRouter(tags=["panels"])

    async def carry_out(arrival: Arrival, round_id: str, command: PanelCommand, log_at: int) -> JSONResponse:
        context = replace(arrival.context, round=round_id)
        return await arrival.answer(lambda again: handle(store, command, context, again, key=round_id, log_at=log_at))

    @routes.post("/panels/{panel}/ties", response_model=Receipt)
    async def resolve(panel: IdText, body: TieBody, arrival: Arriving) -> JSONResponse:
        """Record the panel's vote on applications of one rank."""
        constitution, terms = await panel_of(store, facts, panel)
        order, voters, share = tuple(body.order), tuple(body.voters), tie_share(terms)

        async def work(log_at: int) -> JSONResponse:
            voting = await electorate_of(store, facts, order)
            command = ResolveTie(panel, body.tie_group, order, voters, voting, arrival.actor, arrival.at, share)
            return await carry_out(arrival, constitution.round, command, log_at)

        return await on_everything(store, projector, work)

    @routes.post("/panels/{panel}/decisions", response_model=Receipt)
    async def decide(panel: IdText, body: PanelDecisionBody, arrival: Arriving) -> JSONResponse:
        """Record how the panel ranks an application with too few scores."""
        constitution, terms = await panel_of(store, facts, panel)

        async def work(log_at: int) -> JSONResponse:
            command = RecordPanelDecision(
                panel=panel,
                entry=await entry_of(store, facts, constitution, body.application),
                minimum=terms.minimum_scores.value,
                decision=body.decision,
                reason=body.reason,
                voters=tuple(body.voters),
                electorate=await electorate_of(store, facts, [body.application]),
                by=arrival.actor,
                at=arrival.at,
                share=missing_scores_share(terms),
            )
            return await carry_out(arrival, constitution.round, command, log_at)

        return await on_everything(store, projector, work)

    return routes


async def panel_of(store: EventStore, facts: Facts, panel: str) -> tuple[PanelConstituted, Panels]:
    """How the panel was drawn, and the terms in force then, under which it ranks."""
    constitution, since = constituted(await store.load(panel_stream(panel, "").name))
    return constitution, (await plan_of(facts, constitution.round, since)).parameters.panels
