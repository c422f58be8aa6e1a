"""Documents made in threads, few at once, so that a rush on PDFs leaves the rest of a service its time."""

import asyncio
from collections.abc import Callable

AT_ONCE, WAITING_MAX = 2, 64


class PressBusy(Exception):
    """More documents wait than are made in a few seconds; ask again."""


class Press:
    """Makes a bounded number of documents at a time, and lets a bounded number wait."""

    def __init__(self, at_once: int = AT_ONCE, waiting_max: int = WAITING_MAX) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._places = at_once + waiting_max
        self._taken = 0

    async def make(self, document: Callable[[], bytes]) -> bytes:
        """The bytes that `document` returns; raise `PressBusy` when too many wait already."""
        if self._taken >= self._places:
            raise PressBusy
        self._taken += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(document)
        finally:
            self._taken -= 1
