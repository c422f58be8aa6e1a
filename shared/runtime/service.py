"""How a service describes itself to the process that runs it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter

from shared.contracts.envelope import Recorded
from shared.eventstore.documents import Documents, PoolReads, Reads
from shared.eventstore.port import Append, EventStore
from shared.eventstore.postgres import Pool, PostgresEventStore
from shared.eventstore.projection import Projection
from shared.eventstore.projector import Projector
from shared.files.depot import Depot
from shared.kernel.clock import Clock
from shared.kernel.instants import Instant
from shared.messaging.delivery import Load
from shared.runtime.personal_data import BeforeErasure, nothing_ends
from shared.runtime.settings import ServiceSettings
from shared.vault.postgres import PostgresVault


@dataclass(frozen=True, slots=True)
class Runtime:
    """What a service's own parts stand on."""

    settings: ServiceSettings
    pool: Pool
    store: PostgresEventStore
    reads: PoolReads
    vault: PostgresVault
    clock: Clock
    projector: Projector
    depot: Depot
    sessions: Pool
    """Connections for who listens or holds a session's lock; `pool` is for everything else."""


async def no_reaction(_load: Load, _documents: Documents, _recorded: Recorded) -> Sequence[Append]:
    """For a service that only projects what it hears."""
    return ()


async def nothing_falls_due(_store: EventStore, _reads: Reads, _now: Instant) -> None:
    """For a service in which nothing happens by the clock alone."""


async def nothing_to_start(_runtime: Runtime) -> None:
    """For a service that needs nothing before it opens its door."""


def no_account_ends(_runtime: Runtime) -> BeforeErasure:
    """For a service whose vault nobody signs in by."""
    return nothing_ends


@dataclass(frozen=True, slots=True)
class Service:
    """One house of the street."""

    name: str
    title: str
    routers: Callable[[Runtime], Sequence[APIRouter]]
    projections: Sequence[Projection]
    """Own and foreign events to read models."""
    react: Callable[[Load, Documents, Recorded], Awaitable[Sequence[Append]]] = no_reaction
    starting: Callable[[Runtime], Awaitable[None]] = nothing_to_start
    fall_due: Callable[[EventStore, Reads, Instant], Awaitable[None]] = nothing_falls_due
    """What has run out at an instant, found in the read models and commanded by the service itself."""
    before_erasure: Callable[[Runtime], BeforeErasure] = no_account_ends
    """What ends before a subject's personal data are erased."""
