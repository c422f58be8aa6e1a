"""Accounts over HTTP: opening and closing them, their passwords, and signing in."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.registration.domain.account import OpenAccount
from services.registration.domain.account_closing import CloseAccount
from services.registration.domain.password import ChangePassword, PasswordToBeChanged, ResetPassword
from services.registration.entrypoints.bodies import (
    AccountAnswer,
    AccountBody,
    AccountState,
    GroundBody,
    PasswordBody,
    ResetBody,
    RoleText,
    SignedInAnswer,
    SignInBody,
)
from services.registration.entrypoints.parts import Parts
from services.registration.entrypoints.rights import OF_ACCOUNTS
from services.registration.usecases.accounts import VIEW as ACCOUNTS
from services.registration.usecases.accounts import is_open, other_administrators
from services.registration.usecases.handle import handle
from services.registration.usecases.ports import TooManySignIns
from shared.eventstore.port import Idempotency, StoreBusy
from shared.eventstore.transact import Transacted
from shared.kernel.actor import ANYBODY, Role
from shared.kernel.ids import named
from shared.kernel.refusal import require
from shared.observability.metrics import UNAUTHENTICATED
from shared.runtime.personal_data import BeforeErasure
from shared.vault.vault import Confided, shown
from shared.web.authentication import CurrentActor, wrong_credentials
from shared.web.command import Arrival, Arriving, ArrivingFromAnybody
from shared.web.models import DistrictText, IdText, Receipt
from shared.web.patience import TooManyWrong
from shared.web.reads import After, AtLeast, Limit, all_that_is_stored, on_everything

AnswerT = TypeVar("AnswerT")


def router(parts: Parts) -> APIRouter:
    """Accounts, and signing in."""
    routes = APIRouter(tags=["accounts"])
    _opening(routes, parts)
    _passwords(routes, parts)
    _closing(routes, parts)
    _reads(routes, parts)
    return routes


def _opening(routes: APIRouter, parts: Parts) -> None:
    @routes.post("/accounts", status_code=201, response_model=Receipt)
    async def open_account(body: AccountBody, arrival: ArrivingFromAnybody) -> JSONResponse:
        """Open an account."""
        account = await parts.accounts.of(body.username)
        by = None if arrival.actor == ANYBODY else arrival.actor
        asked = not parts.clock.rehearsal if body.must_change is None else body.must_change

        async def work(key: Idempotency | None) -> Transacted[Any]:
            secrets = Confided(parts.vault, account)
            record = await _in_turn(parts.passwords.record(body.password))
            command = OpenAccount(
                account=account,
                role=Role(body.role),
                username=await secrets.commit("username", body.username),
                credential=await secrets.commit("credential", record),
                district=body.district,
                organization=body.organization,
                by=by,
                at=arrival.at,
                must_change=asked and by is not None,
            )
            return await handle(parts.store, command, arrival.context, key, keep=secrets.keep)

        return await arrival.answer(work, account=account)


def _passwords(routes: APIRouter, parts: Parts) -> None:
    @routes.post("/tokens", response_model=SignedInAnswer)
    async def sign_in(body: SignInBody, request: Request) -> dict[str, Any]:
        """Exchange user name and password for a token that knows all that was stored."""
        await all_that_is_stored(parts.store, parts.projector)
        signed_in = await _guessed(parts, request, body.username, lambda: parts.sign_in(body.username, body.password))
        actor = signed_in.actor
        return {
            "token": signed_in.token,
            "expires_at": signed_in.expires_at,
            "account": actor.id,
            "role": actor.role.value,
            "district": actor.district,
            "organization": actor.organization,
        }

    @routes.post("/accounts/password", response_model=Receipt)
    async def change_password(body: PasswordBody, arrival: ArrivingFromAnybody, request: Request) -> JSONResponse:
        """Change one's password, by the one it replaces; earlier tokens are void."""

        async def work(key: Idempotency | None) -> Transacted[Any]:
            held = await _guessed(
                parts, request, body.username, lambda: parts.sign_in.holder(body.username, body.password)
            )
            secrets = Confided(parts.vault, held.account)
            record = await _in_turn(parts.passwords.record(body.new_password))
            credential = await secrets.commit("credential", record)
            command = ChangePassword(held.account, held.credential, credential, held.holder, arrival.at)
            context = replace(arrival.context, actor=held.holder)
            return await handle(parts.store, command, context, key, keep=secrets.keep)

        return await arrival.answer(work, account=await parts.accounts.of(body.username))

    @routes.post("/accounts/{account}/password-reset", response_model=Receipt)
    async def reset_password(account: IdText, body: ResetBody, arrival: Arriving) -> JSONResponse:
        """Give another password to who forgot it, to be changed before a token."""
        secrets = Confided(parts.vault, account)
        credential = await secrets.commit("credential", await _in_turn(parts.passwords.record(body.new_password)))
        command = ResetPassword(account, credential, body.ground, arrival.actor, arrival.at)
        return await arrival.answer(lambda key: handle(parts.store, command, arrival.context, key, keep=secrets.keep))


def _closing(routes: APIRouter, parts: Parts) -> None:
    @routes.post("/accounts/{account}/closure", response_model=Receipt)
    async def close(account: IdText, body: GroundBody, arrival: Arriving) -> JSONResponse:
        """Close an account for good: one's own, or as the administrator anybody's."""

        async def work(log_at: int) -> JSONResponse:
            others = await other_administrators(parts.reads, account)
            command = CloseAccount(account, body.ground, others, arrival.actor, arrival.at)
            return await arrival.answer(lambda key: handle(parts.store, command, arrival.context, key, log_at=log_at))

        return await on_everything(parts.store, parts.projector, work)


def before_erasure(parts: Parts) -> BeforeErasure:
    """An account without its credential is nobody's: whose data are erased, signs in no more in any house."""

    async def close(account: str, order: str, arrival: Arrival) -> None:
        if arrival.actor.role is not Role.ADMINISTRATOR or not await is_open(parts.store, account):
            return
        context = replace(arrival.context, command_id=named("closing", arrival.context.command_id))

        async def work(log_at: int) -> None:
            others = await other_administrators(parts.reads, account)
            command = CloseAccount(account, order, others, arrival.actor, arrival.at)
            await handle(parts.store, command, context, log_at=log_at)

        await on_everything(parts.store, parts.projector, work)

    return close


def _reads(routes: APIRouter, parts: Parts) -> None:
    @routes.get("/accounts", response_model=list[AccountAnswer])
    async def many(
        reads: AtLeast,
        actor: CurrentActor,
        *,
        state: AccountState | None = None,
        role: RoleText | None = None,
        district: DistrictText | None = None,
        after: After = "",
        limit: Limit = 100,
    ) -> Any:
        """The accounts there are, by state, role and district."""
        require(actor, *OF_ACCOUNTS)
        asked = {"state": state, "role": role, "district": district}
        where = {name: value for name, value in asked.items() if value is not None}
        found = await reads.find(ACCOUNTS, where, after=after, limit=limit)
        return [{**doc, "username": await shown(parts.vault, str(doc["username"]))} for doc in found]


async def _guessed(
    parts: Parts, request: Request, username: str, checking: Callable[[], Awaitable[AnswerT | None]]
) -> AnswerT:
    """What goes with a user name and the right password, unless too many in a row were wrong from the same address."""
    address, account = request.client.host if request.client else "", await parts.accounts.of(username)
    try:
        parts.patience.guess(address, account)
    except TooManyWrong:
        UNAUTHENTICATED.labels("too many wrong passwords").inc()
        raise
    try:
        found = await _in_turn(checking())
    except PasswordToBeChanged:
        parts.patience.right(address, account)
        raise
    if found is None:
        raise wrong_credentials()
    parts.patience.right(address, account)
    return found


async def _in_turn(checking: Awaitable[AnswerT]) -> AnswerT:
    """What passwords cost, unless too many wait for it."""
    try:
        return await checking
    except TooManySignIns as error:
        raise StoreBusy from error
