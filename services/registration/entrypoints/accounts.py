"""Accounts, and signing in, over HTTP."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.registration.domain.account import OpenAccount
from services.registration.entrypoints.bodies import AccountBody, SignedInAnswer, SignInBody
from services.registration.entrypoints.parts import Parts
from services.registration.usecases.handle import handle
from services.registration.usecases.ports import TooManySignIns
from shared.eventstore.port import StoreBusy
from shared.kernel.actor import ANYBODY, Role
from shared.vault.vault import Confided
from shared.web.authentication import wrong_credentials
from shared.web.command import ArrivingFromAnybody
from shared.web.models import Receipt
from shared.web.reads import AtLeast


def router(parts: Parts) -> APIRouter:
    """Accounts, and signing in."""
    routes = APIRouter(tags=["accounts"])

    @routes.post("/accounts", status_code=201, response_model=Receipt)
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

    @routes.post("/tokens", response_model=SignedInAnswer)
    async def sign_in(body: SignInBody, _reads: AtLeast) -> dict[str, Any]:
        """Exchange user name and password for a token."""
        try:
            signed_in = await parts.sign_in(body.username, body.password)
        except TooManySignIns as error:
            raise StoreBusy from error
        if signed_in is None:
            raise wrong_credentials()
        actor = signed_in.actor
        return {
            "token": signed_in.token,
            "expires_at": signed_in.expires_at,
            "account": actor.id,
            "role": actor.role.value,
            "district": actor.district,
            "organization": actor.organization,
        }

    return routes
