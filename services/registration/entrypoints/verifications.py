"""What the platform's verifier does to an organization, over HTTP (C5.2)."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.registration.domain.amendment import AmendProfile, TransferDistrict
from services.registration.domain.filer import AppointFiler
from services.registration.domain.reopening import ReopenOrganization
from services.registration.domain.standing import CloseOrganization, ReinstateOrganization, SuspendOrganization
from services.registration.domain.verdict import CertifyOrganization, RejectCertification, ReturnCertification
from services.registration.entrypoints.bodies import (
    AmendmentBody,
    CertificationBody,
    CertificationRejectionBody,
    CertificationReturnBody,
    FilerBody,
    GroundBody,
    ReopeningBody,
    TransferBody,
)
from services.registration.entrypoints.parts import Parts
from services.registration.usecases.accounts import is_open_filer
from services.registration.usecases.closures import closed_by, is_erased
from services.registration.usecases.handle import Command, handle
from services.registration.usecases.project import FILERS, PERSONAL
from shared.contracts.vocabulary import District, LegalForm
from shared.vault.vault import Confided
from shared.web.command import Arrival, Arriving
from shared.web.models import IdText, Receipt
from shared.web.reads import on_everything


def router(parts: Parts) -> APIRouter:
    """Verdicts on a profile, changes of it, and whether the organization may act."""
    routes = APIRouter(tags=["verification"])
    _verdicts(routes, parts)
    _changes(routes, parts)
    _standing(routes, parts)
    _filer(routes, parts)
    return routes


async def _done(parts: Parts, command: Command, arrival: Arrival) -> JSONResponse:
    return await arrival.answer(lambda key: handle(parts.store, command, arrival.context, key))


def _verdicts(routes: APIRouter, parts: Parts) -> None:
    @routes.post("/organizations/{organization}/certification", response_model=Receipt)
    async def certify(organization: IdText, body: CertificationBody, arrival: Arriving) -> JSONResponse:
        """Certify exactly the profile that was read."""
        command = CertifyOrganization(organization, body.profile_hash, arrival.actor, arrival.at)
        return await _done(parts, command, arrival)

    @routes.post("/organizations/{organization}/certification-return", response_model=Receipt)
    async def send_back(organization: IdText, body: CertificationReturnBody, arrival: Arriving) -> JSONResponse:
        """Send a profile back to be corrected."""
        items = tuple(one.item for one in body.items)
        command = ReturnCertification(organization, body.profile_hash, items, arrival.actor, arrival.at)
        return await _done(parts, command, arrival)

    @routes.post("/organizations/{organization}/certification-rejection", response_model=Receipt)
    async def reject(organization: IdText, body: CertificationRejectionBody, arrival: Arriving) -> JSONResponse:
        """Reject for good what was never certified, be it asked for or not."""
        command = RejectCertification(organization, body.profile_hash, tuple(body.reasons), arrival.actor, arrival.at)
        return await _done(parts, command, arrival)


def _changes(routes: APIRouter, parts: Parts) -> None:
    @routes.post("/organizations/{organization}/amendments", response_model=Receipt)
    async def amend(organization: IdText, body: AmendmentBody, arrival: Arriving) -> JSONResponse:
        """Amend a certified profile from a day on."""
        people = Confided(parts.vault, organization)
        named = {member: getattr(body, member) for member in PERSONAL}
        committed = {member: await people.commit(member, value) for member, value in named.items() if value is not None}
        command = AmendProfile(
            organization,
            body.effective_from,
            arrival.actor,
            arrival.at,
            name=body.name,
            legal_form=LegalForm(body.legal_form) if body.legal_form else None,
            established_on=body.established_on,
            reg_address=body.reg_address,
            **committed,
        )
        return await arrival.answer(lambda key: handle(parts.store, command, arrival.context, key, keep=people.keep))

    @routes.post("/organizations/{organization}/transfer", response_model=Receipt)
    async def transfer(organization: IdText, body: TransferBody, arrival: Arriving) -> JSONResponse:
        """Move an organization to another district from a day on."""
        district = District(body.district)
        command = TransferDistrict(
            organization, district, body.reg_address, body.effective_from, arrival.actor, arrival.at
        )
        return await _done(parts, command, arrival)


def _standing(routes: APIRouter, parts: Parts) -> None:
    @routes.post("/organizations/{organization}/suspension", response_model=Receipt)
    async def suspend(organization: IdText, body: GroundBody, arrival: Arriving) -> JSONResponse:
        """Suspend a certified organization."""
        command = SuspendOrganization(organization, body.ground, arrival.actor, arrival.at)
        return await _done(parts, command, arrival)

    @routes.post("/organizations/{organization}/reinstatement", response_model=Receipt)
    async def reinstate(organization: IdText, body: GroundBody, arrival: Arriving) -> JSONResponse:
        """End an organization's suspension."""
        command = ReinstateOrganization(organization, body.ground, arrival.actor, arrival.at)
        return await _done(parts, command, arrival)

    @routes.post("/organizations/{organization}/closure", response_model=Receipt)
    async def close(organization: IdText, body: GroundBody, arrival: Arriving) -> JSONResponse:
        """Close an organization; another verifier alone takes that back."""
        command = CloseOrganization(organization, body.ground, arrival.actor, arrival.at)
        return await _done(parts, command, arrival)

    @routes.post("/organizations/{organization}/reopening", response_model=Receipt)
    async def reopen(organization: IdText, body: ReopeningBody, arrival: Arriving) -> JSONResponse:
        """Take back a closure that another verifier made by mistake."""

        async def work(log_at: int) -> JSONResponse:
            command = ReopenOrganization(
                organization,
                await closed_by(parts.store, organization),
                await is_erased(parts.store, organization),
                body.ground,
                body.document_number,
                arrival.actor,
                arrival.at,
            )
            return await arrival.answer(lambda key: handle(parts.store, command, arrival.context, key, log_at=log_at))

        return await on_everything(parts.store, parts.projector, work)


def _filer(routes: APIRouter, parts: Parts) -> None:
    @routes.post("/organizations/{organization}/filer", response_model=Receipt)
    async def appoint(organization: IdText, body: FilerBody, arrival: Arriving) -> JSONResponse:
        """Hand an organization over to another filer's account, on its letter."""

        async def work(log_at: int) -> JSONResponse:
            filer = await parts.reads.get(FILERS, body.account)
            command = AppointFiler(
                organization,
                body.account,
                body.document_number,
                await is_open_filer(parts.reads, body.account),
                str(filer["organization"]) if filer is not None else None,
                arrival.actor,
                arrival.at,
            )
            return await arrival.answer(lambda key: handle(parts.store, command, arrival.context, key, log_at=log_at))

        return await on_everything(parts.store, parts.projector, work)
