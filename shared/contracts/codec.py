"""Events to bytes and back: one canonical encoding, decoding by type name and never by trying a union."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import msgspec

from shared.auditlog.canonical import encode, prune
from shared.auditlog.chain import sequence_text
from shared.contracts import access, application, earlier, publication, registration, reporting, review
from shared.contracts.envelope import Envelope, Recorded
from shared.contracts.event import EARLIER, REGISTRY, Earlier, Event

MODULES = (registration, application, review, publication, reporting, access, earlier)
"""The modules that declare events, in the order of the street; at last what was superseded."""

BODY_BYTES_MAX = 65_535
_UNKNOWN = {"previous": "", "sequence": "", "streamversion": 0}
_ENVELOPE = msgspec.json.Decoder(Envelope)


class UnknownEventType(ValueError):
    """No event of this type was ever declared."""


class Undecodable(ValueError):
    """The bytes are not an event of ours."""


class EventTooLarge(ValueError):
    """An event's bytes exceed 65,535; large content belongs in a file named by its hash."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An event's bytes but for what only the log knows: its position, its predecessor and its stream version.

    Top-level keys are sorted, so the three unknown members lie between four known parts.
    """

    type: str
    before_previous: bytes
    before_sequence: bytes
    before_streamversion: bytes
    rest: bytes

    def seal(self, position: int, previous: str, streamversion: int) -> bytes:
        """The final bytes; raise `EventTooLarge` beyond 65,535."""
        body = b'{%s,"previous":"%s",%s"sequence":"%s",%s,"streamversion":%d,%s}' % (
            self.before_previous,
            previous.encode(),
            self.before_sequence + b"," if self.before_sequence else b"",
            sequence_text(position).encode(),
            self.before_streamversion,
            streamversion,
            self.rest,
        )
        if len(body) > BODY_BYTES_MAX:
            raise EventTooLarge(f"{self.type} has {len(body)} bytes; {BODY_BYTES_MAX} are allowed")
        return body


def draft(event: Event, attributes: Mapping[str, str | bool | None]) -> Draft:
    """Encode all that is known before the append; `attributes` lacks sequence, previous and streamversion.

    After the top-level `previous` only simple members follow, and a quote within a text is escaped: so the last
    occurrences of the three unknown members are the top-level ones.
    """
    members = {name: member for name, member in attributes.items() if member is not None}
    members |= {"specversion": "1.0", "type": event.TYPE, "dataschema": f"urn:nianlun:schema:{event.TYPE}"}
    known = encode({**members, **_UNKNOWN, "data": prune(msgspec.to_builtins(event))})
    known, _, rest = known.rpartition(b'"streamversion":0')
    known, _, before_streamversion = known.rpartition(b'"sequence":""')
    before_previous, _, before_sequence = known.rpartition(b'"previous":""')
    return Draft(event.TYPE, before_previous[1:-1], before_sequence[1:-1], before_streamversion[1:-1], rest[1:-1])


def decode(body: bytes) -> Recorded:
    """Read stored bytes, an earlier version as what it means now; raise `Undecodable` or `UnknownEventType`."""
    try:
        envelope = _ENVELOPE.decode(body)
    except msgspec.DecodeError as error:
        raise Undecodable(str(error)) from error
    try:
        return Recorded(envelope, _now(_decoder(envelope.type).decode(envelope.data)), body)
    except msgspec.DecodeError as error:
        raise Undecodable(f"{envelope.type}: {error}") from error


def revive(type_name: str, members: Mapping[str, object]) -> Event:
    """The event of this type that has these members, an earlier version as what it means now."""
    return _now(msgspec.convert(members, shape_of(type_name)))


def shape_of(type_name: str) -> type[Event]:
    """How events of a type are declared, also one that was superseded; raise `UnknownEventType`."""
    try:
        return REGISTRY.get(type_name) or EARLIER[type_name]
    except KeyError as error:
        raise UnknownEventType(type_name) from error


def _now(event: Event) -> Event:
    while isinstance(event, Earlier):
        event = event.upcast()
    return event


@cache
def _decoder(type_name: str) -> "msgspec.json.Decoder[Event]":
    return msgspec.json.Decoder(shape_of(type_name))
