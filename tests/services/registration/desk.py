"""Registration with its accounts, passwords and tokens behind the real door, in memory, for people without names."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import httpx

from services.registration.domain.account import OpenAccount
from services.registration.domain.signing_keys import PublishSigningKey
from services.registration.entrypoints.accounts import before_erasure
from services.registration.entrypoints.http import routers
from services.registration.entrypoints.parts import Parts
from services.registration.usecases.handle import handle
from services.registration.usecases.project import PROJECTIONS
from services.registration.usecases.sign_in import SignIn
from shared.contracts.envelope import Recorded
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Context
from shared.eventstore.projection import apply_all
from shared.files.depot import depot_at
from shared.kernel.actor import Role, system
from shared.kernel.ids import named
from shared.runtime.ended_tokens import ENDED_TOKENS, HeardEndings
from shared.runtime.personal_data import erasure_router
from shared.runtime.signing_keys import SIGNING_KEYS, PublishedKeys
from shared.vault.vault import MemoryVault
from shared.web.app import Web, create_app
from shared.web.authentication import TokenVerifier
from shared.web.patience import Patience
from tests.shared.web.house import House
from tests.shared.web.test_allowance import Hand
from tests.town.gate import TOKENS, NamedAccountIds, PlainPasswords

OURS = system("registration")
READ_AT_ONCE = 1000


class Desk(House):
    """Where accounts are opened; the read models follow every request."""

    SECRET: ClassVar[str] = "what-the-operator-knows"
    vault: MemoryVault
    hand: Hand
    """The clock that pauses are measured by."""

    @classmethod
    async def opened(cls, *, rehearsal: bool = True) -> "Desk":
        """With the administrator's account and a key, as the first start makes them."""
        desk = cls()
        desk.clock.rehearsal = rehearsal
        desk.store, desk.vault = MemoryEventStore("registration", rehearsal=rehearsal), MemoryVault()
        desk.hand = Hand()
        passwords, accounts = PlainPasswords(), NamedAccountIds()
        sign_in = SignIn(desk.store, desk.documents, desk.vault, passwords, accounts, TOKENS, desk.clock)
        parts = Parts(
            store=desk.store,
            vault=desk.vault,
            passwords=passwords,
            accounts=accounts,
            tokens=TOKENS,
            sign_in=sign_in,
            depot=depot_at("memory:"),
            reads=desk.documents,
            projector=desk.models,
            clock=desk.clock,
            patience=Patience(desk.hand),
        )
        verifier = TokenVerifier(PublishedKeys(desk.documents), HeardEndings(desk.documents, seconds=0))
        web = Web(desk.store, desk.documents, desk.models, verifier, desk.clock, desk._health)
        erasure = erasure_router(desk.store, desk.vault, before_erasure(parts))
        desk.app = create_app("registration", "accounts", [*routers(parts), erasure], web)
        await desk._begun(parts)
        return desk

    async def opens(self, username: str, password: str, token: str | None = None, **members: Any) -> str:
        """The account that was opened."""
        answer = await self.tries_to_open(username, password, token, **members)
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return str(answer.json()["account"])

    async def tries_to_open(
        self,
        username: str,
        password: str,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> httpx.Response:
        """What is answered to whoever wants to open one."""
        body = {"username": username, "password": password, **members}
        return await self._post("/accounts", body, {**_bearer(token), **(headers or {})})

    async def signs_in(self, username: str, password: str) -> httpx.Response:
        """What is answered to whoever wants a token."""
        return await self._post("/tokens", {"username": username, "password": password})

    async def token_of(self, username: str, password: str) -> str:
        """A token."""
        answer = await self.signs_in(username, password)
        assert answer.status_code == httpx.codes.OK, answer.text
        return str(answer.json()["token"])

    async def changes(
        self, username: str, password: str, new: str, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """What is answered to whoever wants another password."""
        body = {"username": username, "password": password, "new_password": new}
        return await self._post("/accounts/password", body, headers)

    async def closes(self, account: str, token: str) -> httpx.Response:
        """What is answered to whoever closes an account."""
        return await self._post(f"/accounts/{account}/closure", {"ground": "调离岗位"}, _bearer(token))

    async def resets(self, account: str, new: str, token: str) -> httpx.Response:
        """What is answered to whoever gives another password to who forgot it."""
        body = {"new_password": new, "ground": "持有人遗忘密码"}
        return await self._post(f"/accounts/{account}/password-reset", body, _bearer(token))

    async def commands(self, path: str, token: str, body: dict[str, Any]) -> httpx.Response:
        """What is answered to a command."""
        return await self._post(path, body, _bearer(token))

    async def reads(self, token: str, **query: str) -> httpx.Response:
        """The accounts there are."""
        async with self.client() as client:
            return await client.get("/accounts", params=query, headers=_bearer(token))

    async def log(self) -> Sequence[Recorded]:
        """Everything that was recorded."""
        return await self.store.read(0, READ_AT_ONCE)

    async def _post(self, path: str, body: dict[str, Any], headers: Mapping[str, str] | None = None) -> httpx.Response:
        async with self.client() as client:
            answer = await client.post(path, json=body, headers=headers)
        await self._catch_up()
        return answer

    async def _catch_up(self) -> None:
        for recorded in await self.store.read(self.models.position, READ_AT_ONCE):
            await apply_all([SIGNING_KEYS, ENDED_TOKENS, *PROJECTIONS], self.documents, recorded)
            self.models.position = recorded.position

    async def _begun(self, parts: Parts) -> None:
        key, account = await TOKENS.new_key(), await parts.accounts.of("administrator")
        username = await self.vault.keep(account, "username", "administrator")
        credential = await self.vault.keep(account, "credential", await parts.passwords.record(self.SECRET))
        at = self.clock.now()
        first = OpenAccount(account, Role.ADMINISTRATOR, username, credential, None, None, OURS, at, must_change=False)
        for command in (PublishSigningKey(key.kid, key.public_key, OURS, at), first):
            identity = named("command", type(command).__name__)
            await handle(self.store, command, Context(identity, OURS, at, correlation_id=identity))
        await self._catch_up()


def _bearer(token: str | None) -> dict[str, str]:
    return {} if token is None else {"Authorization": f"Bearer {token}"}
