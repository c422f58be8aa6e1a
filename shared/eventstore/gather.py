"""Questions that come while another is on its way share one statement, as appends share one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

from shared.eventstore.connections import disconnected

AnswerT = TypeVar("AnswerT")

QUESTIONS_MAX = 64
"""Of one statement; what they find is held in memory together."""
AT_ONCE_MAX = 2
"""Statements under way: while the database answers one, the next gathers."""

Ask: TypeAlias = Callable[[Sequence[str]], Awaitable[Mapping[str, AnswerT]]]


@dataclass(eq=False, slots=True)
class Gather(Generic[AnswerT]):
    """Asks for keys, several at a time; each answer is at least as young as its question.

    Where a statement is refused each key is asked for alone, so that nobody fails for another's question; a lost
    connection fails all who asked on it. Whoever is cancelled takes nobody along.
    """

    ask: Ask[AnswerT]
    """Answers each key it knows."""
    _waiting: dict[str, "asyncio.Future[AnswerT | None]"] = field(default_factory=dict)
    _asking: set["asyncio.Task[None]"] = field(default_factory=set)

    async def __call__(self, key: str) -> AnswerT | None:
        """The answer; None where the statement knew none."""
        future = self._waiting.get(key)
        if future is None:
            future = self._waiting[key] = asyncio.get_running_loop().create_future()
            if len(self._asking) < AT_ONCE_MAX:
                self._start()
        return await asyncio.shield(future)

    def _start(self) -> None:
        task = asyncio.create_task(self._work(), name="gather")
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def _work(self) -> None:
        while self._waiting:
            keys = list(self._waiting)[:QUESTIONS_MAX]
            await self._answer({key: self._waiting.pop(key) for key in keys})

    async def _answer(self, asked: "dict[str, asyncio.Future[AnswerT | None]]") -> None:
        try:
            found = await self.ask(list(asked))
        except Exception as error:  # noqa: BLE001 - everybody who asked must be answered
            if len(asked) > 1 and not disconnected(error):
                for key, future in asked.items():
                    await self._answer({key: future})
                return
            for future in asked.values():
                future.set_exception(error)
                future.exception()
        else:
            for key, future in asked.items():
                future.set_result(found.get(key))
