"""The experts' door: a conflict answer before access, one's own scores only until scoring closes (C5.4)."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.review.domain.expert import EXPERT_DECIDER, Enrolled, Stranger
from services.review.domain.panel import PanelNotConstituted, panel_id
from services.review.domain.scoring import AssignReview, DeclareConflict, ScoreApplication, Subject
from services.review.entrypoints.bodies import AssignmentBody, ConflictBody, ScoreBody
from services.review.usecases.handle import ScoringCommand, handle
from services.review.usecases.ports import Facts
from services.review.usecases.project import PANELS, REVIEWS, WORKLIST
from services.review.usecases.streams import expert_stream
from shared.contracts.application import RoundPlanned
from shared.contracts.review import ItemScore
from shared.eventstore.documents import Reads
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
    async def declare(application: IdText, body: ConflictBody, arrival: Arriving, reads: AtLeast) -> JSONResponse:
        subject = await _subject(reads, application)
        command = DeclareConflict(subject, body.answer, body.detail, arrival.actor, arrival.at)
        return await carry_out(arrival, command)

    @routes.post("/scorings/{application}/assignments", response_model=Receipt)
    async def assign(application: IdText, body: AssignmentBody, arrival: Arriving, reads: AtLeast) -> JSONResponse:
        subject = await _subject(reads, application)
        plan = await _plan(facts, subject.round)
        due = plus_seconds(arrival.at, plan.parameters.panels.scoring_days.value * DAY_SECONDS)
        employer = await _employer(store, body.expert)
        command = AssignReview(subject, body.expert, employer, due, arrival.actor, arrival.at)
        return await carry_out(arrival, command)

    @routes.post("/scorings/{application}/scores", response_model=Receipt)
    async def score(application: IdText, body: ScoreBody, arrival: Arriving, reads: AtLeast) -> JSONResponse:
        subject = await _subject(reads, application)
        plan = await _plan(facts, subject.round)
        items = tuple(ItemScore(**item.model_dump()) for item in body.items)
        rubric, rubric_hash = plan.parameters.rubric, plan.rubric_hash
        command = ScoreApplication(subject, body.version, rubric, rubric_hash, items, arrival.actor, arrival.at)
        return await carry_out(arrival, command)

    @routes.get("/worklist")
    async def worklist(
        reads: AtLeast, actor: CurrentActor, after: After = "", limit: Limit = 100
    ) -> list[dict[str, Any]]:
        require(actor, Role.EXPERT)
        return [dict(doc) for doc in await reads.find(WORKLIST, {"expert": actor.id}, after=after, limit=limit)]

    return routes


async def _subject(reads: Reads, application: str) -> Subject:
    review = await reads.get(REVIEWS, application)
    if review is None or review["state"] != "RECOMMENDED":
        raise ApplicationNotRecommended
    panel = panel_id(str(review["round"]), str(review["group"]))
    doc = await reads.get(PANELS, panel)
    if doc is None:
        raise PanelNotConstituted
    members = doc["experts"]
    assert isinstance(members, list), "a panel's experts are a list"
    return Subject(
        application=application,
        organization=str(review["organization"]),
        uscc=str(review["uscc"]),
        round=str(review["round"]),
        version=int(str(review["version"])),
        panel=panel,
        members=tuple(str(member) for member in members),
        closed=doc["state"] != "SCORING",
    )


async def _employer(store: EventStore, expert: str) -> str:
    recorded = await store.load(expert_stream(expert).name)
    match EXPERT_DECIDER.fold(one.event for one in recorded):  # type: ignore[misc]  # its own stream
        case Enrolled(enrolment):
            return enrolment.employer_uscc
        case Stranger():
            raise ExpertUnknown(expert)


async def _plan(facts: Facts, round_id: str) -> RoundPlanned:
    plan = await facts.round(round_id)
    if plan is None:
        raise ApplicationNotRecommended
    return plan
