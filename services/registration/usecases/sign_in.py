"""Signing in: user name and password to a short-lived token (C5.2)."""

from dataclasses import dataclass, replace

from services.registration.domain.account import ACCOUNT_DECIDER
from services.registration.domain.account_states import Open
from services.registration.domain.filer import filers_of
from services.registration.domain.password import PasswordToBeChanged
from services.registration.domain.signing_keys import KEY_RING_DECIDER
from services.registration.usecases.ports import AccountIds, Passwords, Tokens
from services.registration.usecases.project import FILERS
from services.registration.usecases.streams import KEY_RING, account_stream, organization_stream
from shared.eventstore.documents import Reads
from shared.eventstore.port import EventStore
from shared.kernel.actor import Actor
from shared.kernel.clock import Clock
from shared.kernel.instants import Instant
from shared.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A token, when it expires, and whom it names."""

    token: str
    expires_at: Instant
    actor: Actor


@dataclass(frozen=True, slots=True)
class SignIn:
    """Checks a password and signs a token with the newest key."""

    store: EventStore
    reads: Reads
    vault: Vault
    passwords: Passwords
    accounts: AccountIds
    tokens: Tokens
    clock: Clock

    async def __call__(self, username: str, password: str) -> SignedIn | None:
        """The token, or None when user name and password do not go together; refuse a password of somebody else."""
        account = await self.holder(username, password)
        if account is None:
            return None
        if account.must_change:
            raise PasswordToBeChanged
        actor = replace(account.holder, organization=await self._organization(account))
        keys = KEY_RING_DECIDER.fold(one.event for one in await self.store.load(KEY_RING.name))  # type: ignore[misc]
        token, expires_at = await self.tokens.sign(keys.kids[-1], actor, account.generation, self.clock.now())
        return SignedIn(token, expires_at, actor)

    async def holder(self, username: str, password: str) -> Open | None:
        """The account of this user name, when this is its password."""
        recorded = await self.store.load(account_stream(await self.accounts.of(username)).name)
        account = ACCOUNT_DECIDER.fold(one.event for one in recorded)  # type: ignore[misc]  # its own stream
        record = await self.vault.reveal(account.credential) if isinstance(account, Open) else None
        right = await self.passwords.matches(password, record)
        return account if right and isinstance(account, Open) else None

    async def _organization(self, account: Open) -> str | None:
        """Whose people these are: of who files now, and of the signatories that it or one before it let sign."""
        filer = await self.reads.get(FILERS, account.account)
        named = account.organization or (str(filer["organization"]) if filer is not None else None)
        if named is None:
            return None
        filers = filers_of(one.event for one in await self.store.load(organization_stream(named).name))
        if account.organization is None:
            return named if filers[-1:] in ((), (account.account,)) else None
        return named if not filers or await self._opened_by(account) in filers else None

    async def _opened_by(self, account: Open) -> str:
        first, *_ = await self.store.load(account_stream(account.account).name)
        return first.envelope.actorid
