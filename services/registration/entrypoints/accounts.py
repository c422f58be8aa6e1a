"""Accounts, signing in and signing keys over HTTP."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.registration.domain.account import OpenAccount
from services.registration.domain.signing_keys import PublishSigningKey
from services.registration.entrypoints.bodies import AccountBody, SignedInAnswer, SignInBody
from services.registration.entrypoints.parts import Parts
from services.registration.usecases.handle import handle
from services.registration.usecases.ports import TooManySignIns
from shared.eventstore.port import StoreBusy
from shared.kernel.actor import ANYBODY, Role
from shared.kernel.refusal import require
from shared.runtime.signing_keys import VIEW as SIGNING_KEYS
from shared.vault.vault import Confided
from shared.web.authentication import refused
from shared.web.command import Arriving, ArrivingFromAnybody
from shared.web.models import Receipt
from shared.web.reads import AtLeast


def accounts_router(parts: Parts) -> APIRouter:
    """Accounts, and signing in."""
    router = APIRouter(tags=["accounts"])

    @router.post("/accounts", status_code=201, response_model=Receipt)
    async def open_account(body: AccountBody, arrival: ArrivingFromAnybody) -> JSONResponse:
        """Open an account."""
        account = await parts.accounts.of(body.username)
        secrets = Confided(parts.vault, account)
        try:
            credential = await secrets.commit("credential", await parts.passwords.record(body.password))
        except TooManySignIns as error:
            raise StoreBusy from error
        command = OpenAccount(
            account=account,
            role=Role(body.role),
            username=await secrets.commit("username", body.username),
            credential=credential,
            district=body.district,
            organization=body.organization,
            by=None if arrival.actor == ANYBODY else arrival.actor,
            at=arrival.at,
        )
        return await arrival.answer(
            lambda key: handle(parts.store, command, arrival.context, key, keep=secrets.keep), account=account
        )

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


def keys_router(parts: Parts) -> APIRouter:
    """The keys that sign tokens."""
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
