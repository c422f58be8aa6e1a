"""The in-memory twin: one log in a list, held to the same suite as PostgreSQL."""

from collections.abc import Sequence

from shared.auditlog.chain import Head
from shared.contracts.codec import decode
from shared.contracts.envelope import Recorded
from shared.eventstore.port import AlreadyHandled, Append, Appended, Remembered
from shared.eventstore.sealing import appended, prepare, seal


class MemoryEventStore:
    """An `EventStore` that forgets everything when the process ends."""

    def __init__(self, service: str, *, rehearsal: bool = False) -> None:
        self.service = service
        self._rehearsal = rehearsal
        self._log: list[Recorded] = []
        self._versions: dict[str, int] = {}
        self._head = Head()
        self._commands: dict[str, Remembered] = {}

    async def append(self, request: Append) -> Appended:
        """See `EventStore.append`."""
        key = request.idempotency
        if key is not None and (remembered := self._commands.get(key.key)):
            raise AlreadyHandled(remembered)
        prepared = prepare(request, self.service, rehearsal=self._rehearsal)
        rows, head, reached = seal(prepared, self._head, self._versions)
        result = appended(prepared, head, {**self._current(prepared.streams), **reached})
        self._log.extend(decode(row.body) for row in rows)
        self._head = head
        self._versions.update(reached)
        if key is not None:
            self._commands[key.key] = Remembered(key.request_hash, key.status, result.response)
        return result

    async def load(self, stream: str) -> Sequence[Recorded]:
        """See `EventStore.load`."""
        return tuple(recorded for recorded in self._log if recorded.envelope.stream == stream)

    async def read(self, after: int, limit: int) -> Sequence[Recorded]:
        """See `EventStore.read`."""
        return tuple(self._log[after : after + limit])

    async def head(self) -> Head:
        """See `EventStore.head`."""
        return self._head

    async def recall(self, key: str) -> Remembered | None:
        """See `EventStore.recall`."""
        return self._commands.get(key)

    def _current(self, streams: Sequence[str]) -> dict[str, int]:
        return {stream: self._versions.get(stream, 0) for stream in streams}
