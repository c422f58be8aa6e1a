"""A service's whole door, as its process opens it, on a store, documents and a vault in memory."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

from shared.eventstore.memory import MemoryEventStore
from shared.files.depot import depot_at
from shared.runtime import operations
from shared.vault.vault import MemoryVault
from shared.web.app import Web, create_app
from tests.shared.web.house import House

NOTHING: Any = None


class Opened(House):
    """The door of the service of this name."""

    def __init__(self, service: str) -> None:
        super().__init__()
        house: Any = import_module(f"services.{service}.main").SERVICE
        self.store = MemoryEventStore(service, rehearsal=True)
        self.models.position = 2**53
        self.vault = MemoryVault()
        runtime: Any = SimpleNamespace(
            settings=NOTHING,
            pool=NOTHING,
            store=self.store,
            reads=self.documents,
            vault=self.vault,
            depot=depot_at("memory:"),
            clock=self.clock,
            projector=self.models,
            sessions=NOTHING,
        )
        web = Web(self.store, self.documents, self.models, self.verifier(), self.clock, self._health)
        routers = [*operations.routers(runtime, NOTHING, house.before_erasure(runtime)), *house.routers(runtime)]
        self.app = create_app(service, service, routers, web)
