"""The experts' door: a conflict answer before access, one's own scores only until scoring closes (C5.4)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.district_review import DISTRICT_DECIDER, Recommended
from services.review.domain.expert import EXPERT_DECIDER, Enrolled, Stranger
from services.review.domain.panel import (
    PANEL_DECIDER,
    Closed,
    Constituted,
    PanelNotConstituted,
    Ranked,
    panel_id,
)
from services.review.domain.scoring import AssignReview, DeclareConflict, ScoreApplication, Subject
from services.review.entrypoints.bodies import AssignmentBody, ConflictBody, ScoreBody
from services.review.usecases.handle import ScoringCommand, handle
from services.review.usecases.ports import Facts
from services.review.usecases.project import WORKLIST
from services.review.usecases.streams import district_stream, expert_stream, panel_stream
from shared.contracts.application import RoundPlanned
from shared.contracts.envelope import Recorded
from shared.contracts.review import ItemScore
from shared.contracts.vocabulary import COMPREHENSIVE
from shared.eventstore.port import EventStore
from shared.kernel.actor import Role
from shared.kernel.instants import plus_seconds
from shared.kernel.refusal import Unknown, require
from shared.web.authentication import CurrentActor
from shared.web.command import Arrival, Arriving
from shared.web.models import IdText, Receipt
from shared.web.reads import After, AtLeast, Limit

DAY_SECONDS = 86_400


class ApplicationNotRecommended(Unknown):
    """Experts see what districts recommended."""

    title = "The application is not recommended to the experts"
    clause = "C5.4"
    field = "application"


class ExpertUnknown(Unknown):
    """Not in the pool."""

    title = "There is no such expert"
    field = "expert"


def router(store: EventStore, facts: Facts) -> APIRouter:
    """Conflict answers, assignments, scores, and an expert's worklist."""
    routes = APIRouter(tags=["scoring"])

    async def carry_out(arrival: Arrival, command: ScoringCommand) -> JSONResponse:
        context = replace(arrival.context, round=command.subject.round)
        key = command.subject.organization
        return await arrival.answer(lambda again: handle(store, command, context, again, key=key))

    @routes.post("/scorings/{application}/conflict", response_model=Receipt)
    async def declare(application: IdText, body: ConflictBody, arrival: Arriving) -> JSONResponse:
        """Answer whether there is a conflict of interest."""
        subject = await _subject(store, application)
        command = DeclareConflict(subject, body.answer, body.detail, arrival.actor, arrival.at)
        return await carry_out(arrival, command)

    @routes.post("/scorings/{application}/assignments", response_model=Receipt)
    async def assign(application: IdText, body: AssignmentBody, arrival: Arriving) -> JSONResponse:
        """Assign an application to an expert of its panel."""
        subject = await _subject(store, application)
        plan = await _plan(facts, subject.round)
        due = plus_seconds(arrival.at, plan.parameters.panels.scoring_days.value * DAY_SECONDS)
        employer = await _employer(store, body.expert)
        command = AssignReview(subject, body.expert, employer, due, arrival.actor, arrival.at)
        return await carry_out(arrival, command)

    @routes.post("/scorings/{application}/scores", response_model=Receipt)
    async def score(application: IdText, body: ScoreBody, arrival: Arriving) -> JSONResponse:
        """Score an assigned application."""
        subject = await _subject(store, application)
        plan = await _plan(facts, subject.round)
        items = tuple(ItemScore(**item.model_dump()) for item in body.items)
        rubric, rubric_hash = plan.parameters.rubric, plan.rubric_hash
        command = ScoreApplication(subject, body.version, rubric, rubric_hash, items, arrival.actor, arrival.at)
        return await carry_out(arrival, command)

    @routes.get("/worklist")
    async def worklist(
        reads: AtLeast, actor: CurrentActor, after: After = "", limit: Limit = 100
    ) -> list[dict[str, Any]]:
        """What is assigned to the expert; the discipline auditor sees everybody's."""
        require(actor, Role.EXPERT, Role.DISCIPLINE_AUDITOR)
        whose = {"expert": actor.id} if actor.role is Role.EXPERT else None
        return [dict(doc) for doc in await reads.find(WORKLIST, whose, after=after, limit=limit)]

    return routes


async def _subject(store: EventStore, application: str) -> Subject:
    match DISTRICT_DECIDER.fold(_events(await store.load(district_stream(application, "").name))):
        case Recommended(opening):
            panel = panel_id(opening.round, opening.category or COMPREHENSIVE)
        case _:
            raise ApplicationNotRecommended
    match PANEL_DECIDER.fold(_events(await store.load(panel_stream(panel, opening.round).name))):
        case Constituted(constitution) | Closed(constitution) | Ranked(constitution) as state:
            return Subject(
                application=application,
                organization=opening.organization,
                uscc=opening.uscc,
                round=opening.round,
                version=opening.version,
                panel=panel,
                members=constitution.experts,
                closed=not isinstance(state, Constituted),
            )
        case _:
            raise PanelNotConstituted


async def _employer(store: EventStore, expert: str) -> str:
    match EXPERT_DECIDER.fold(_events(await store.load(expert_stream(expert).name))):
        case Enrolled(enrolment):
            return enrolment.employer_uscc
        case Stranger():
            raise ExpertUnknown(expert)


async def _plan(facts: Facts, round_id: str) -> RoundPlanned:
    plan = await facts.round(round_id)
    if plan is None:
        raise ApplicationNotRecommended
    return plan


def _events(recorded: Sequence[Recorded]) -> Any:
    return [one.event for one in recorded]
