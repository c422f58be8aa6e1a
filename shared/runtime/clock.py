"""The system's clock, corrected by the database's, and a rehearsal's, which stands still between moves."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

from shared.eventstore.postgres import Pool
from shared.kernel.instants import Instant, from_datetime, instant

ROUND_TRIP_SECONDS_MAX = 0.2
"""A measurement that took longer says too little about the other clock; half of this is the largest error."""


class NotARehearsal(ValueError):
    """The clock file does not say that the stack is a rehearsal."""


class SystemClock:
    """The real time as the database tells it; within a process it never goes back."""

    rehearsal = False

    def __init__(self) -> None:
        self._offset_seconds: float | None = None
        self._last = Instant("")

    def now(self) -> Instant:
        """See `Clock.now`."""
        moment = datetime.fromtimestamp(time.time() + (self._offset_seconds or 0.0), UTC)
        self._last = max(self._last, from_datetime(moment))
        return self._last

    async def follow(self, pool: Pool) -> None:
        """Measure how far the database's clock is from this machine's; only the first answer may be slow."""
        async with pool.acquire() as connection:
            before, started = time.time(), time.monotonic()
            database: datetime = await connection.fetchval("SELECT clock_timestamp()")
            round_trip = time.monotonic() - started
        if self._offset_seconds is None or round_trip <= ROUND_TRIP_SECONDS_MAX:
            self._offset_seconds = database.timestamp() - (before + round_trip / 2)


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
