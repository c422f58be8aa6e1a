"""Registration's own routes behind the real door, in memory; its read models follow every command."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from services.registration.entrypoints.http import routers
from services.registration.entrypoints.parts import Parts
from services.registration.usecases.project import PROJECTIONS
from services.registration.usecases.sign_in import SignIn
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.projection import apply_all
from shared.files.depot import depot_at
from shared.kernel.actor import Actor
from shared.vault.vault import MemoryVault
from shared.web.app import Web, create_app
from tests.shared.web.house import House

NOBODY: Any = None
"""What these tests do not touch: passwords, account ids and private keys."""


class Registry(House):
    """A house whose projector runs before every request."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.store = MemoryEventStore("registration", rehearsal=True)
        self.vault = MemoryVault()
        sign_in = SignIn(self.store, self.documents, self.vault, NOBODY, NOBODY, NOBODY, self.clock)
        web = Web(self.store, self.documents, self.models, self.verifier(), self.clock, self._health)
        parts = Parts(
            self.store,
            self.vault,
            NOBODY,
            NOBODY,
            NOBODY,
            sign_in,
            depot_at("memory:"),
            self.documents,
            self.models,
            self.clock,
        )
        self.app = create_app("registration", "registry", routers(parts), web)

    @asynccontextmanager
    async def acting(self, actor: Actor) -> AsyncIterator[httpx.AsyncClient]:
        """A client with the actor's token."""
        async with self.client() as client:
            client.headers.update(self.bearer(actor, organization=actor.organization))
            yield client

    async def catch_up(self) -> None:
        """Project what was stored since."""
        for recorded in await self.store.read(self.models.position, 1000):
            await apply_all(PROJECTIONS, self.documents, recorded)
            self.models.position = recorded.position
