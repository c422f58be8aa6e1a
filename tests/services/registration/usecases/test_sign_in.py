"""Who signs in, and that nobody does whose credential was erased."""

from dataclasses import replace
from typing import cast

from services.registration.domain.account import OpenAccount
from services.registration.domain.signing_keys import PublishSigningKey
from services.registration.usecases.handle import Command, handle
from services.registration.usecases.ports import SigningKey
from services.registration.usecases.project import PROJECTIONS
from services.registration.usecases.sign_in import SignIn
from shared.eventstore.documents import MemoryDocuments
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Context
from shared.eventstore.projection import apply_all
from shared.kernel.actor import Actor, Role, system
from shared.kernel.ids import named
from shared.kernel.instants import Instant
from shared.vault.vault import MemoryVault
from tests.services.people import AT, ORGANIZATION, VERIFIER
from tests.services.registration.domain.lives import REGISTER, REJECT, REQUEST
from tests.shared.web.house import HandClock

ACCOUNT = "8c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017"


class PlainPasswords:
    """Records that are the password itself: argon2 is tested where it is made real."""

    async def record(self, password: str) -> str:
        """See `Passwords.record`."""
        return password

    async def matches(self, password: str, record: str | None) -> bool:
        """See `Passwords.matches`."""
        return password == record


class OneAccount:
    """Every user name is this account's."""

    async def of(self, username: str) -> str:
        """See `AccountIds.of`."""
        assert username
        return ACCOUNT


class PlainTokens:
    """Tokens that say whom they name."""

    async def new_key(self) -> SigningKey:
        """See `Tokens.new_key`."""
        return SigningKey("kid", "public")

    async def sign(self, kid: str, actor: Actor, generation: int, at: Instant) -> tuple[str, Instant]:
        """See `Tokens.sign`."""
        return f"{kid} {actor.id} {generation}", at


async def opened(vault: MemoryVault) -> SignIn:
    """A filer's account with the password 'right', and the key that signs."""
    store, clock = MemoryEventStore("registration"), HandClock()
    ours = system("registration")
    filer = OpenAccount(
        ACCOUNT,
        Role.FILER,
        await vault.keep(ACCOUNT, "username", "filer"),
        await vault.keep(ACCOUNT, "credential", "right"),
        None,
        None,
        None,
        AT,
        must_change=False,
    )
    commands: list[Command] = [filer, PublishSigningKey("kid", "public", ours, AT)]
    for n, command in enumerate(commands):
        identity = named("command", str(n))
        await handle(store, command, Context(identity, ours, AT, correlation_id=identity))
    return SignIn(store, MemoryDocuments(), vault, PlainPasswords(), OneAccount(), PlainTokens(), clock)


async def test_the_right_password_gives_a_token() -> None:
    sign_in = await opened(MemoryVault())
    signed = await sign_in("filer", "right")
    assert signed is not None
    assert (signed.token, signed.actor.role) == (f"kid {ACCOUNT} 0", Role.FILER)
    assert await sign_in("filer", "wrong") is None


async def test_a_filer_whose_registration_was_rejected_acts_for_nobody_once_another_registered_the_code() -> None:
    sign_in = await opened(MemoryVault())
    mine, verifier = Actor(ACCOUNT, Role.FILER), VERIFIER
    await told(sign_in, replace(REGISTER, by=mine))
    assert await whose(sign_in) == ORGANIZATION
    await told(sign_in, replace(REQUEST, by=replace(mine, organization=ORGANIZATION)))
    await told(sign_in, replace(REJECT, by=verifier))
    assert await whose(sign_in) == ORGANIZATION
    await told(sign_in, REGISTER)
    assert await whose(sign_in) is None


async def told(sign_in: SignIn, command: Command) -> None:
    """Carry out a command, and show what happened."""
    by = command.by
    assert by is not None
    identity = named("command", repr(command))
    done = await handle(sign_in.store, command, Context(identity, by, AT, correlation_id=identity))
    for recorded in await sign_in.store.read(done.appended.position - len(done.events), 10):
        await apply_all(PROJECTIONS, cast("MemoryDocuments", sign_in.reads), recorded)


async def whose(sign_in: SignIn) -> str | None:
    """The organization that the account acts for when it signs in now."""
    signed = await sign_in("filer", "right")
    assert signed is not None
    return signed.actor.organization


async def test_nobody_signs_in_whose_credential_was_erased() -> None:
    vault = MemoryVault()
    sign_in = await opened(vault)
    assert await vault.erase("erasure-1", ACCOUNT) == 2
    assert await sign_in("filer", "right") is None
