"""The dead-letter limit: when most of what arrives cannot be handled, the fault is not the events'."""

from collections import deque
from dataclasses import dataclass, field

WINDOW = 100
FAILED_MAX = 50


class TooManyParked(RuntimeError):
    """Most of the last events failed; parking on would only hide it."""


@dataclass(slots=True)
class DeadLetters:
    """Counts verdicts; those held behind an earlier event of their stream are no verdicts."""

    failed_max: int = FAILED_MAX
    window: int = WINDOW
    _last: deque[bool] = field(default_factory=deque)

    def count(self, handled: int, failed: int) -> None:
        """Add the verdicts of one transaction; raise `TooManyParked` beyond the limit."""
        self._last.extend([False] * min(handled, self.window))
        self._last.extend([True] * failed)
        while len(self._last) > self.window:
            self._last.popleft()
        if sum(self._last) > self.failed_max:
            raise TooManyParked(f"{sum(self._last)} of the last {len(self._last)} events could not be handled")
