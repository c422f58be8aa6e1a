"""The append queue: concurrent commands of one process share one transaction, each with a result of its own."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

from shared.eventstore.port import Appended, StoreBusy
from shared.eventstore.sealing import Prepared

BATCH_EVENTS_MAX = 256
WAITING_MAX = 2_048

Result: TypeAlias = Appended | Exception
CommitBatch: TypeAlias = Callable[[Sequence[Prepared]], Awaitable[Sequence[Result]]]


@dataclass(eq=False, slots=True)
class AppendQueue:
    """Gathers appends while a batch is in flight and commits them together, in the order they came.

    Bounded: beyond `waiting_max` an append is refused with `StoreBusy` instead of waiting.
    """

    commit: CommitBatch
    waiting_max: int = WAITING_MAX
    batch_events_max: int = BATCH_EVENTS_MAX
    _waiting: deque[tuple[Prepared, asyncio.Future[Appended]]] = field(default_factory=deque)
    _writer: asyncio.Task[None] | None = None

    async def append(self, prepared: Prepared) -> Appended:
        """Wait for the batch that carries `prepared`; durable once this returns."""
        if len(self._waiting) >= self.waiting_max:
            raise StoreBusy
        result: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._waiting.append((prepared, result))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write(), name="append-queue")
        return await asyncio.shield(result)

    async def drain(self) -> None:
        """Wait until everything accepted so far is answered."""
        if self._writer is not None:
            with suppress(asyncio.CancelledError):
                await asyncio.shield(self._writer)

    @property
    def waiting(self) -> int:
        """Appends not yet in a batch."""
        return len(self._waiting)

    async def _write(self) -> None:
        while self._waiting:
            batch = self._next_batch()
            results = await self._results([prepared for prepared, _ in batch])
            for (_, future), result in zip(batch, results, strict=True):
                if future.done():
                    continue
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)

    def _next_batch(self) -> list[tuple[Prepared, asyncio.Future[Appended]]]:
        batch = [self._waiting.popleft()]
        events = len(batch[0][0].event_ids)
        while self._waiting and events + len(self._waiting[0][0].event_ids) <= self.batch_events_max:
            batch.append(self._waiting.popleft())
            events += len(batch[-1][0].event_ids)
        return batch

    async def _results(self, batch: Sequence[Prepared]) -> Sequence[Result]:
        try:
            return await self.commit(batch)
        except Exception as error:  # noqa: BLE001 - every caller of the batch must be answered
            if len(batch) == 1:
                return [error]
            middle = len(batch) // 2
            return [*await self._results(batch[:middle]), *await self._results(batch[middle:])]
