"""Readiness: what is asked of the database, the broker, the relay, the inbox and the projector."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, TypeAlias

from shared.eventstore.connections import disconnected
from shared.eventstore.postgres import PostgresEventStore
from shared.kernel.clock import Clock
from shared.messaging.inbox import InboxState
from shared.messaging.relay import RelayState
from shared.observability.metrics import (
    APPEND_WAITING,
    CHECK_OK,
    INBOX_HOLDING,
    INBOX_LAG,
    INBOX_PARKED,
    LOG_POSITION,
    PROJECTOR_LAG,
    RELAY_LAG,
    RELAY_LAG_SECONDS,
    RELAY_LEADING,
    RELAY_POSITION,
    UNDERREPLICATED,
)
from shared.runtime.age import Age
from shared.web.reads import Reaching

CHECK_SECONDS_MAX = 2.0
STALL_SECONDS_MAX = 15.0
"""Work that waits so long without one step forward does not move any more."""

Check: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class Progress:
    """Notices work that waits and does not move."""

    _position: int = 0
    _since: float | None = None

    def stalled(self, position: int, lag: int) -> bool:
        """Whether something has been waiting for `STALL_SECONDS_MAX` while `position` stood still."""
        if lag <= 0:
            self._since = None
        elif self._since is None or position != self._position:
            self._since = monotonic()
        self._position = position
        return self._since is not None and monotonic() - self._since > STALL_SECONDS_MAX


@dataclass(frozen=True, slots=True)
class Health:
    """Asks the parts that run in this process, and sets their gauges; what runs elsewhere is not here."""

    store: PostgresEventStore
    projector: Reaching
    broker: Callable[[], Awaitable[int]]
    """How many partitions lack a replica; raises when the broker does not answer."""
    relay: RelayState | None
    inbox: InboxState | None
    clock: Clock | None = None
    """None where nobody asks whether it waits."""
    _relaying: Progress = field(default_factory=Progress)
    _projecting: Progress = field(default_factory=Progress)
    _unsent: Age = field(default_factory=Age)

    async def report(self) -> dict[str, Any]:
        """The readiness document; `status` is `ready` only when every check is ok."""
        (database, head), broker = await asyncio.gather(self._database(), self._broker())
        checks: dict[str, Check] = {
            "database": database,
            "broker": broker,
            "projector": self._projector(head),
        }
        if self.relay is not None:
            checks["relay"] = self._relay(self.relay, head)
        if self.inbox is not None:
            checks["inbox"] = self._inbox(self.inbox)
        if self.clock is not None:
            checks["clock"] = self._clock(self.clock)
        for name, check in checks.items():
            CHECK_OK.labels(name).set(check["ok"])
        LOG_POSITION.set(head)
        APPEND_WAITING.set(self.store.queue.waiting)
        ready = all(check["ok"] for check in checks.values())
        return {"status": "ready" if ready else "not ready", "checks": checks, "position": head}

    async def _database(self) -> tuple[Check, int]:
        try:
            async with asyncio.timeout(CHECK_SECONDS_MAX):
                return {"ok": True}, (await self.store.head()).position
        except Exception as error:
            if not disconnected(error):
                raise
            return _failed(error), self.projector.position

    async def _broker(self) -> Check:
        try:
            async with asyncio.timeout(CHECK_SECONDS_MAX):
                UNDERREPLICATED.set(await self.broker())
        except Exception as error:  # noqa: BLE001 - whatever the client raises, the broker did not answer
            return _failed(error)
        return {"ok": True}

    @staticmethod
    def _clock(clock: Clock) -> Check:
        reason = clock.waits
        return {"ok": False, "stopped": True, "reason": reason} if reason else {"ok": True}

    def _projector(self, head: int) -> Check:
        lag = max(0, head - self.projector.position)
        PROJECTOR_LAG.set(lag)
        return {"ok": not self._projecting.stalled(self.projector.position, lag), "lag": lag}

    def _relay(self, state: RelayState, head: int) -> Check:
        head = max(head, state.head)
        lag = max(0, head - state.position)
        RELAY_LEADING.set(state.leading)
        RELAY_POSITION.set(state.position)
        RELAY_LAG.set(lag)
        RELAY_LAG_SECONDS.set(self._unsent.seconds(state.position, head))
        reason = state.error or ("it does not move" if self._relaying.stalled(state.position, lag) else "")
        facts = {"leading": state.leading, "position": state.position, "lag": lag}
        if state.stopped:
            facts["stopped"] = True
        return {"ok": not reason, **facts, **({"reason": reason} if reason else {})}

    @staticmethod
    def _inbox(state: InboxState) -> Check:
        INBOX_LAG.clear()
        for partition, lag in state.lag.items():
            INBOX_LAG.labels(partition).set(lag)
        INBOX_HOLDING.set(len(state.holding))
        INBOX_PARKED.set(state.parked)
        facts = {"lag": sum(state.lag.values()), "holding": dict(state.holding), "parked": state.parked}
        if state.stopped:
            facts["stopped"] = True
        return {"ok": state.running and not state.error, **facts, **({"reason": state.error} if state.error else {})}


def _failed(error: Exception) -> Check:
    return {"ok": False, "reason": f"{type(error).__name__}: {error}".rstrip(": ")}
