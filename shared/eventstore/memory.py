"""The in-memory twin: one log in a list, held to the same suite as PostgreSQL."""

from collections.abc import Sequence

from shared.auditlog.chain import Head
from shared.contracts.codec import decode
from shared.contracts.envelope import Recorded
from shared.eventstore.batch import plan
from shared.eventstore.port import Append, Appended, Remembered
from shared.eventstore.sealing import Place, prepare


class MemoryEventStore:
    """An `EventStore` that forgets everything when the process ends."""

    def __init__(self, service: str, *, rehearsal: bool = False) -> None:
        self.service = service
        self._rehearsal = rehearsal
        self._log: list[Recorded] = []
        self._streams: dict[str, list[Recorded]] = {}
        self._head = Head()
        self._commands: dict[str, Remembered] = {}
        self._places: dict[str, Place] = {}

    async def append(self, request: Append) -> Appended:
        """See `EventStore.append`."""
        prepared = prepare(request, self.service, rehearsal=self._rehearsal)
        versions = {stream: len(self._streams.get(stream, ())) for stream in prepared.streams}
        written = {asked: self._places[asked] for asked in prepared.asked_ids if asked in self._places}
        made = plan([prepared], self._head, versions, self._commands, written)
        (result,) = made.results
        if isinstance(result, Exception):
            raise result
        for row in made.rows:
            self._log.append(decode(row.body))
            self._streams.setdefault(row.stream, []).append(self._log[-1])
            self._places[row.event_id] = Place(len(self._log), row.stream, row.version, row.type)
        self._head = made.head
        self._commands.update({key: remembered for key, (remembered, _) in made.answers.items()})
        return result

    async def load(self, stream: str) -> Sequence[Recorded]:
        """See `EventStore.load`."""
        return tuple(self._streams.get(stream, ()))

    async def read(self, after: int, limit: int) -> Sequence[Recorded]:
        """See `EventStore.read`."""
        return tuple(self._log[after : after + limit])

    async def head(self) -> Head:
        """See `EventStore.head`."""
        return self._head

    async def recall(self, key: str) -> Remembered | None:
        """See `EventStore.recall`."""
        return self._commands.get(key)
