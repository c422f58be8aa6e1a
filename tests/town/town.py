"""The whole street in one process and in memory: five houses behind their doors, and the topics between them."""

from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx

from services.registration.domain.account import OpenAccount
from services.registration.domain.signing_keys import PublishSigningKey
from services.registration.usecases.handle import handle
from services.registration.usecases.streams import account_stream
from shared.contracts.envelope import Recorded
from shared.contracts.topics import SERVICES
from shared.eventstore.port import Context
from shared.kernel.actor import ANYBODY, Actor, Role, system
from shared.kernel.ids import named
from shared.kernel.instants import Instant, instant
from tests.town.gate import TOKENS, NamedAccountIds, PlainPasswords
from tests.town.house import HandClock, House

START = Instant("2017-08-01T01:00:00.000Z")
ITSELF = system("registration")
ADMINISTRATOR, PASSWORD = "administrator", "correct horse battery staple"
DELIVERIES_MAX = 100
"""Rounds of deliveries before a street that never comes to rest is given up."""


class Refused(Exception):
    """A house refused; `problem` is its RFC 9457 document."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(f"{problem.get('status')} {problem.get('type')}: {problem.get('detail')}")
        self.problem = problem

    @property
    def name(self) -> str:
        """The refusal's name, such as `submission-too-late`."""
        return str(self.problem["type"]).rpartition(":")[2]


@dataclass(slots=True)
class Town:
    """Five houses; whatever happens in one is heard by the others before the next request is answered."""

    folder: Path
    clock: HandClock = field(default_factory=lambda: HandClock(START))
    houses: dict[str, House] = field(init=False)
    kid: str = ""
    _filers: dict[str | None, Actor] = field(default_factory=dict)
    """By organization, who opens the account of whoever signs for it."""
    _fell_due_at: str = ""

    def __post_init__(self) -> None:
        """Build the houses."""
        self.houses = {
            name: House(import_module(f"services.{name}.main").SERVICE, self.clock, self.folder) for name in SERVICES
        }

    async def begin(self) -> None:
        """Publish the first signing key."""
        key = await TOKENS.new_key()
        self.kid = key.kid
        await handle(
            self.houses["registration"].store,
            PublishSigningKey(key.kid, key.public_key, ITSELF, self.clock.now()),
            self._context("first-key", key.kid),
        )
        await self._open_administrator()
        await self.settle()

    async def _open_administrator(self) -> None:
        house = self.houses["registration"]
        account = await NamedAccountIds().of(ADMINISTRATOR)
        username = await house.vault.keep(account, "username", ADMINISTRATOR)
        credential = await house.vault.keep(account, "credential", await PlainPasswords().record(PASSWORD))
        await self._opened(Actor(account, Role.ADMINISTRATOR), ITSELF, username, credential)

    async def at(self, text: str) -> None:
        """Move the clock forward, and let happen what falls due by then."""
        moved = instant(text)
        assert moved >= self.clock.instant, f"{text} is before {self.clock.instant}"
        self.clock.instant = moved
        await self.settle()

    async def settle(self) -> None:
        """Deliver until every house has heard everything, and what has run out has been commanded."""
        await self._deliver()
        for _ in range(DELIVERIES_MAX):
            if self._fell_due_at == self.clock.instant:
                return
            before = await self._positions()
            for house in self.houses.values():
                await house.fall_due()
            await self._deliver()
            if await self._positions() == before:
                self._fell_due_at = self.clock.instant
        raise AssertionError("what falls due does not come to an end")

    async def _positions(self) -> list[int]:
        return [(await house.store.head()).position for house in self.houses.values()]

    async def _deliver(self) -> None:
        for _ in range(DELIVERIES_MAX):
            moved = [await house.catch_up() for house in self.houses.values()]
            for house in self.houses.values():
                moved += [await house.hear(other) for other in self.houses.values() if other is not house]
            if not any(moved):
                return
        raise AssertionError("the street does not come to rest")

    async def command(self, by: Actor | None, service: str, path: str, body: Any = None) -> dict[str, Any]:
        """Send a command; raise `Refused` with its problem document."""
        receipt: dict[str, Any] = await self._ask("POST", by, service, path, body)
        return receipt

    async def read(self, by: Actor | None, service: str, path: str, **query: Any) -> Any:
        """Ask a question."""
        return await self._ask("GET", by, service, path, None, **query)

    async def deposit(self, by: Actor | None, service: str, content: bytes, **query: str) -> str:
        """Bring a PDF that a command is to name; its hash."""
        headers = {"Content-Type": "application/pdf", **(await self.bearer(by) if by else {})}
        async with self.client(service) as client:
            told = {"name": "附件.pdf", **query}
            answer = await client.post("/files", params=told, content=content, headers=headers)
        if not answer.is_success:
            raise Refused(answer.json())
        return str(answer.json()["sha256"])

    async def refused(self, by: Actor | None, service: str, path: str, body: Any = None) -> str:
        """The name of the refusal of a command that must be refused."""
        try:
            await self.command(by, service, path, body)
        except Refused as refusal:
            return refusal.name
        raise AssertionError(f"{path} was to be refused")

    async def events(self) -> list[Recorded]:
        """Every event of every log."""
        return [one for house in self.houses.values() for one in await house.log()]

    async def bearer(self, by: Actor) -> dict[str, str]:
        """The header that carries somebody's token; an account is opened where there is none."""
        await self._open(by)
        token, _ = await TOKENS.sign(self.kid, by, 0, self.clock.now())
        return {"Authorization": f"Bearer {token}"}

    def client(self, service: str) -> httpx.AsyncClient:
        """An HTTP client at a house's door, without a network."""
        transport = httpx.ASGITransport(self.houses[service].app)
        return httpx.AsyncClient(transport=transport, base_url=f"http://{service}")

    async def _ask(self, method: str, by: Actor | None, service: str, path: str, body: Any, **query: Any) -> Any:
        headers = await self.bearer(by) if by else {}
        sent: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
        async with self.client(service) as client:
            answer = await client.request(method, path, headers=headers, params=query, **sent)
        await self.settle()
        if not answer.is_success:
            raise Refused(answer.json())
        return answer.json() if answer.headers.get("content-type", "").startswith("application/json") else answer

    async def _open(self, by: Actor) -> None:
        if not await self.houses["registration"].store.load(account_stream(by.id).name):
            await self._opened(by, self._opener(by))
            await self.settle()

    def _opener(self, by: Actor) -> Actor:
        """Who opens an account: anybody a filer's, the filer that of who signs for it, the platform the others'."""
        if by.role is Role.FILER:
            self._filers[by.organization] = by
            return ANYBODY
        return self._filers[by.organization] if by.role is Role.LEGAL_REPRESENTATIVE else ITSELF

    async def _opened(self, by: Actor, opener: Actor, username: str = "", credential: str = "b" * 64) -> None:
        command = OpenAccount(
            account=by.id,
            role=by.role,
            username=username or "a" * 64,
            credential=credential,
            district=by.district,
            organization=by.organization if by.role is Role.LEGAL_REPRESENTATIVE else None,
            by=None if opener == ANYBODY else opener,
            at=self.clock.now(),
            must_change=False,
        )
        context = replace(self._context("account", by.id), actor=opener)
        await handle(self.houses["registration"].store, command, context)

    def _context(self, *what: str) -> Context:
        command = named("town", *what)
        return Context(command, ITSELF, self.clock.now(), correlation_id=command)
