"""Readiness: what is asked of the database, the broker, the relay, the inbox and the projector."""

import asyncio
from dataclasses import dataclass
from typing import Any

from shared.eventstore.postgres import DISCONNECTED, Pool
from shared.messaging.inbox import InboxState
from shared.messaging.relay import RelayState
from shared.observability.metrics import (
    INBOX_HOLDING,
    INBOX_LAG,
    INBOX_PARKED,
    LOG_POSITION,
    PROJECTOR_LAG,
    RELAY_LAG,
    RELAY_LEADING,
)
from shared.runtime.service import Runtime

CHECK_SECONDS_MAX = 2.0


@dataclass(frozen=True, slots=True)
class Health:
    """Asks the parts of one process, and sets their gauges."""

    pool: Pool
    runtime: Runtime
    relay: RelayState
    inbox: InboxState | None

    async def report(self) -> dict[str, Any]:
        """The readiness document; `status` is `ready` only when every check is ok."""
        try:
            async with asyncio.timeout(CHECK_SECONDS_MAX):
                head = (await self.runtime.store.head()).position
            database: dict[str, Any] = {"ok": True}
        except (*DISCONNECTED, TimeoutError) as error:
            head, database = 0, {"ok": False, "reason": f"{type(error).__name__}: {error}"}
        checks = {"database": database, "relay": self._relay(), "projector": self._projector(head)}
        if self.inbox is not None:
            checks["inbox"] = self._inbox(self.inbox)
        checks["broker"] = {"ok": all(checks[part]["connected"] for part in ("relay", "inbox") if part in checks)}
        LOG_POSITION.set(head)
        ready = all(check["ok"] for check in checks.values())
        return {"status": "ready" if ready else "not ready", "checks": checks, "position": head}

    def _relay(self) -> dict[str, Any]:
        state = self.relay
        RELAY_LEADING.set(state.leading)
        RELAY_LAG.set(state.lag)
        return {
            "ok": not state.error,
            "connected": not state.error,
            "leading": state.leading,
            "position": state.position,
            "lag": state.lag,
            **({"reason": state.error} if state.error else {}),
        }

    def _projector(self, head: int) -> dict[str, Any]:
        lag = max(0, head - self.runtime.projector.position)
        PROJECTOR_LAG.set(lag)
        return {"ok": True, "lag": lag}

    @staticmethod
    def _inbox(state: InboxState) -> dict[str, Any]:
        for partition, lag in state.lag.items():
            INBOX_LAG.labels(partition).set(lag)
        INBOX_HOLDING.set(len(state.holding))
        INBOX_PARKED.set(state.parked)
        return {
            "ok": state.running,
            "connected": state.running,
            "lag": sum(state.lag.values()),
            "holding": dict(state.holding),
            "parked": state.parked,
            **({"reason": state.error} if state.error else {}),
        }
