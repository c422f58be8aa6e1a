"""Which records were given up, as the service's own log says, whenever they are heard again."""

from dataclasses import dataclass, field

from shared.auditlog.canonical import sha256_hex
from shared.contracts.access import ParkedRecordDiscarded
from shared.contracts.codec import decode
from shared.eventstore.connections import Connection
from shared.messaging.record import Record

_HEAD = "SELECT position FROM log.log_head"
_DISCARDED = "SELECT body FROM log.events WHERE position > $1 AND position <= $2 AND type = $3"


@dataclass(slots=True)
class GivenUp:
    """Knows an event by the SHA-256 of its bytes, since a broker that was made anew has it in another place.

    Of a record that is no event where it lies it knows the place, too: elsewhere the same bytes may be one.
    """

    _events: set[str] = field(default_factory=set)
    _records: set[tuple[str, str]] = field(default_factory=set)
    _looked_to: int = 0

    async def learn(self, connection: Connection) -> None:
        """Read what the log has more than at the last call."""
        head = await connection.fetchval(_HEAD)
        for row in await connection.fetch(_DISCARDED, self._looked_to, head, ParkedRecordDiscarded.TYPE):
            event = decode(row["body"]).event
            assert isinstance(event, ParkedRecordDiscarded), "the type says so"
            if event.stream is None:
                self._records.add((event.record, event.sha256))
            else:
                self._events.add(event.sha256)
        self._looked_to = head

    def has_event(self, body: bytes | None) -> bool:
        """Whether the event of these bytes was given up."""
        return bool(self._events) and sha256_hex(body or b"") in self._events

    def has_record(self, record: Record) -> bool:
        """Whether this record was given up, of which nobody could say which event it is."""
        return bool(self._records) and (str(record), sha256_hex(record.value or b"")) in self._records
