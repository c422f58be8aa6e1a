"""One record as Kafka gave it, and what can be said about it before anything is asked of the database."""

import re
from typing import NamedTuple, TypeAlias

import msgspec
from asyncpg.pgproto.pgproto import UUID

from shared.contracts.codec import BODY_BYTES_MAX, Undecodable, UnknownEventType, decode
from shared.contracts.envelope import Envelope, Recorded
from shared.contracts.topics import topic_of

SEQUENCE = re.compile("00[0-9]{18}")
"""What a database can count to."""
_ENVELOPE = msgspec.json.Decoder(Envelope)


class Record(NamedTuple):
    """One record and its place."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None

    def __str__(self) -> str:
        """For people: `topic/partition@offset`."""
        return f"{self.topic}/{self.partition}@{self.offset}"


class Place(NamedTuple):
    """Where an event stands: its id, its log, its stream and its version there."""

    event_id: UUID
    source: str
    stream: str
    version: int

    @property
    def of(self) -> "StreamOf":
        """The stream, among those of all services."""
        return (self.source, self.stream)


StreamOf: TypeAlias = tuple[str, str]
"""Source and stream name."""


class Readable(NamedTuple):
    """A record that holds an event of ours, on its own topic, under its own key."""

    record: Record
    place: Place
    recorded: Recorded


class Unreadable(NamedTuple):
    """A record that cannot be handled as it is; `place` is known when its envelope can be trusted."""

    record: Record
    place: Place | None
    reason: str


def read(record: Record, *, rehearsal: bool) -> Readable | Unreadable:
    """Decode a record and check its place; a rehearsal's events belong on rehearsal stacks only."""
    body = record.value or b""
    try:
        recorded = decode(body)
    except (Undecodable, UnknownEventType) as error:
        return Unreadable(record, _place_despite(record, body), f"{type(error).__name__}: {error}")
    envelope = recorded.envelope
    wrong = _misplaced(record, envelope)
    if wrong is None and envelope.rehearsal != rehearsal:
        wrong = f"rehearsal is {str(envelope.rehearsal).lower()} here and {str(rehearsal).lower()} on this stack"
    place = None if wrong else _place(envelope)
    if place is None:
        return Unreadable(record, None, wrong or "its id, stream or version is none that we write")
    if len(body) > BODY_BYTES_MAX:
        return Unreadable(record, place, f"{len(body)} bytes; {BODY_BYTES_MAX} are allowed")
    return Readable(record, place, recorded)


def event_in(topic: str, body: bytes | None) -> Envelope | None:
    """What a record of a topic says of itself; None for what is no event of that topic, whatever it says."""
    try:
        envelope = _ENVELOPE.decode(body or b"")
    except msgspec.DecodeError:
        return None
    return envelope if _belongs_on(topic, envelope) and SEQUENCE.fullmatch(envelope.sequence) else None


def position_in(topic: str, body: bytes | None) -> int | None:
    """The place in its service's log that a record of a topic claims; None for what is no event of that topic."""
    envelope = event_in(topic, body)
    return None if envelope is None else int(envelope.sequence)


def _place_despite(record: Record, body: bytes) -> Place | None:
    """Where an event stands whose data cannot be read, so that its stream can wait behind it."""
    try:
        envelope = _ENVELOPE.decode(body)
    except msgspec.DecodeError:
        return None
    return None if _misplaced(record, envelope) else _place(envelope)


def _misplaced(record: Record, envelope: Envelope) -> str | None:
    if not _belongs_on(record.topic, envelope):
        return f"{envelope.stream} of {envelope.source} does not belong on {record.topic}"
    if record.key != envelope.partitionkey.encode():
        return f"its key is not its partitionkey {envelope.partitionkey}"
    return None


def _belongs_on(topic: str, envelope: Envelope) -> bool:
    service = topic.split(".")[1]
    return envelope.source == f"nianlun/{service}" and topic == topic_of(service, envelope.stream)


def _place(envelope: Envelope) -> Place | None:
    try:
        event_id = UUID(envelope.id)
    except ValueError:
        return None
    if envelope.streamversion < 1 or "\x00" in envelope.stream:
        return None
    return Place(event_id, envelope.source, envelope.stream, envelope.streamversion)
