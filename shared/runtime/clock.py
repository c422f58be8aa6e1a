"""The system's clock, corrected by the database's, and a rehearsal's, which stands still between moves."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from shared.eventstore.postgres import Pool
from shared.kernel.instants import Instant, from_datetime, instant
from shared.observability.metrics import CLOCK_AHEAD

ROUND_TRIP_SECONDS_MAX = 0.2
"""A measurement that took longer says too little about the other clock; half of this is the largest error."""
SLIP_SECONDS_MAX = 1.0
"""What two clocks may differ between two looks; more is a jump."""
JUMP_SECONDS = 60.0
"""For how long a database's clock that jumped has to say the same before it is believed."""


class NotARehearsal(ValueError):
    """The clock file does not say that the stack is a rehearsal."""


def ticks() -> float:
    """Seconds since some moment, by a clock that nobody sets; it goes on while the machine sleeps, where it can."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass(frozen=True, slots=True)
class Jump:
    """That the database's clock was seen far from where it was."""

    offset: float
    since: float
    """In ticks."""


class SystemClock:
    """The real time as the database tells it; within a process it never goes back.

    Between two looks it goes by the machine's ticks, whatever is done to the machine's own clock. A database whose
    clock jumped is followed once it has said the same for `JUMP_SECONDS`, so that a slip of one look dates nothing.
    """

    rehearsal = False

    def __init__(self) -> None:
        self._offset = time.time() - ticks()
        self._measured = False
        self._jump: Jump | None = None
        self._last = Instant("")

    def now(self) -> Instant:
        """See `Clock.now`."""
        self._last = max(self._last, from_datetime(datetime.fromtimestamp(ticks() + self._offset, UTC)))
        return self._last

    async def follow(self, pool: Pool) -> None:
        """Look at the database's clock; only the first answer may be slow."""
        async with pool.acquire() as connection:
            asked = ticks()
            database: datetime = await connection.fetchval("SELECT clock_timestamp()")
            answered = ticks()
        if self._measured and answered - asked > ROUND_TRIP_SECONDS_MAX:
            return
        offset = database.timestamp() - (asked + answered) / 2
        CLOCK_AHEAD.set(offset - self._offset if self._measured else 0.0)
        if not self._measured or self._believes(offset, answered):
            self._offset, self._measured, self._jump = offset, True, None

    def _believes(self, offset: float, at: float) -> bool:
        if abs(offset - self._offset) <= SLIP_SECONDS_MAX:
            return True
        if self._jump is None or abs(offset - self._jump.offset) > SLIP_SECONDS_MAX:
            self._jump = Jump(offset, at)
        return at - self._jump.since >= JUMP_SECONDS


class RehearsalClock:
    """Reads the stack's clock file, `{"rehearsal": true, "now": INSTANT}`; one command moves it for all.

    The file is replaced as a whole, so that each process sees the old instant or the new one; one that went
    back is not followed.
    """

    rehearsal = True

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = (0, 0)
        self._now = Instant("")

    def now(self) -> Instant:
        """See `Clock.now`; raise `NotARehearsal` for a file that is not a rehearsal's."""
        stat = self._path.stat()
        if self._seen != (stat.st_mtime_ns, stat.st_ino):
            self._now = max(self._now, self._read())
            self._seen = (stat.st_mtime_ns, stat.st_ino)
        return self._now

    def _read(self) -> Instant:
        content = json.loads(self._path.read_text())
        if content.get("rehearsal") is not True:
            raise NotARehearsal(f"{self._path} is not the clock of a rehearsal")
        return instant(content["now"])
