"""A house of one room behind the real door: its store, documents and clock are the ones in memory."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from asyncpg.exceptions import DiskFullError
from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from joserfc import jwt
from joserfc.jwk import OKPKey
from pydantic import Field

from shared.contracts.access import AccessRefused
from shared.contracts.category import Stream
from shared.contracts.topics import ACCESS
from shared.eventstore.documents import MemoryDocuments
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import CommandReused, EventStore, Idempotency, OutcomeUnknown, StoreBusy, StreamConflict
from shared.eventstore.transact import Target, Transacted, transact
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant, plus_seconds, to_datetime
from shared.kernel.refusal import NotPermitted, Refusal, Unknown, require
from shared.web.app import Web, create_app
from shared.web.authentication import AUDIENCE, EDDSA, ISSUER, CurrentActor, TokenVerifier
from shared.web.command import Arriving, ArrivingFromAnybody
from shared.web.models import Body, Count, DateText, DecimalText, IdText, InstantText, Receipt, ShortText
from shared.web.reads import After, AsOf, AtLeast, Limit

NOON = Instant("2017-08-01T04:00:00.000Z")
CLERK = Actor("0c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017", Role.DISTRICT_CLERK, "310104")
EXPERT = Actor("1c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017", Role.EXPERT)


class PartBody(Body):
    """One line of a list."""

    area: DecimalText


class NoteBody(Body):
    """Something to note."""

    text: ShortText
    size: Count = 0
    on: DateText | None = None
    at: InstantText | None = None
    parts: list[PartBody] = Field(default_factory=list, max_length=3)
    password: ShortText | None = None


@dataclass(frozen=True, slots=True)
class TakeNote:
    """The command behind it."""

    text: str
    actor: Actor


class AlreadyNoted(Refusal):
    """A note was taken before."""

    title = "A note was taken before"
    rule = "R7"
    clause = "C2.1.2"
    field = "text"


def decide(state: tuple[str, ...], command: TakeNote) -> list[AccessRefused]:
    """One text for each stream; clerks only."""
    require(command.actor, Role.DISTRICT_CLERK, Role.FILER)
    if state == (command.text,):
        return []
    if state:
        raise AlreadyNoted
    return [AccessRefused(command="TakeNote", stream="note", reason=command.text)]


NOTES: Decider[tuple[str, ...], TakeNote, AccessRefused] = Decider(
    (), decide, lambda state, event: (*state, event.reason)
)


def once(state: tuple[str, ...], command: TakeNote) -> list[AccessRefused]:
    """Like `decide`, but the same text again is refused as well."""
    events = decide(state, command)
    if not events:
        raise AlreadyNoted(record=(AccessRefused(command="TakeNote", stream="note", reason="again"),))
    return events


ONCE: Decider[tuple[str, ...], TakeNote, AccessRefused] = Decider((), once, NOTES.evolve)


@dataclass(slots=True)
class HandClock:
    """Stands still until it is moved by hand."""

    instant: Instant = NOON
    rehearsal: bool = True
    waits: str = ""

    def now(self) -> Instant:
        """See `Clock.now`."""
        return self.instant

    def move(self, seconds: int) -> None:
        """Forward."""
        self.instant = plus_seconds(self.instant, seconds)


@dataclass(slots=True)
class Models:
    """Read models that are at a position until somebody moves them."""

    position: int = 0
    moved: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def reached(self, position: int, timeout_seconds: float) -> bool:
        """See `Reaching.reached`."""
        try:
            async with asyncio.timeout(timeout_seconds), self.moved:
                await self.moved.wait_for(lambda: self.position >= position)
        except TimeoutError:
            return False
        return True

    async def move(self, position: int) -> None:
        """Forward."""
        async with self.moved:
            self.position = position
            self.moved.notify_all()


@dataclass(slots=True)
class Keys:
    """Published keys, and how often somebody asked."""

    published: dict[str, str]
    asked: int = 0

    async def public_key(self, kid: str) -> str | None:
        """See `SigningKeys.public_key`."""
        self.asked += 1
        return self.published.get(kid)


@dataclass(slots=True)
class Ended:
    """Accounts whose tokens of this generation and earlier ones have ended."""

    generations: dict[str, int] = field(default_factory=dict)

    async def ended(self, account: str, generation: int, _at: Instant) -> bool:
        """See `EndedTokens.ended`."""
        return generation <= self.generations.get(account, -1)


@dataclass(slots=True)
class House:
    """Everything a test touches."""

    clock: HandClock = field(default_factory=HandClock)
    store: EventStore = field(default_factory=lambda: MemoryEventStore("review", rehearsal=True))
    documents: MemoryDocuments = field(default_factory=MemoryDocuments)
    models: Models = field(default_factory=Models)
    ended: Ended = field(default_factory=Ended)
    key: OKPKey = field(default_factory=lambda: OKPKey.generate_key("Ed25519", auto_kid=True))
    failures: dict[str, Exception] = field(default_factory=dict)
    """What the route `/failing/{name}` raises."""
    before_append: Callable[[], Awaitable[None]] | None = None
    before_work: Callable[[], Awaitable[None]] | None = None
    """Comes after the key was asked for, on the route `/once/{note}`."""
    health: dict[str, Any] = field(default_factory=lambda: {"status": "ready", "checks": {}, "position": 0})
    keys: Keys = field(init=False)
    app: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        """Open the door."""
        self.keys = Keys({str(self.key.kid): public(self.key)})
        self.failures |= {
            "busy": StoreBusy(2),
            "conflict": StreamConflict("access-a", 1, 2),
            "reused": CommandReused("4f6c"),
            "outcome": OutcomeUnknown(OSError("gone")),
            "away": ConnectionRefusedError("10.1.2.3 refused"),
            "full": DiskFullError("could not extend file"),
            "bug": ZeroDivisionError("secret inside"),
            "refused": NotPermitted("not you", field="role"),
        }
        web = Web(self.store, self.documents, self.models, self.verifier(), self.clock, self._health)
        self.app = create_app("Notes", "notes", [self._routes()], web)

    def client(self) -> httpx.AsyncClient:
        """An HTTP client without a network; what the application raises reaches the test."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://notes")

    def token(self, actor: Actor = CLERK, key: OKPKey | None = None, **claims: Any) -> str:
        """A token as registration issues it, unless `claims` say otherwise; None leaves one out."""
        issued = int(to_datetime(self.clock.now()).timestamp())
        said: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "sub": actor.id, "role": actor.role.value}
        said |= {"iat": issued, "nbf": issued, "exp": issued + 900, "district": actor.district, **claims}
        signer = key or self.key
        header = {"alg": "EdDSA", "kid": str(signer.kid)}
        return jwt.encode(header, {k: v for k, v in said.items() if v is not None}, signer, registry=EDDSA)

    def bearer(self, actor: Actor = CLERK, **claims: Any) -> dict[str, str]:
        """The header that carries a token."""
        return {"Authorization": f"Bearer {self.token(actor, **claims)}"}

    def verifier(self) -> TokenVerifier:
        """Who checks tokens by these keys."""
        return TokenVerifier(self.keys, self.ended)

    async def _health(self) -> dict[str, Any]:
        return self.health

    def _routes(self) -> APIRouter:
        router = APIRouter()
        self._commands(router)
        self._reads(router)
        return router

    def _commands(self, router: APIRouter) -> None:
        @router.post("/notes/{note}", status_code=201, response_model=Receipt)
        async def take(note: IdText, body: NoteBody, arrival: Arriving) -> JSONResponse:
            if self.before_append is not None:
                await self.before_append()
            target = Target(NOTES, Stream(ACCESS["review"], note, note))
            command = TakeNote(body.text, arrival.actor)
            return await arrival.answer(
                lambda key: transact(self.store, target, command, arrival.context, key), note=note
            )

        @router.post("/once/{note}", status_code=201, response_model=Receipt)
        async def take_once(note: IdText, body: NoteBody, arrival: Arriving) -> JSONResponse:
            target = Target(ONCE, Stream(ACCESS["review"], note, note))

            async def work(key: Idempotency | None) -> Transacted[Any]:
                if self.before_work is not None:
                    await self.before_work()
                return await transact(self.store, target, TakeNote(body.text, arrival.actor), arrival.context, key)

            return await arrival.answer(work, note=note)

        @router.post("/open", response_model=Receipt)
        async def anybody(body: NoteBody, arrival: ArrivingFromAnybody) -> JSONResponse:
            target = Target(NOTES, Stream(ACCESS["review"], "open", "open"))
            command = TakeNote(body.text, arrival.actor)
            return await arrival.answer(lambda key: transact(self.store, target, command, arrival.context, key))

    def _reads(self, router: APIRouter) -> None:
        @router.get("/notes", response_model=list[dict[str, str]])
        async def many(
            reads: AtLeast, _actor: CurrentActor, state: str = "", after: After = "", limit: Limit = 10
        ) -> Any:
            return await reads.find("notes", {"state": state} if state else {}, after=after, limit=limit)

        @router.get("/then")
        async def then(_actor: CurrentActor, as_of: AsOf) -> dict[str, str | None]:
            return {"as_of": as_of}

        @router.get("/failing/{name}")
        async def failing(name: str) -> None:
            raise self.failures.get(name, Unknown("no such failure", field="name"))


def public(key: OKPKey) -> str:
    """The public key `x` of its JWK."""
    return str(key.as_dict(private=False)["x"])
