"""What a batch of appends comes to on a given head: pure, the same for PostgreSQL and for memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from shared.auditlog.chain import Head
from shared.contracts.codec import EventTooLarge
from shared.eventstore.port import AlreadyHandled, Appended, CommandReused, Remembered, StreamConflict
from shared.eventstore.sealing import Place, Prepared, Row, appended, seal

Result: TypeAlias = Appended | Exception


@dataclass(slots=True)
class Plan:
    """Rows to insert after a head, and the answer to each append of the batch, true once they are inserted."""

    before: Head
    found: Mapping[str, int]
    """The versions on which it was made; 0 for a stream that there is not."""
    head: Head
    versions: dict[str, int]
    """The versions that it reaches."""
    rows: list[Row] = field(default_factory=list)
    answers: dict[str, tuple[Remembered, int]] = field(default_factory=dict)
    """Idempotency keys to remember, with the log's position after the command."""
    results: list[Result] = field(default_factory=list)

    @property
    def to_check(self) -> dict[str, int]:
        """Of `found` what the rows do not prove themselves: a stream's first event cannot be written twice."""
        begun = {row.stream for row in self.rows if row.version == 1}
        return {stream: version for stream, version in self.found.items() if stream not in begun}

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.rows or self.answers)


def plan(
    batch: Sequence[Prepared],
    head: Head,
    versions: Mapping[str, int],
    known: Mapping[str, Remembered],
    written: Mapping[str, Place],
) -> Plan:
    """Place each append after the ones before it; one that is refused leaves its neighbours alone.

    `versions` are those of all streams of the batch, `known` its idempotency keys that were used before and
    `written` what is in the log of the ids that it asks for.
    """
    made = Plan(head, versions, head, dict(versions))
    for prepared in batch:
        made.results.append(_place(made, prepared, known, written))
    return made


def assumed(batch: Sequence[Prepared], remembered: Mapping[str, int]) -> dict[str, int] | None:
    """The versions last seen, else those that the batch expects; None where neither names one of a stream."""
    versions: dict[str, int] = {}
    for prepared in batch:
        for write, stream in zip(prepared.request.writes, prepared.streams, strict=True):
            if stream not in versions:
                version = remembered.get(stream, write.expected)
                if version is None:
                    return None
                versions[stream] = version
    return versions


def _place(made: Plan, prepared: Prepared, known: Mapping[str, Remembered], written: Mapping[str, Place]) -> Result:
    idempotency = prepared.request.idempotency
    before = _before(made, prepared, written) if written else None
    if idempotency is not None:
        remembered = made.answers[idempotency.key][0] if idempotency.key in made.answers else known.get(idempotency.key)
        if remembered is not None:
            same = remembered.request_hash == idempotency.request_hash and isinstance(before, Appended)
            return before if before is not None and same else AlreadyHandled(remembered)
    if before is not None:
        return before
    try:
        rows, made.head, reached = seal(prepared, made.head, made.versions)
    except (StreamConflict, EventTooLarge) as refusal:
        return refusal
    made.rows += rows
    made.versions.update(reached)
    result = appended(prepared, made.head.position, reached)
    if idempotency is not None:
        answer = Remembered(idempotency.request_hash, idempotency.status, result.response)
        made.answers[idempotency.key] = (answer, result.position)
    return result


def _before(made: Plan, prepared: Prepared, written: Mapping[str, Place]) -> Result | None:
    """Where the events of an append are in the log; None when none of them is."""
    places = [written[event_id] for event_id in prepared.asked_ids if event_id in written]
    if not places:
        return None
    streams = zip(prepared.streams, prepared.drafts, strict=True)
    if [(place.stream, place.type) for place in places] != [(of, one.type) for of, drafts in streams for one in drafts]:
        return CommandReused(prepared.request.context.command_id)
    reached = {of: made.versions.get(of, 0) for of in prepared.streams}
    return appended(prepared, places[-1].position, reached | {place.stream: place.version for place in places})
