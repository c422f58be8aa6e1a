"""Registration over HTTP."""

from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.registration.domain.account import OpenAccount
from services.registration.domain.organization import (
    CertifyOrganization,
    OrganizationNotRegistered,
    Profile,
    RegisterOrganization,
    RequestCertification,
)
from services.registration.domain.signing_keys import PublishSigningKey
from services.registration.entrypoints.bodies import (
    AccountBody,
    CertificationBody,
    CertificationRequestBody,
    OrganizationAnswer,
    OrganizationBody,
    OrganizationState,
    SignedInAnswer,
    SignInBody,
)
from services.registration.usecases.handle import handle
from services.registration.usecases.ports import AccountIds, Passwords, Tokens, TooManySignIns
from services.registration.usecases.project import FILERS, ORGANIZATIONS
from services.registration.usecases.sign_in import SignIn
from shared.contracts.registration import Document
from shared.contracts.vocabulary import District, LegalForm
from shared.eventstore.port import EventStore, StoreBusy
from shared.kernel.actor import ANYBODY, Role
from shared.kernel.ids import organization_id
from shared.kernel.refusal import require
from shared.runtime.signing_keys import VIEW as SIGNING_KEYS
from shared.vault.vault import Vault
from shared.web.authentication import CurrentActor, refused
from shared.web.command import Arriving, ArrivingFromAnybody
from shared.web.models import IdText, Receipt
from shared.web.reads import After, AtLeast, Limit

OFFICIALS = (
    Role.PLATFORM_VERIFIER,
    Role.CITY_OFFICER,
    Role.CITY_LEADER,
    Role.DISCIPLINE_AUDITOR,
    Role.ADMINISTRATOR,
)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes stand on."""

    store: EventStore
    vault: Vault
    passwords: Passwords
    accounts: AccountIds
    tokens: Tokens
    sign_in: SignIn


def routers(parts: Parts) -> list[APIRouter]:
    """Every route of registration."""
    return [_accounts(parts), _keys(parts), _organizations(parts), _reads()]


def _accounts(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["accounts"])

    @router.post("/accounts", status_code=201, response_model=Receipt)
    async def open_account(body: AccountBody, arrival: ArrivingFromAnybody) -> JSONResponse:
        """Open an account."""
        account = await parts.accounts.of(body.username)
        try:
            credential = await parts.vault.keep(account, "credential", await parts.passwords.record(body.password))
        except TooManySignIns as error:
            raise StoreBusy from error
        command = OpenAccount(
            account=account,
            role=Role(body.role),
            username=await parts.vault.keep(account, "username", body.username),
            credential=credential,
            district=body.district,
            organization=body.organization,
            by=None if arrival.actor == ANYBODY else arrival.actor,
            at=arrival.at,
        )
        return await arrival.answer(lambda key: handle(parts.store, command, arrival.context, key), account=account)

    @router.post("/tokens", response_model=SignedInAnswer)
    async def sign_in(body: SignInBody, _reads: AtLeast) -> dict[str, Any]:
        """Exchange user name and password for a token."""
        try:
            signed_in = await parts.sign_in(body.username, body.password)
        except TooManySignIns as error:
            raise StoreBusy from error
        if signed_in is None:
            raise refused("wrong user name or password", "User name and password do not go together")
        actor = signed_in.actor
        return {
            "token": signed_in.token,
            "expires_at": signed_in.expires_at,
            "account": actor.id,
            "role": actor.role.value,
            "district": actor.district,
            "organization": actor.organization,
        }

    return router


def _keys(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["signing keys"])

    @router.post("/signing-keys", status_code=201, response_model=Receipt)
    async def rotate(arrival: Arriving) -> JSONResponse:
        """Publish a new signing key; the older ones stay valid."""
        require(arrival.actor, Role.ADMINISTRATOR)
        key = await parts.tokens.new_key()
        command = PublishSigningKey(key.kid, key.public_key, arrival.actor, arrival.at)
        return await arrival.answer(lambda again: handle(parts.store, command, arrival.context, again), kid=key.kid)

    @router.get("/.well-known/jwks.json")
    async def jwks(reads: AtLeast) -> dict[str, list[dict[str, Any]]]:
        """The public keys that verify the tokens."""
        keys = await reads.find(SIGNING_KEYS)
        return {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": key["kid"], "x": key["public_key"]} for key in keys]}

    return router


def _organizations(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["organizations"])

    @router.post("/organizations", status_code=201, response_model=Receipt)
    async def register(body: OrganizationBody, arrival: Arriving, reads: AtLeast) -> JSONResponse:
        """Register an organization."""
        organization = organization_id(body.uscc)
        filer = await reads.get(FILERS, arrival.actor.id)
        by = replace(arrival.actor, organization=str(filer["organization"])) if filer else arrival.actor
        command = RegisterOrganization(organization, body.uscc, body.name, by, arrival.at)
        return await arrival.answer(
            lambda key: handle(parts.store, command, arrival.context, key), organization=organization
        )

    @router.post("/organizations/{organization}/certification-requests", response_model=Receipt)
    async def request(organization: IdText, body: CertificationRequestBody, arrival: Arriving) -> JSONResponse:
        """Ask for certification of a profile."""
        profile = Profile(
            legal_form=LegalForm(body.legal_form),
            district=District(body.district),
            established_on=body.established_on,
            reg_address=body.reg_address,
            legal_representative=await parts.vault.keep(
                organization, "legal_representative", body.legal_representative
            ),
            contact=await parts.vault.keep(organization, "contact", body.contact),
            documents=tuple(Document(**document.model_dump()) for document in body.documents),
        )
        command = RequestCertification(organization, profile, arrival.actor, arrival.at)
        return await arrival.answer(lambda key: handle(parts.store, command, arrival.context, key))

    @router.post("/organizations/{organization}/certification", response_model=Receipt)
    async def certify(organization: IdText, body: CertificationBody, arrival: Arriving) -> JSONResponse:
        """Certify exactly the profile that was read."""
        command = CertifyOrganization(organization, body.profile_hash, arrival.actor, arrival.at)
        return await arrival.answer(lambda key: handle(parts.store, command, arrival.context, key))

    return router


def _reads() -> APIRouter:
    router = APIRouter(tags=["organizations"])

    @router.get("/organizations/{organization}", response_model=OrganizationAnswer)
    async def one(organization: IdText, reads: AtLeast, actor: CurrentActor) -> Any:
        """One organization and its certification."""
        if actor.role not in OFFICIALS:
            require(actor, Role.FILER, Role.LEGAL_REPRESENTATIVE, organization=organization)
        doc = await reads.get(ORGANIZATIONS, organization)
        if doc is None:
            raise OrganizationNotRegistered
        return doc

    @router.get("/organizations", response_model=list[OrganizationAnswer])
    async def many(
        reads: AtLeast,
        actor: CurrentActor,
        state: OrganizationState = "CERTIFICATION_PENDING",
        after: After = "",
        limit: Limit = 100,
    ) -> Any:
        """The organizations in one state."""
        require(actor, *OFFICIALS)
        return await reads.find(ORGANIZATIONS, {"state": state}, after=after, limit=limit)

    return router
