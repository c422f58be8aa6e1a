"""The timekeeper: what falls due by the clock alone is commanded here, by the service itself."""

import asyncio
from dataclasses import dataclass

from shared.eventstore.connections import DISCONNECTED
from shared.eventstore.port import CommandReused, Context, OutcomeUnknown, StoreBusy, StreamConflict
from shared.kernel.actor import system
from shared.kernel.ids import named
from shared.kernel.instants import Instant
from shared.observability.logs import logger
from shared.runtime.service import Runtime, Service

ROUND_SECONDS = 1.0
"""From one look at the clock to the next."""
AGAIN = (StreamConflict, CommandReused, StoreBusy, OutcomeUnknown, *DISCONNECTED)
"""Somebody else was first, or the database is away: the next look finds what is still due."""


@dataclass(frozen=True, slots=True)
class Timekeeper:
    """Asks a service again and again what fell due; several replicas may, since a repeated command decides nothing."""

    service: Service
    runtime: Runtime

    async def run(self) -> None:
        """Look at the clock until cancelled."""
        while True:
            await asyncio.sleep(ROUND_SECONDS)
            if self.runtime.clock.waits:
                continue
            try:
                await self.service.fall_due(self.runtime.store, self.runtime.reads, self.runtime.clock.now())
            except AGAIN as error:
                logger().info("due later", reason=f"{type(error).__name__}: {error}")


def due_context(service: str, at: Instant, round_id: str | None, *what: str) -> Context:
    """Who commands what fell due at `at`: the service itself, with that time, whichever replica sees it and when."""
    command_id = named("due", service, *what)
    return Context(command_id, system(service), at, correlation_id=command_id, round=round_id)
