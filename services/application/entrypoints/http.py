"""Application over HTTP."""

from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.application.domain.application import OrganizationNotCertified, SaveForm, StartApplication
from services.application.domain.editing import ApplicationNotStarted
from services.application.domain.paper import ReceivePaper
from services.application.domain.round import OpenRound, PlanRound, RoundNotPlanned
from services.application.domain.submission import SubmitApplication
from services.application.domain.terms import RoundTerms
from services.application.entrypoints.bodies import (
    FORMS_HASH,
    TABLES,
    PaperBody,
    SaveBody,
    StartBody,
    table_of,
)
from services.application.entrypoints.rights import CITY, DISTRICT, may_read
from services.application.entrypoints.round_body import RoundBody, parameters_of
from services.application.usecases.handle import application_stream, handle
from services.application.usecases.ports import Facts
from services.application.usecases.project import APPLICATIONS, ROUNDS
from shared.contracts.application import ApplicationStarted
from shared.contracts.form import T1
from shared.eventstore.documents import Reads
from shared.eventstore.origin import origin
from shared.eventstore.port import EventStore
from shared.kernel.actor import Role
from shared.kernel.ids import application_id
from shared.kernel.refusal import Malformed, NotPermitted, require
from shared.vault.vault import Vault
from shared.web.authentication import CurrentActor
from shared.web.command import Arriving
from shared.web.models import IdText, Receipt, Token
from shared.web.reads import After, AtLeast, Limit


class OneTable(Malformed):
    """A save carries one table."""

    title = "Exactly one of t1, t2, t3 and t4 is saved at a time"
    clause = "C4.1"
    field = "t1"


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes stand on."""

    store: EventStore
    reads: Reads
    vault: Vault
    facts: Facts


def routers(parts: Parts) -> list[APIRouter]:
    """Every route of application."""
    return [_rounds(parts), _filing(parts), _paper(parts), _reads()]


def _rounds(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["rounds"])

    @router.post("/rounds", status_code=201, response_model=Receipt)
    async def plan(body: RoundBody, arrival: Arriving) -> JSONResponse:
        """Fix a new round's parameters."""
        parameters = parameters_of(body)
        command = PlanRound(parameters, arrival.actor, arrival.at)
        context = replace(arrival.context, round=parameters.round)
        return await arrival.answer(lambda key: handle(parts.store, command, context, key), round=parameters.round)

    @router.post("/rounds/{round_id}/opening", response_model=Receipt)
    async def open_round(round_id: Token, arrival: Arriving) -> JSONResponse:
        """Open a planned round for applications."""
        command = OpenRound(round_id, FORMS_HASH, arrival.actor, arrival.at)
        context = replace(arrival.context, round=round_id)
        return await arrival.answer(lambda key: handle(parts.store, command, context, key))

    @router.get("/rounds/{round_id}")
    async def one(round_id: Token, reads: AtLeast) -> dict[str, Any]:
        """A round as it is planned and opened."""
        doc = await reads.get(ROUNDS, round_id)
        if doc is None:
            raise RoundNotPlanned
        return dict(doc)

    return router


def _filing(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["applications"])

    @router.post("/applications", status_code=201, response_model=Receipt)
    async def start(body: StartBody, arrival: Arriving) -> JSONResponse:
        """Start the organization's application to a round."""
        if arrival.actor.organization is None:
            raise NotPermitted(
                "the token names no organization: sign in again after registering one", field="organization"
            )
        applicant = await parts.facts.applicant(arrival.actor.organization)
        if applicant is None:
            raise OrganizationNotCertified
        application = application_id(body.round, applicant.organization)
        terms = await _terms(parts, body.round)
        command = StartApplication(
            application, applicant, terms, body.kind, tuple(body.category), arrival.actor, arrival.at
        )
        context = replace(arrival.context, round=body.round, policy_hash=terms.rule_set_hash)
        organization = applicant.organization
        return await arrival.answer(
            lambda key: handle(parts.store, command, context, key, organization=organization),
            application=application,
        )

    @router.post("/applications/{application}/form", response_model=Receipt)
    async def save(application: IdText, body: SaveBody, arrival: Arriving) -> JSONResponse:
        """Save one table of the form at the revision it was read at."""
        started = await _started(parts.store, application)
        organization = started.organization
        tables = {name: getattr(body, name.lower()) for name in TABLES}
        given = [(table_of(one, TABLES[name][1])) for name, one in tables.items() if one is not None]
        if len(given) != 1:
            raise OneTable(f"{len(given)} were sent")
        (table,) = given
        if isinstance(table, T1):
            require(arrival.actor, Role.FILER, organization=organization)
            representative = await parts.vault.keep(organization, "legal_representative", table.legal_representative)
            contact = await parts.vault.keep(organization, "contact", table.contact)
            table = replace(table, legal_representative=representative, contact=contact)
        command = SaveForm(application, table, body.revision, arrival.actor, arrival.at)
        context = replace(arrival.context, round=started.round)
        return await arrival.answer(lambda key: handle(parts.store, command, context, key, organization=organization))

    @router.post("/applications/{application}/submission", response_model=Receipt)
    async def submit(application: IdText, arrival: Arriving) -> JSONResponse:
        """Submit the application as it is saved."""
        started = await _started(parts.store, application)
        terms = await _terms(parts, started.round)
        command = SubmitApplication(application, terms, arrival.actor, arrival.at)
        context = replace(arrival.context, round=terms.round, policy_hash=terms.rule_set_hash)
        organization = started.organization
        return await arrival.answer(lambda key: handle(parts.store, command, context, key, organization=organization))

    return router


def _paper(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["paper"])

    @router.post("/applications/{application}/paper", response_model=Receipt)
    async def receive(application: IdText, body: PaperBody, arrival: Arriving) -> JSONResponse:
        """Receive the paper and compare its hash with the submission."""
        started = await _started(parts.store, application)
        command = ReceivePaper(application, body.version, body.snapshot_hash, body.copies, arrival.actor, arrival.at)
        context = replace(arrival.context, round=started.round)
        organization = started.organization
        return await arrival.answer(lambda key: handle(parts.store, command, context, key, organization=organization))

    return router


def _reads() -> APIRouter:
    router = APIRouter(tags=["applications"])

    @router.get("/applications/{application}")
    async def one(application: IdText, reads: AtLeast, actor: CurrentActor) -> dict[str, Any]:
        """One application as its applicant and the offices see it."""
        doc = await _application(reads, application)
        may_read(actor, doc["district"], doc["organization"])
        return doc

    @router.get("/applications")
    async def many(
        reads: AtLeast, actor: CurrentActor, state: Token | None = None, after: After = "", limit: Limit = 100
    ) -> list[dict[str, Any]]:
        """The applications that the actor may see."""
        where: dict[str, str | int | bool] = {} if state is None else {"state": state}
        if actor.role in DISTRICT:
            where["district"] = actor.district or ""
        elif actor.role not in CITY:
            require(actor, Role.FILER, Role.LEGAL_REPRESENTATIVE)
            where["organization"] = actor.organization or ""
        return [dict(doc) for doc in await reads.find(APPLICATIONS, where, after=after, limit=limit)]

    return router


async def _application(reads: Reads, application: str) -> dict[str, Any]:
    doc = await reads.get(APPLICATIONS, application)
    if doc is None:
        raise ApplicationNotStarted
    return dict(doc)


async def _started(store: EventStore, application: str) -> ApplicationStarted:
    started = await origin(store, application_stream(application, "").name, ApplicationStarted)
    if started is None:
        raise ApplicationNotStarted
    return started


async def _terms(parts: Parts, round_id: str) -> RoundTerms:
    terms = await parts.facts.terms(round_id)
    if terms is None:
        raise RoundNotPlanned
    return terms
