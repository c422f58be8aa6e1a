"""The system's clock, corrected by the database's, and a rehearsal's, which stands still between moves."""

import json
import math
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from shared.contracts.access import ClockPassedOver
from shared.eventstore.postgres import Pool
from shared.kernel.instants import Instant, from_datetime, instant, to_datetime
from shared.observability.logs import logger
from shared.observability.metrics import CLOCK_AHEAD

ROUND_TRIP_SECONDS_MAX = 0.2
"""A measurement that took longer says too little about the other clock; half of this is the largest error."""
SLIP_SECONDS_MAX = 1.0
"""What two clocks may differ between two looks; more is a jump."""
JUMP_SECONDS = 60.0
"""For how long a database's clock that jumped has to say the same before it is believed."""
NEVER = Instant("")
"""Before every instant."""

_ENDED = """
WITH e AS (
  SELECT position, type, recorded_at FROM log.events WHERE position('"causationid":'::bytea IN body) = 0
  ORDER BY position DESC LIMIT 1000
)
SELECT max(recorded_at) FROM e WHERE e.position >= coalesce((SELECT max(e.position) FROM e WHERE type = $1), 0)
"""
"""The last that was dated here, since dates were passed over; what follows from another house's has that one's date."""


class NotARehearsal(ValueError):
    """The clock file does not say that the stack is a rehearsal."""


def ticks() -> float:
    """Seconds since some moment, by a clock that nobody sets; it goes on while the machine sleeps, where it can."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass(frozen=True, slots=True)
class Look:
    """How far the database's and the machine's clock are from the ticks; all in seconds."""

    database: float
    machine: float
    at: float
    """In ticks."""
    took: float

    @property
    def agrees(self) -> bool:
        """Whether the two clocks say the same, as far as this look can tell."""
        return abs(self.database - self.machine) <= SLIP_SECONDS_MAX + self.took / 2

    def chosen(self, ended: float) -> float:
        """Whose word to take where no other was taken before: the database's, or, where the two differ, the earlier's.

        So nobody who is in time is late by a clock that is ahead. A clock that is before `ended`, the end of the log,
        is wrong; the other is gone by.
        """
        if self.agrees:
            return self.database
        earlier, later = sorted((self.database, self.machine))
        return later if earlier < ended - SLIP_SECONDS_MAX else earlier


@dataclass(frozen=True, slots=True)
class Jump:
    """That the database's clock was seen far from where it was."""

    offset: float
    since: float
    """In ticks."""


class SystemClock:
    """The real time as the database tells it; it never goes back, and begins where the log ends.

    Between two looks it goes by the machine's ticks, whatever is done to the machine's own clock. A database whose
    clock jumped is followed once it has said the same for `JUMP_SECONDS`, and the machine's own clock says it too.
    """

    rehearsal = False

    def __init__(self, passes_over: Instant = NEVER) -> None:
        self._offset = time.time() - ticks()
        self._passes_over = passes_over
        self.passed_over = NEVER
        """The end of the log that it did not begin at, since a person passes over it; `NEVER` when it did."""
        self._begun = False
        self._jump: Jump | None = None
        self._last = NEVER
        self._said = "the clocks agree"

    def now(self) -> Instant:
        """See `Clock.now`."""
        self._last = max(self._last, self._told())
        return self._last

    @property
    def waits(self) -> str:
        """See `Clock.waits`."""
        if self._last <= self._told(SLIP_SECONDS_MAX):
            return ""
        return (
            f"it is {self._told()} by the clocks, and {self._last} was dated already: put right what is wrong, or wait"
        )

    async def follow(self, pool: Pool) -> None:
        """Look at the clocks, at first also at the log's end; only the first answer may be slow."""
        look = await _look(pool)
        if not self._begun:
            await self._begin(pool, look)
        elif look.took > ROUND_TRIP_SECONDS_MAX:
            return
        if self.waits:
            self._take(look)
        elif self._believes(look):
            self._offset, self._jump = look.database, None
        self._tell(look)

    async def _begin(self, pool: Pool, look: Look) -> None:
        ended: datetime | None = await pool.fetchval(_ENDED, ClockPassedOver.TYPE)
        self._last = NEVER if ended is None else from_datetime(ended)
        self._take(look)
        if self.waits and look.agrees and self._last <= self._passes_over:
            self.passed_over, self._last = self._last, NEVER
            self._take(look)
        self._begun = True

    def _take(self, look: Look) -> None:
        ended = to_datetime(self._last).timestamp() - look.at if self._last else -math.inf
        self._offset, self._jump = look.chosen(ended), None

    def _believes(self, look: Look) -> bool:
        if abs(look.database - self._offset) <= SLIP_SECONDS_MAX:
            return True
        if self._jump is None or abs(look.database - self._jump.offset) > SLIP_SECONDS_MAX:
            self._jump = Jump(look.database, look.at)
        return look.agrees and look.at - self._jump.since >= JUMP_SECONDS

    def _tell(self, look: Look) -> None:
        """Set the metrics, and say once what began to be wrong, and when it is right again."""
        dated, now, waits = to_datetime(self.now()), to_datetime(self._told()), self.waits
        ahead = {
            "database": look.database - self._offset,
            "machine": look.machine - self._offset,
            "log": max(0.0, (dated - now).total_seconds()),
        }
        for which, seconds in ahead.items():
            CLOCK_AHEAD.labels(which).set(seconds)
        doubts = any(abs(seconds) > SLIP_SECONDS_MAX for seconds in ahead.values())
        said = "the clock waits" if waits else "the clocks differ" if doubts else "the clocks agree"
        if said != self._said:
            self._said = said
            told = logger().warning if doubts else logger().info
            told(
                said, **{f"{which}_ahead_seconds": round(seconds, 3) for which, seconds in ahead.items()}, reason=waits
            )

    def _told(self, later: float = 0.0) -> Instant:
        return from_datetime(datetime.fromtimestamp(ticks() + self._offset + later, UTC))


async def _look(pool: Pool) -> Look:
    async with pool.acquire() as connection:
        asked = ticks()
        database: datetime = await connection.fetchval("SELECT clock_timestamp()")
        answered = ticks()
    middle = (asked + answered) / 2
    return Look(database.timestamp() - middle, time.time() - answered, answered, answered - asked)


class RehearsalClock:
    """Reads the stack's clock file, `{"rehearsal": true, "now": INSTANT}`; one command moves it for all.

    The file is replaced as a whole, so that each process sees the old instant or the new one; one that went
    back is not followed.
    """

    rehearsal = True
    waits = ""

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
