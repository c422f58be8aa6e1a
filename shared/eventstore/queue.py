"""The append queue: concurrent commands of one process share one transaction, each with a result of its own."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from shared.eventstore.batch import Result
from shared.eventstore.port import Appended, StoreBusy
from shared.eventstore.sealing import Prepared

BATCH_EVENTS_MAX = 256
WAITING_MAX = 2_048
"""Appends that may wait; beyond it the door answers 429."""

CommitBatch: TypeAlias = Callable[[Sequence[Prepared]], Awaitable[Sequence[Result]]]
Waiting: TypeAlias = tuple[Prepared, "asyncio.Future[Appended]"]


def nothing() -> None:
    """Nobody wants to know that the queue rests."""


@dataclass(eq=False, slots=True)
class AppendQueue:
    """Gathers appends while a batch is in flight and commits them together, in the order they came.

    A batch takes about half of those who keep coming, so that one half encodes while the database works for
    the other. Bounded: beyond `waiting_max` an append is refused with `StoreBusy` instead of waiting.
    """

    commit: CommitBatch
    """Answers each append of a batch; what it raises is the answer to all of them."""
    rest: Callable[[], None] = nothing
    """Told when nothing waits any more."""
    waiting_max: int = WAITING_MAX
    batch_events_max: int = BATCH_EVENTS_MAX
    _waiting: deque[Waiting] = field(default_factory=deque)
    _writer: asyncio.Task[None] | None = None
    _answered: int = 0
    """Appends of the batch before; their callers are likely to come back."""

    async def append(self, prepared: Prepared) -> Appended:
        """Wait for the batch that carries `prepared`; durable once this returns."""
        if len(self._waiting) >= self.waiting_max:
            raise StoreBusy
        result: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._waiting.append((prepared, result))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write(), name="append-queue")
        return await result

    async def drain(self) -> None:
        """Wait until everything accepted so far is answered."""
        if self._writer is not None:
            await asyncio.wait([self._writer])

    @property
    def waiting(self) -> int:
        """Appends not yet in a batch."""
        return len(self._waiting)

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch = self._next_batch()
                try:
                    _answer(batch, await self.commit([prepared for prepared, _ in batch]))
                except Exception as error:  # noqa: BLE001 - every caller of the batch must be answered
                    _answer(batch, [error] * len(batch))
                if not self._waiting:
                    await asyncio.sleep(0)
        finally:
            self.rest()

    def _next_batch(self) -> list[Waiting]:
        half = (len(self._waiting) + self._answered + 1) // 2
        batch = [self._waiting.popleft()]
        events = len(batch[0][0].event_ids)
        while self._waiting and len(batch) < min(half, self.batch_events_max):
            events += len(self._waiting[0][0].event_ids)
            if events > self.batch_events_max:
                break
            batch.append(self._waiting.popleft())
        self._answered = len(batch)
        return batch


def _answer(batch: Sequence[Waiting], results: Sequence[Result]) -> None:
    for (_, future), result in zip(batch, results, strict=True):
        if future.done():
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
