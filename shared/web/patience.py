"""A pause after wrong guesses in a row that grows with each: of one address, for what it guesses at, and no other."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

from shared.web.allowance import CALLERS_MAX, TooOften

FREE = 10
"""Guesses in a row before the first pause: as many as people need, and as come at once."""
PAUSE_SECONDS_MAX = 900.0
DOUBLINGS_MAX = 10
"""After so many the pause is the longest."""


class TooManyWrong(TooOften):
    """What was guessed was wrong too often in a row; this guess was not looked at."""


@dataclass(slots=True)
class _Guesses:
    """How many were not right since the last that was, and until when nothing is looked at."""

    wrong: int = 0
    until: float = 0.0


@dataclass(slots=True)
class Patience:
    """Counts guesses that are not known to be right; each process counts alone.

    Who guesses from one address keeps nobody waiting who comes from another one.
    """

    now: Callable[[], float] = time.monotonic
    _guesses: OrderedDict[tuple[str, str], _Guesses] = field(default_factory=OrderedDict, init=False)

    def guess(self, address: str, at: str) -> None:
        """Count one that is about to be looked at; raise `TooManyWrong` where a pause runs."""
        now, mine = self.now(), self._guesses.setdefault((address, at), _Guesses())
        self._guesses.move_to_end((address, at))
        if len(self._guesses) > CALLERS_MAX:
            self._guesses.popitem(last=False)
        if now < mine.until:
            raise TooManyWrong(ceil(mine.until - now))
        if mine.until and now >= mine.until + PAUSE_SECONDS_MAX:
            mine.wrong, mine.until = 0, 0.0
        mine.wrong += 1
        if mine.wrong >= FREE:
            mine.until = now + min(2.0 ** min(mine.wrong - FREE, DOUBLINGS_MAX), PAUSE_SECONDS_MAX)

    def right(self, address: str, at: str) -> None:
        """It was right: the next wrong one is the first again."""
        self._guesses.pop((address, at), None)
