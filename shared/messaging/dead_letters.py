"""The dead-letter limit: when most of what arrives cannot be handled, the fault is not the events'."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.eventstore.connections import Connection, Pool
from shared.messaging.ledger import Parking

WINDOW = 100
FAILED_MAX = 50
ALLOWED_MAX = 1_000_000

_LOCK = """
INSERT INTO delivery.verdicts (consumer) VALUES ($1)
ON CONFLICT (consumer) DO UPDATE SET consumer = EXCLUDED.consumer RETURNING failed, allowed
"""
_FAILING = "SELECT true = ANY (failed) FROM delivery.verdicts WHERE consumer = $1"
_KEEP = "UPDATE delivery.verdicts SET failed = $2, allowed = $3 WHERE consumer = $1"
_KNOWN = "SELECT failed, allowed FROM delivery.verdicts WHERE consumer = $1"
_ALLOW = """
INSERT INTO delivery.verdicts (consumer, allowed) VALUES ($1, $2)
ON CONFLICT (consumer) DO UPDATE SET allowed = EXCLUDED.allowed
"""


class Verdict(NamedTuple):
    """What came of record number `at` of a batch; one that waits behind an earlier event is no verdict."""

    at: int
    failure: Parking | None


class TooManyParked(Exception):
    """Most of the last events failed; to set aside record number `index` of the batch too would only hide it."""

    def __init__(self, index: int, failure: Parking, failed: int, of: int) -> None:
        record = failure.record
        super().__init__(
            f"{failed} of the last {of} events could not be handled, the last of them {record}: {failure.reason}"
        )
        self.index, self.partition = index, f"{record.topic}/{record.partition}"


@dataclass(slots=True)
class _Known:
    """The last verdicts and the allowance of one consumer."""

    window: int
    failed: list[bool] = field(default_factory=list)
    allowed: int = 0

    def count(self, *, failed: bool) -> None:
        if failed and self.allowed > 0:
            self.allowed -= 1
            return
        self.failed = [*self.failed, failed][-self.window :]


@dataclass(slots=True)
class DeadLetters:
    """Judges what one transaction comes to before it is committed, by what the database remembers of those before."""

    failed_max: int = FAILED_MAX
    window: int = WINDOW

    async def judge(self, connection: Connection, consumer: str, verdicts: Sequence[Verdict]) -> None:
        """Remember the verdicts in the caller's transaction; raise `TooManyParked` at the first beyond the limit.

        Success is remembered only while a failure is, of whichever replica: so it takes no lock otherwise.
        """
        failing = any(verdict.failure for verdict in verdicts)
        if not failing and (not verdicts or not await connection.fetchval(_FAILING, consumer)):
            return
        known = await self._locked(connection, consumer)
        for at, failure in verdicts:
            known.count(failed=failure is not None)
            if failure is not None and sum(known.failed) > self.failed_max:
                raise TooManyParked(at, failure, sum(known.failed), len(known.failed))
        await connection.execute(_KEEP, consumer, known.failed, known.allowed)

    async def forgive(self, connection: Connection, consumer: str, records: int) -> None:
        """Forget as many failures, the oldest first: they were redriven or given up."""
        known = await self._locked(connection, consumer)
        for index, failed in enumerate(known.failed):
            if failed and records > 0:
                known.failed[index], records = False, records - 1
        await connection.execute(_KEEP, consumer, known.failed, known.allowed)

    async def allow(self, pool: Pool, consumer: str, records: int) -> None:
        """Let that many more fail without being counted."""
        await pool.execute(_ALLOW, consumer, records)

    async def room(self, pool: Pool, consumer: str) -> bool:
        """Whether one more may fail."""
        row = await pool.fetchrow(_KNOWN, consumer)
        known = _Known(self.window) if row is None else _Known(self.window, row["failed"], row["allowed"])
        known.count(failed=True)
        return sum(known.failed) <= self.failed_max

    async def _locked(self, connection: Connection, consumer: str) -> _Known:
        row = await connection.fetchrow(_LOCK, consumer)
        assert row is not None, "an upsert returns its row"
        return _Known(self.window, row["failed"], row["allowed"])
