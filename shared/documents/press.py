"""Documents made in a thread of their own, so that a rush on PDFs leaves the rest of a service its time and memory."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

AT_ONCE, WAITING_MAX = 1, 64


class PressBusy(Exception):
    """More documents wait than are made in a few seconds; ask again."""


class Press:
    """Makes a bounded number of documents at a time, and lets a bounded number wait."""

    def __init__(self, at_once: int = AT_ONCE, waiting_max: int = WAITING_MAX) -> None:
        self._hands = ThreadPoolExecutor(at_once, "press")
        self._places = at_once + waiting_max
        self._taken = 0

    async def make(self, document: Callable[[], bytes]) -> bytes:
        """The bytes that `document` returns; raise `PressBusy` when too many wait already."""
        if self._taken >= self._places:
            raise PressBusy
        self._taken += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._hands, document)
        finally:
            self._taken -= 1
