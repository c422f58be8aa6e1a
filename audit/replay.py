"""Replay: the round again from its log alone, as it stood at an instant."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from audit import conduct
from audit.decisions import made_again
from audit.record import Contradiction, Incomplete, Record
from services.publication.domain.listing import list_bytes
from shared.contracts.application import ApplicationStarted, ApplicationSubmitted, PaperReceived
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.publication import (
    ApplicationRejected,
    ApprovalListProposed,
    ListPublished,
    ListRow,
    OrganizationApproved,
)
from shared.contracts.review import DistrictDeclined, DistrictRecommended, RankingComputed, ReviewAssigned
from shared.kernel.instants import Instant

__all__ = ["ApplicationState", "Contradiction", "Incomplete", "Replay", "replay"]

Steps: TypeAlias = tuple[tuple[type[Event], str], ...]

STEPS: Steps = (
    (ApplicationSubmitted, "SUBMITTED"),
    (PaperReceived, "UNDER_DISTRICT"),
    (DistrictRecommended, "RECOMMENDED"),
    (DistrictDeclined, "DECLINED"),
    (ReviewAssigned, "UNDER_EXPERT"),
)
"""What each event makes of an application, in the order of the round."""
DECISIONS: Steps = (
    (OrganizationApproved, "APPROVED"),
    (ApplicationRejected, "REJECTED"),
)


@dataclass(slots=True)
class ApplicationState:
    """Where one application stands, and since when (UTC)."""

    application: str
    organization: str
    organization_name: str
    uscc: str
    district: str
    kind: str
    category: str
    state: str
    since: str


@dataclass(frozen=True, slots=True)
class Replay:
    """The round as of an instant; `rows` are the list's, once it is published."""

    round: str
    as_of: str
    applications: list[ApplicationState]
    rankings: list[RankingComputed]
    rows: tuple[ListRow, ...]
    published: bool
    events: int
    recomputed: dict[str, int]

    @property
    def list(self) -> bytes:
        """The list's canonical bytes, the same that the publication service serves; empty before publication."""
        return list_bytes(self.round, self.rows) if self.published else b""


def replay(log: Iterable[Recorded], round_id: str, as_of: Instant | None = None) -> Replay:
    """Replay `round_id` up to and with `as_of` (UTC); raise `Contradiction` or `Incomplete`."""
    record = Record.of(log, as_of)
    conduct.examine(record)
    recomputed = made_again(record, round_id)
    published = record.all(ListPublished, round_id)
    return Replay(
        round=round_id,
        as_of=as_of or max(one.envelope.time for one in record.by_id.values()),
        applications=_applications(record, round_id),
        rankings=[event for _, event in record.all(RankingComputed, round_id)],
        rows=published[-1][1].rows if published else (),
        published=bool(published),
        events=len(record.by_id),
        recomputed=recomputed,
    )


def _applications(record: Record, round_id: str) -> list[ApplicationState]:
    states = {
        event.application: ApplicationState(
            application=event.application,
            organization=event.organization,
            organization_name=event.organization_name,
            uscc=event.uscc,
            district=event.district,
            kind=event.kind,
            category=",".join(event.category),
            state="DRAFT",
            since=recorded.envelope.time,
        )
        for recorded, event in record.all(ApplicationStarted, round_id)
    }
    _move(record, round_id, states, STEPS)
    for recorded, event in record.all(ApprovalListProposed, round_id):
        for row in event.rows:
            _now(states, row.application, "PROPOSED", recorded)
        for below in event.not_selected:
            _now(states, below.application, "NOT_SELECTED", recorded)
    _move(record, round_id, states, DECISIONS)
    return sorted(states.values(), key=lambda one: (one.district, one.uscc))


def _move(record: Record, round_id: str, states: dict[str, ApplicationState], steps: Steps) -> None:
    for kind, name in steps:
        for recorded, event in record.all(kind, round_id):
            _now(states, str(getattr(event, "application", "")), name, recorded)


def _now(states: dict[str, ApplicationState], application: str, name: str, recorded: Recorded) -> None:
    if application not in states:
        raise Incomplete(f"{recorded.envelope.type} names application {application}, which never began")
    if states[application].state != name:
        states[application].state, states[application].since = name, recorded.envelope.time
