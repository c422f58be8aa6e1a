"""The two clocks: the system's, corrected by the database's, and a rehearsal's, which stands still between moves."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

from shared.eventstore.postgres import Pool
from shared.kernel.instants import Instant, from_datetime, instant


class SystemClock:
    """The real time as the database tells it; within a process it never goes back."""

    rehearsal = False

    def __init__(self) -> None:
        self._offset_seconds = 0.0
        self._last = Instant("")

    def now(self) -> Instant:
        """See `Clock.now`."""
        moment = datetime.fromtimestamp(time.time() + self._offset_seconds, UTC)
        self._last = max(self._last, from_datetime(moment))
        return self._last

    async def follow(self, pool: Pool) -> None:
        """Measure how far the database's clock is from this machine's."""
        before = time.time()
        database: datetime = await pool.fetchval("SELECT clock_timestamp()")
        self._offset_seconds = database.timestamp() - (before + time.time()) / 2


class RehearsalClock:
    """Reads the stack's clock file; one command moves it for every process at once."""

    rehearsal = True

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = (0, 0)
        self._now = Instant("")

    def now(self) -> Instant:
        """See `Clock.now`."""
        stat = self._path.stat()
        if self._seen != (stat.st_mtime_ns, stat.st_ino):
            self._now = max(self._now, instant(json.loads(self._path.read_text())["now"]))
            self._seen = (stat.st_mtime_ns, stat.st_ino)
        return self._now
