"""Organizations over HTTP: registering, asking for certification, and what people read of them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from services.registration.domain.certification import RequestCertification
from services.registration.domain.organization import RegisterOrganization
from services.registration.domain.profile import Profile
from services.registration.domain.states import OrganizationNotRegistered
from services.registration.entrypoints.bodies import (
    Asked,
    CertificationRequestBody,
    OrganizationAnswer,
    OrganizationBody,
    ProfileAnswer,
)
from services.registration.entrypoints.files import documents_of
from services.registration.entrypoints.parts import Parts
from services.registration.entrypoints.rights import OFFICIALS, may_read
from services.registration.usecases.handle import handle
from services.registration.usecases.project import FILERS, ORGANIZATIONS, PERSONAL, effective
from shared.contracts.registration import Document
from shared.contracts.vocabulary import District, LegalForm
from shared.eventstore.transact import in_turn
from shared.kernel.ids import organization_id
from shared.kernel.instants import local_date
from shared.kernel.refusal import require
from shared.vault.vault import Confided, shown
from shared.web.authentication import CurrentActor
from shared.web.command import Arriving
from shared.web.models import IdText, Receipt
from shared.web.reads import After, AtLeast, Limit, ReceivedAt


def router(parts: Parts) -> APIRouter:
    """What a filer does, and what people read."""
    routes = APIRouter(tags=["organizations"])
    _commands(routes, parts)
    _reads(routes, parts)
    return routes


def _commands(routes: APIRouter, parts: Parts) -> None:
    @routes.post("/organizations", status_code=201, response_model=Receipt)
    async def register(body: OrganizationBody, arrival: Arriving, reads: AtLeast) -> JSONResponse:
        """Register an organization."""
        organization = organization_id(body.uscc)
        filer = await reads.get(FILERS, arrival.actor.id)
        by = replace(arrival.actor, organization=str(filer["organization"])) if filer else arrival.actor
        command = RegisterOrganization(organization, body.uscc, body.name, by, arrival.at)
        return await arrival.answer(
            lambda key: handle(parts.store, command, arrival.context, key), organization=organization
        )

    @routes.post("/organizations/{organization}/certification-requests", response_model=Receipt)
    async def request(organization: IdText, body: CertificationRequestBody, arrival: Arriving) -> JSONResponse:
        """Ask for certification of a profile."""
        people = Confided(parts.vault, organization)
        profile = Profile(
            legal_form=LegalForm(body.legal_form),
            district=District(body.district),
            established_on=body.established_on,
            reg_address=body.reg_address,
            legal_representative=await people.commit("legal_representative", body.legal_representative),
            contact=await people.commit("contact", body.contact),
            documents=tuple(Document(**document.model_dump()) for document in body.documents),
        )
        command = RequestCertification(organization, profile, arrival.actor, arrival.at)
        keep = in_turn(documents_of(parts, organization, profile).check, people.keep)
        return await arrival.answer(lambda key: handle(parts.store, command, arrival.context, key, keep=keep))


def _reads(routes: APIRouter, parts: Parts) -> None:
    @routes.get("/organizations/{organization}", response_model=ProfileAnswer)
    async def one(organization: IdText, reads: AtLeast, actor: CurrentActor, at: ReceivedAt) -> Any:
        """One organization and its certification as of now."""
        may_read(actor, organization)
        doc = await reads.get(ORGANIZATIONS, organization)
        if doc is None:
            raise OrganizationNotRegistered
        return await _with_people(parts, effective(doc, local_date(at)))

    @routes.get("/organizations", response_model=list[OrganizationAnswer])
    async def many(
        reads: AtLeast,
        actor: CurrentActor,
        at: ReceivedAt,
        state: Annotated[Asked, Query(description="Or ALL; else what waits")] = "CERTIFICATION_PENDING",
        after: After = "",
        limit: Limit = 100,
    ) -> Any:
        """The organizations in one state, or all; those that wait where none is named."""
        require(actor, *OFFICIALS)
        where = None if state == "ALL" else {"state": state}
        found = await reads.find(ORGANIZATIONS, where, after=after, limit=limit)
        return [effective(doc, local_date(at)) for doc in found]


async def _with_people(parts: Parts, doc: Mapping[str, Any]) -> dict[str, Any]:
    people = {member: await shown(parts.vault, doc[member]) for member in PERSONAL if member in doc}
    return {**doc, **people}
