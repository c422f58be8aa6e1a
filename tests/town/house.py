"""One house of the street in memory: its own wiring, store and documents, and the events that it has heard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from fastapi import APIRouter, FastAPI

from shared.contracts.envelope import Recorded
from shared.contracts.topics import consumed_by, topic_of
from shared.eventstore.documents import MemoryDocuments
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.projection import apply_all
from shared.files.depot import depot_at
from shared.kernel.instants import Instant
from shared.runtime.ended_tokens import HeardEndings
from shared.runtime.personal_data import erasure_router, erasures
from shared.runtime.process import Heard, projections_of
from shared.runtime.service import Runtime, Service
from shared.runtime.settings import FileSettings
from shared.runtime.signing_keys import PublishedKeys
from shared.vault.vault import MemoryVault
from shared.web.app import Web, create_app
from shared.web.authentication import TokenVerifier
from tests.town.gate import registration_routers

BATCH_EVENTS_MAX = 10_000


@dataclass(slots=True)
class HandClock:
    """Stands still until it is moved by hand, forward."""

    instant: Instant
    rehearsal: bool = True
    waits: str = ""

    def now(self) -> Instant:
        """See `Clock.now`."""
        return self.instant


@dataclass(slots=True)
class House:
    """A service behind its real door, without a database, a broker or a socket."""

    service: Service
    clock: HandClock
    folder: Path
    store: MemoryEventStore = field(init=False)
    documents: MemoryDocuments = field(default_factory=MemoryDocuments)
    vault: MemoryVault = field(default_factory=MemoryVault)
    position: int = 0
    """How far its own log is in its read models."""
    heard: dict[str, int] = field(default_factory=dict)
    """How far it has heard each other log."""
    _app: FastAPI | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Begin with an empty log."""
        self.store = MemoryEventStore(self.name, rehearsal=True)

    @property
    def app(self) -> FastAPI:
        """The door; it is made when somebody first knocks, since that takes a quarter of a second."""
        if self._app is None:
            self._app = create_app(self.name, self.service.title, self._routers(), self._web())
        return self._app

    def _web(self) -> Web:
        return Web(
            self.store,
            self.documents,
            self,
            TokenVerifier(PublishedKeys(self.documents), HeardEndings(self.documents, seconds=0)),
            self.clock,
            self._health,
        )

    @property
    def name(self) -> str:
        """The service's name."""
        return self.service.name

    @property
    def runtime(self) -> Runtime:
        """What its own parts stand on; there is no pool."""
        nothing: Any = None
        return Runtime(
            settings=_settings(self.name, self.folder),
            pool=nothing,
            store=cast("Any", self.store),
            reads=cast("Any", self.documents),
            vault=cast("Any", self.vault),
            clock=self.clock,
            projector=cast("Any", self),
            depot=depot_at((self.folder / self.name).as_uri()),
            sessions=nothing,
        )

    async def log(self) -> Sequence[Recorded]:
        """Everything that it recorded."""
        return await self.store.read(0, BATCH_EVENTS_MAX**2)

    async def reached(self, position: int, _timeout_seconds: float) -> bool:
        """See `Reaching.reached`: its own events are shown as soon as they are asked for."""
        await self.catch_up()
        return self.position >= position

    async def catch_up(self) -> bool:
        """Show its own events in its read models; whether there were any."""
        new = await self.store.read(self.position, BATCH_EVENTS_MAX)
        for recorded in new:
            await apply_all([erasures(self.vault), *projections_of(self.service)], self.documents, recorded)
            self.position = recorded.position
        return bool(new)

    async def hear(self, other: "House") -> bool:
        """Take in what another house recorded on the topics that this one reads; whether there was any."""
        new = await other.store.read(self.heard.get(other.name, 0), BATCH_EVENTS_MAX)
        topics = consumed_by(self.name)
        for recorded in new:
            self.heard[other.name] = recorded.position
            if topic_of(other.name, recorded.envelope.stream) in topics:
                await self._take_in(recorded)
        return bool(new)

    async def fall_due(self) -> None:
        """Command what has run out."""
        await self.catch_up()
        await self.service.fall_due(self.store, self.documents, self.clock.now())

    async def _take_in(self, recorded: Recorded) -> None:
        await self.catch_up()
        heard = Heard(self.service)
        await heard.project(self.documents, recorded)
        for append in await heard.react(self.store.load, self.documents, recorded):
            await self.store.append(append)

    def _routers(self) -> Sequence[APIRouter]:
        erasure = erasure_router(self.store, self.vault)
        if self.name == "registration":
            depot = self.runtime.depot
            return [*registration_routers(self.store, self.documents, self.vault, self.clock, depot, self), erasure]
        return [*self.service.routers(self.runtime), erasure]

    async def _health(self) -> dict[str, Any]:
        return {"status": "ready", "checks": {}, "position": self.position}


def _settings(name: str, folder: Path) -> Any:
    """The service's own settings, of which only folders and secrets lead anywhere."""
    settings: Any = import_module(f"services.{name}.settings").Settings
    return settings(files=FileSettings(url="nowhere"), **_members(settings.model_fields, folder))


def _members(fields: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    members: dict[str, Any] = {"secrets_dir": folder}
    for name, one in fields.items():
        if one.is_required() and name not in members:
            members[name] = folder / name if one.annotation is Path else "nowhere"
    return members
