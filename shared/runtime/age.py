"""How long the oldest event that still waits has been waiting, by this process's own clock."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

LOOKS_MAX = 256
"""Of a longer wait every second look is forgotten: the age grows coarser, never younger than it is by more."""


@dataclass(slots=True)
class Age:
    """Remembers at which look the log had reached which position; a process that starts anew starts from 0."""

    clock: Callable[[], float] = monotonic
    _looks: deque[tuple[int, float]] = field(default_factory=deque)

    def seconds(self, position: int, head: int) -> float:
        """Since the first look that saw an event beyond `position`; 0 when there is none."""
        now = self.clock()
        if not self._looks or head > self._looks[-1][0]:
            self._looks.append((head, now))
        while self._looks and self._looks[0][0] <= position:
            self._looks.popleft()
        if len(self._looks) > LOOKS_MAX:
            self._looks = deque(list(self._looks)[::2])
        return now - self._looks[0][1] if self._looks else 0.0
