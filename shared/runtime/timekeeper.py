"""The timekeeper: what falls due by the clock alone is commanded here, by the service itself."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiokafka.errors import KafkaError

from shared.eventstore.connections import DISCONNECTED
from shared.eventstore.port import CommandReused, Context, OutcomeUnknown, StoreBusy, StreamConflict
from shared.kernel.actor import system
from shared.kernel.ids import named
from shared.kernel.instants import Instant
from shared.messaging.hearing import NotHeard
from shared.observability.logs import logger
from shared.runtime.service import Runtime, Service

ROUND_SECONDS = 1.0
"""From one look at the clock to the next."""
AGAIN = (StreamConflict, CommandReused, StoreBusy, OutcomeUnknown, *DISCONNECTED)
"""Somebody else was first, or the database is away: the next look finds what is still due."""
UNHEARD = (NotHeard, KafkaError, OSError, TimeoutError)
"""The broker does not say what there is to hear."""


class Hears(Protocol):
    """How far the others are heard; see `Hearing`."""

    async def ends(self) -> Mapping[Any, int]:
        """Where everything ends that there is to hear now."""

    async def reached(self, ends: Mapping[Any, int]) -> bool:
        """Whether what was before these ends has been heard."""


@dataclass(slots=True)
class Timekeeper:
    """Asks a service again and again what fell due; several replicas may, since a repeated command decides nothing.

    It asks for an instant once everything has been heard that was on the topics then: a service that was down, was
    restored or lags would let run out what somebody had stopped in time. At each look it asks where the topics end,
    also while it waits: who does not ask does not learn that the broker was away.
    """

    service: Service
    runtime: Runtime
    hearing: Hears
    _next: tuple[Instant, Mapping[Any, int]] | None = field(default=None, init=False)

    async def run(self) -> None:
        """Look at the clock until cancelled."""
        while True:
            await asyncio.sleep(ROUND_SECONDS)
            if self.runtime.clock.waits:
                continue
            try:
                await self._look()
            except (*AGAIN, *UNHEARD) as error:
                logger().info("due later", reason=f"{type(error).__name__}: {error}")

    async def _look(self) -> None:
        at, there = self.runtime.clock.now(), await self.hearing.ends()
        now, ends = self._next = self._next or (at, there)
        if await self.hearing.reached(ends):
            self._next = None
            await self.service.fall_due(self.runtime.store, self.runtime.reads, now)


def due_context(service: str, at: Instant, round_id: str | None, *what: str) -> Context:
    """Who commands what fell due at `at`: the service itself, with that time, whichever replica sees it and when."""
    command_id = named("due", service, *what)
    return Context(command_id, system(service), at, correlation_id=command_id, round=round_id)
