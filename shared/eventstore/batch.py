"""What a batch of appends comes to on a given head: pure, the same for PostgreSQL and for memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from shared.auditlog.chain import Head
from shared.contracts.codec import EventTooLarge
from shared.eventstore.port import AlreadyHandled, Appended, Remembered, StreamConflict
from shared.eventstore.sealing import Prepared, Row, appended, seal

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
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.rows or self.answers)


def plan(
    batch: Sequence[Prepared],
    head: Head,
    versions: Mapping[str, int],
    known: Mapping[str, Remembered],
    written: Mapping[str, Appended],
) -> Plan:
    """Place each append after the ones before it; one that is refused leaves its neighbours alone.

    `versions` are those of all streams of the batch, `known` its idempotency keys that were used before and
    `written` its appends that are in the log already, by their first event id.
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


def _place(made: Plan, prepared: Prepared, known: Mapping[str, Remembered], written: Mapping[str, Appended]) -> Result:
    before = written.get(prepared.event_ids[0]) if prepared.event_ids else None
    idempotency = prepared.request.idempotency
    if idempotency is not None:
        remembered = made.answers[idempotency.key][0] if idempotency.key in made.answers else known.get(idempotency.key)
        if remembered is not None:
            same = remembered.request_hash == idempotency.request_hash
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
