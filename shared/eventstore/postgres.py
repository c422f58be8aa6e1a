"""The store on PostgreSQL: its truth is the rows of one database, its order the order of their commits."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from shared.auditlog.chain import Head
from shared.contracts.codec import decode
from shared.contracts.envelope import Recorded
from shared.eventstore.connections import CHANNEL, DISCONNECTED, Connection, Pool
from shared.eventstore.gather import Gather
from shared.eventstore.port import Append, Appended, Remembered
from shared.eventstore.queue import WAITING_MAX, AppendQueue
from shared.eventstore.sealing import prepare
from shared.eventstore.writer import BatchWriter, recall
from shared.observability.traces import Step, span

__all__ = ["CHANNEL", "DISCONNECTED", "Connection", "Pool", "PostgresEventStore"]

_LOAD = """
SELECT s.name, e.body FROM unnest($1::text[]) AS s(name), LATERAL (
  SELECT body FROM log.events WHERE stream = s.name ORDER BY version OFFSET 0
) AS e
"""
"""`OFFSET 0` keeps each stream a question of its own, answered by the index whatever the planner knew of the table."""


class PostgresEventStore:
    """An `EventStore` on the pool of one service's database; see the port for the promises.

    Appends of this process share transactions through `queue`. `committed` is told, after each commit and
    before anybody is answered, how many events the batch had.
    """

    def __init__(
        self,
        pool: Pool,
        service: str,
        *,
        rehearsal: bool = False,
        waiting_max: int = WAITING_MAX,
        committed: Callable[[int], None] = lambda _events: None,
    ) -> None:
        writer = BatchWriter(pool, committed)
        self.service = service
        self.queue = AppendQueue(writer.commit, writer.rest, waiting_max)
        self._pool = pool
        self._bodies = Gather(self._load)
        self._recall = Gather(partial(recall, pool))
        self._rehearsal = rehearsal

    async def append(self, request: Append) -> Appended:
        """See `EventStore.append`."""
        with span(Step.APPEND, request.context.traceparent):
            return await self.queue.append(prepare(request, self.service, rehearsal=self._rehearsal))

    async def load(self, stream: str) -> Sequence[Recorded]:
        """See `EventStore.load`."""
        return tuple(decode(body) for body in await self._bodies(stream) or ())

    async def read(self, after: int, limit: int) -> Sequence[Recorded]:
        """See `EventStore.read`."""
        rows = await self._pool.fetch(
            "SELECT body FROM log.events WHERE position > $1 ORDER BY position LIMIT $2", after, limit
        )
        return tuple(decode(row["body"]) for row in rows)

    async def head(self) -> Head:
        """See `EventStore.head`."""
        row = await self._pool.fetchrow("SELECT position, hash FROM log.log_head")
        assert row is not None, "the migrations put one row there"
        return Head(row["position"], row["hash"])

    async def recall(self, key: str) -> Remembered | None:
        """See `EventStore.recall`."""
        return await self._recall(key)

    async def _load(self, streams: Sequence[str]) -> Mapping[str, Sequence[bytes]]:
        found = defaultdict[str, list[bytes]](list)
        for row in await self._pool.fetch(_LOAD, streams):
            found[row["name"]].append(row["body"])
        return found
