"""Which records were given up, as the service's own log says, whenever they are heard again."""

from dataclasses import dataclass, field

from shared.auditlog.canonical import sha256_hex
from shared.contracts.access import ParkedRecordDiscarded
from shared.contracts.codec import decode
from shared.eventstore.connections import Connection

_HEAD = "SELECT position FROM log.log_head"
_DISCARDED = "SELECT body FROM log.events WHERE position > $1 AND position <= $2 AND type = $3"


@dataclass(slots=True)
class GivenUp:
    """Knows them by the SHA-256 of their bytes: a place is another one on a broker that was made anew."""

    _sums: set[str] = field(default_factory=set)
    _looked_to: int = 0

    async def learn(self, connection: Connection) -> None:
        """Read what the log has more than at the last call."""
        head = await connection.fetchval(_HEAD)
        for row in await connection.fetch(_DISCARDED, self._looked_to, head, ParkedRecordDiscarded.TYPE):
            event = decode(row["body"]).event
            assert isinstance(event, ParkedRecordDiscarded), "the type says so"
            self._sums.add(event.sha256)
        self._looked_to = head

    def has(self, body: bytes | None) -> bool:
        """Whether a record of these bytes was given up."""
        return bool(self._sums) and sha256_hex(body or b"") in self._sums
