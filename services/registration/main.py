"""Registration's wiring; nothing imports this."""

from collections.abc import Sequence
from typing import cast

from fastapi import APIRouter

from services.registration.adapters.account_ids import PepperedAccountIds
from services.registration.adapters.passwords import Argon2Passwords
from services.registration.adapters.tokens import EdDsaTokens
from services.registration.domain.account import ACCOUNT_DECIDER, AccountEvent, OpenAccount
from services.registration.domain.account_states import Open
from services.registration.domain.password import ChangePassword
from services.registration.domain.signing_keys import KEY_RING_DECIDER, KeyEvent, PublishSigningKey
from services.registration.entrypoints.accounts import before_erasure
from services.registration.entrypoints.http import routers
from services.registration.entrypoints.parts import Parts
from services.registration.settings import Settings
from services.registration.usecases.due import fall_due
from services.registration.usecases.handle import handle
from services.registration.usecases.project import PROJECTIONS
from services.registration.usecases.react import react
from services.registration.usecases.sign_in import SignIn
from services.registration.usecases.streams import KEY_RING, account_stream
from shared.eventstore.port import Context
from shared.kernel.actor import Role, system
from shared.kernel.ids import named
from shared.runtime.personal_data import BeforeErasure
from shared.runtime.process import run
from shared.runtime.service import Runtime, Service
from shared.runtime.settings import read

ADMINISTRATOR = "administrator"
ITSELF = system("registration")
START_LOCK_ID = 0x66697273
"""Key of the advisory lock; in the service's own database only this start uses it."""


def _parts(runtime: Runtime) -> Parts:
    passwords, pool = Argon2Passwords(), runtime.pool
    accounts, tokens = PepperedAccountIds(pool), EdDsaTokens(pool)
    sign_in = SignIn(runtime.store, runtime.reads, runtime.vault, passwords, accounts, tokens, runtime.clock)
    return Parts(
        store=runtime.store,
        vault=runtime.vault,
        passwords=passwords,
        accounts=accounts,
        tokens=tokens,
        sign_in=sign_in,
        depot=runtime.depot,
        reads=runtime.reads,
        projector=runtime.projector,
        clock=runtime.clock,
    )


def _routers(runtime: Runtime) -> Sequence[APIRouter]:
    return routers(_parts(runtime))


def _before_erasure(runtime: Runtime) -> BeforeErasure:
    return before_erasure(_parts(runtime))


async def _starting(runtime: Runtime) -> None:
    """Publish a signing key where none can sign, open the administrator's account, once, whoever comes first."""
    async with runtime.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", START_LOCK_ID)
        await _key_and_account(runtime)


async def _key_and_account(runtime: Runtime) -> None:
    parts = _parts(runtime)
    ring = KEY_RING_DECIDER.fold(cast("KeyEvent", one.event) for one in await runtime.store.load(KEY_RING.name))
    if not ring.kids or not await EdDsaTokens(runtime.pool).holds(ring.kids[-1]):
        key = await parts.tokens.new_key()
        await handle(
            runtime.store,
            PublishSigningKey(key.kid, key.public_key, ITSELF, runtime.clock.now()),
            _context(runtime, "first-key", key.kid),
        )
    await _administrator(runtime, parts)


async def _administrator(runtime: Runtime, parts: Parts) -> None:
    """Open its account, or give it the password of the secret again where the vault was restored without its own."""
    account = await parts.accounts.of(ADMINISTRATOR)
    recorded = await runtime.store.load(account_stream(account).name)
    state = ACCOUNT_DECIDER.fold(cast("AccountEvent", one.event) for one in recorded)
    if not recorded:
        command = OpenAccount(
            account=account,
            role=Role.ADMINISTRATOR,
            username=await runtime.vault.keep(account, "username", ADMINISTRATOR),
            credential=await _credential(runtime, parts, account),
            district=None,
            organization=None,
            by=ITSELF,
            at=runtime.clock.now(),
            must_change=False,
        )
        await handle(runtime.store, command, _context(runtime, "administrator", account))
    elif isinstance(state, Open) and await runtime.vault.reveal(state.credential) is None:
        credential = await _credential(runtime, parts, account)
        again = ChangePassword(account, state.credential, credential, ITSELF, runtime.clock.now())
        await handle(runtime.store, again, _context(runtime, "administrator-again", account, state.credential))


async def _credential(runtime: Runtime, parts: Parts, account: str) -> str:
    """The commitment to the secret's password, whose file has to be there only while it is needed."""
    record = await parts.passwords.record(runtime.settings.secret("administrator_password"))
    return await runtime.vault.keep(account, "credential", record)


def _context(runtime: Runtime, *what: str) -> Context:
    command_id = named("command", *what)
    return Context(command_id, ITSELF, runtime.clock.now(), correlation_id=command_id)


SERVICE = Service(
    "registration",
    "注册与认证: accounts, organizations, keys",
    _routers,
    PROJECTIONS,
    react,
    _starting,
    fall_due,
    _before_erasure,
)

if __name__ == "__main__":
    run(SERVICE, read(Settings))
