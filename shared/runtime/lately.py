"""What a read model said a moment ago: asked again when that is too long ago, by one of those who want to know."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")


class Lately(Generic[T]):
    """An answer that many share."""

    def __init__(self, empty: T) -> None:
        self.answer = empty
        self._asked_at = float("-inf")
        self._asking = asyncio.Lock()

    async def within(self, seconds: float, ask: Callable[[], Awaitable[T]]) -> T:
        """The last answer, or where it is as old as that, another."""
        if self._is_old(seconds):
            async with self._asking:
                if self._is_old(seconds):
                    self.answer = await ask()
                    self._asked_at = monotonic()
        return self.answer

    def _is_old(self, seconds: float) -> bool:
        return monotonic() - self._asked_at >= seconds
