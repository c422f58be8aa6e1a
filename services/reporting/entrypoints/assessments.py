"""The door for the yearly assessment (C3.6)."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from services.reporting.domain.assessment import AssessYear, CorrectAssessment, NothingOwedInTheYear
from services.reporting.domain.obligation import OBLIGATION_DECIDER
from services.reporting.domain.states import Obligation
from services.reporting.entrypoints.bodies import AssessmentBody, AssessmentCorrectionBody, Year
from services.reporting.entrypoints.parts import Parts
from services.reporting.entrypoints.rights import seen_by
from services.reporting.entrypoints.steps import named
from services.reporting.usecases.handle import handle
from services.reporting.usecases.project import ASSESSMENTS, OBLIGATIONS
from services.reporting.usecases.streams import assessment_stream, obligation_stream
from shared.contracts.reporting import AnnualAssessed, AssessedItem, ObligationCreated
from shared.eventstore.documents import Document, Reads
from shared.eventstore.port import EventStore
from shared.kernel.instants import Instant
from shared.web.authentication import CurrentActor
from shared.web.command import Arriving
from shared.web.models import IdText, Receipt, Token
from shared.web.reads import After, AtLeast, Limit, on_everything


def router(parts: Parts) -> APIRouter:
    """Assessments, decided on everything that the log holds."""
    routes = APIRouter(tags=["assessments"])
    _assessing(routes, parts)
    _correcting(routes, parts)
    return routes


def _assessing(routes: APIRouter, parts: Parts) -> None:
    @routes.post("/assessments/{application}", response_model=Receipt)
    async def assess(application: IdText, body: AssessmentBody, arrival: Arriving) -> JSONResponse:
        """Assess an organization's year."""

        async def work(log_at: int) -> JSONResponse:
            owed = await parts.facts.obligations(application, body.year)
            if not owed:
                raise NothingOwedInTheYear
            round_id, organization = owed[0].round, owed[0].organization
            command = AssessYear(
                application=application,
                year=body.year,
                items=tuple(AssessedItem(criterion=one.criterion, score=one.score) for one in body.items),
                owed=tuple([await _as_it_stands(parts.store, one) for one in owed]),
                terms=(await parts.parameters(round_id, arrival.at)).assessment,
                by=arrival.actor,
                at=arrival.at,
            )
            context = replace(arrival.context, round=round_id)
            return await arrival.answer(
                lambda key: handle(parts.store, command, context, key, organization=organization, log_at=log_at)
            )

        return await on_everything(parts.store, parts.projector, work)


def _correcting(routes: APIRouter, parts: Parts) -> None:
    @routes.post("/assessments/{application}/correction", response_model=Receipt)
    async def correct(application: IdText, body: AssessmentCorrectionBody, arrival: Arriving) -> JSONResponse:
        """Put right an assessment that was mistaken."""
        recorded = await parts.store.load(assessment_stream(application, body.year, "").name)
        assessed = next((one for one in recorded if isinstance(one.event, AnnualAssessed)), None)
        first: Any = None if assessed is None else assessed.event
        at = arrival.at if assessed is None else Instant(assessed.envelope.time)
        command = CorrectAssessment(
            application=application,
            year=body.year,
            items=tuple(AssessedItem(criterion=one.criterion, score=one.score) for one in body.items),
            reason=body.reason,
            terms=None if first is None else (await parts.parameters(first.round, at)).assessment,
            by=arrival.actor,
            at=arrival.at,
        )
        context = arrival.context if first is None else replace(arrival.context, round=first.round)
        organization = "" if first is None else first.organization
        return await arrival.answer(lambda key: handle(parts.store, command, context, key, organization=organization))


def reading_router() -> APIRouter:
    """Assessments to those they concern."""
    routes = APIRouter(tags=["assessments"])

    @routes.get("/assessments")
    async def many(
        reads: AtLeast,
        actor: CurrentActor,
        *,
        round_id: Token | None = None,
        year: Year | None = None,
        grade: Annotated[str | None, Query(min_length=1, max_length=20)] = None,
        after: After = "",
        limit: Limit = 100,
    ) -> list[dict[str, Any]]:
        """The assessments that the actor may see, by round, year and grade."""
        asked: dict[str, str | int | None] = {"round": round_id, "year": year, "grade": grade}
        where = {**{name: value for name, value in asked.items() if value is not None}, **seen_by(actor)}
        return [await _explained(reads, doc) for doc in await reads.find(ASSESSMENTS, where, after=after, limit=limit)]

    return routes


async def _explained(reads: Reads, doc: Document) -> dict[str, Any]:
    """With why the grade is what it is: its points, or that something was not filed in time whatever they are."""
    missed: Any = doc["defaulted"]
    owed = [await reads.get(OBLIGATIONS, str(one)) for one in missed]
    names = [named(dict(one)) for one in owed if one is not None]
    zh, en = f"得分{doc['score']}分，评为{doc['grade']}", f"graded by its {doc['score']} points"
    if missed:
        zh += f"；有{len(missed)}项逾期未报，补报后亦作此评定：{'、'.join(one for one, _ in names)}"
        en += f" and by what was not filed in time, even if made up for: {', '.join(one for _, one in names)}"
    return {**doc, "why_zh": zh, "why_en": en}


async def _as_it_stands(store: EventStore, created: ObligationCreated) -> Obligation:
    recorded = await store.load(obligation_stream(created.obligation, created.organization).name)
    return OBLIGATION_DECIDER.fold(one.event for one in recorded)  # type: ignore[misc]  # its own stream
