"""Allowances: how often somebody may do what costs us something, by whom or where from they are known."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

CALLERS_MAX = 10_000
"""Callers that are remembered by one process; beyond that the one who was heard of first is forgotten."""


class TooOften(Exception):
    """Somebody has used up what is allowed; nothing was done."""

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(f"it is allowed again in {retry_after_seconds} seconds")
        self.retry_after_seconds = retry_after_seconds


@dataclass(slots=True)
class Allowance:
    """So many times in so many seconds, for each caller and for all of them together; each process counts alone."""

    times_max: int
    of_all_max: int
    seconds: float
    now: Callable[[], float] = time.monotonic
    _callers: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict, init=False)
    _all: deque[float] = field(default_factory=deque, init=False)

    def take(self, caller: str) -> None:
        """Count one more; raise `TooOften` when it would be one too many."""
        now = self.now()
        mine = self._callers.setdefault(caller, deque())
        self._callers.move_to_end(caller)
        if len(self._callers) > CALLERS_MAX:
            self._callers.popitem(last=False)
        for times, most in ((mine, self.times_max), (self._all, self.of_all_max)):
            self._room_in(times, most, now)
        mine.append(now)
        self._all.append(now)

    def _room_in(self, times: deque[float], most: int, now: float) -> None:
        while times and times[0] <= now - self.seconds:
            times.popleft()
        if len(times) >= most:
            raise TooOften(ceil(times[0] + self.seconds - now))
