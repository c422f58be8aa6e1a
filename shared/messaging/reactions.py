"""The appends that follow from a batch of foreign events, written together and last: they lock the log's head."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.contracts.codec import decode
from shared.contracts.envelope import Recorded
from shared.eventstore.connections import Connection
from shared.eventstore.documents import UnitOfWork
from shared.eventstore.port import Append
from shared.eventstore.sealing import Prepared, prepare
from shared.eventstore.writer import append_under_lock

_LOAD = "SELECT body FROM log.events WHERE stream = $1 ORDER BY version"


class ReactionRefused(Exception):
    """An append was refused; `index` says which event of the batch had asked for it."""

    def __init__(self, index: int, cause: Exception) -> None:
        super().__init__(str(cause))
        self.index, self.cause = index, cause


@dataclass(slots=True)
class Reactions:
    """Gathers the appends of one transaction; a stream that is read again is written first."""

    connection: Connection
    documents: UnitOfWork
    service: str
    rehearsal: bool
    _pending: list[tuple[int, Prepared]] = field(default_factory=list)
    _streams: set[str] = field(default_factory=set)

    async def load(self, stream: str) -> Sequence[Recorded]:
        """The service's own events of a stream, with those that this transaction appends."""
        if stream in self._streams:
            await self.write()
        return tuple(decode(row["body"]) for row in await self.connection.fetch(_LOAD, stream))

    def add(self, index: int, appends: Sequence[Append]) -> None:
        """Keep what event number `index` of the batch led to."""
        for append in appends:
            prepared = prepare(append, self.service, rehearsal=self.rehearsal)
            self._pending.append((index, prepared))
            self._streams.update(prepared.streams)

    async def write(self) -> None:
        """Append what was kept; from here to the commit nobody else appends. Raises `ReactionRefused`."""
        if not self._pending:
            return
        await self.documents.be_alone()
        indices = [index for index, _ in self._pending]
        batch = [prepared for _, prepared in self._pending]
        made = await append_under_lock(self.connection, batch, look_for_written=True)
        for index, result in zip(indices, made.results, strict=True):
            if isinstance(result, Exception):
                raise ReactionRefused(index, result)
        self._pending.clear()
        self._streams.clear()
