"""The envelope: CloudEvents 1.0 attributes and our extensions, the same bytes everywhere."""

from dataclasses import dataclass
from typing import cast

import msgspec
from msgspec import Raw

from shared.auditlog.canonical import JSON, prune
from shared.contracts.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The attributes of one event as stored.

    `time` is the server's UTC instant in milliseconds; `sequence` the position in the service's log as 20 digits;
    `previous` the SHA-256 of the preceding event's bytes; `streamversion` counts from 1 in its stream.
    """

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    dataschema: str
    stream: str
    streamversion: int
    sequence: str
    previous: str
    partitionkey: str
    actorid: str
    actorrole: str
    correlationid: str
    data: Raw
    actordistrict: str | None = None
    causationid: str | None = None
    round: str | None = None
    policyhash: str | None = None
    traceparent: str | None = None
    rehearsal: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event that happened: its envelope, what it means now and its exact bytes."""

    envelope: Envelope
    event: Event
    body: bytes

    @property
    def position(self) -> int:
        """Its place in its service's log, from 1."""
        return int(self.envelope.sequence)

    @property
    def service(self) -> str:
        """The service that recorded it."""
        return self.envelope.source.removeprefix("nianlun/")

    def data(self) -> dict[str, JSON]:
        """The event's members as JSON, in the version that is recorded now."""
        if self.envelope.type == self.event.TYPE:
            return self.stored()
        return cast("dict[str, JSON]", prune(msgspec.to_builtins(self.event)))

    def stored(self) -> dict[str, JSON]:
        """The event's members as JSON, in the version in which it was recorded."""
        members: dict[str, JSON] = msgspec.json.decode(self.envelope.data)
        return members
