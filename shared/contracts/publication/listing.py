"""The list's rows, and the events that propose, change and approve it (C5.4)."""

from shared.contracts.event import Event, event, value
from shared.contracts.topics import DECISION
from shared.kernel.actor import Role


@value
class ListRow:
    """One organization of the list."""

    application: str
    organization: str
    uscc: str
    organization_name: str
    district: str
    kind: str
    category: str | None = None
    version: int
    rank: int


@value
class Unselected:
    """A ranked application below the cut."""

    application: str
    organization: str
    rank: int


@value
class LeftOut:
    """A ranked application that a proposal leaves out: its organization was suspended or closed then."""

    application: str
    organization: str
    group: str
    rank: int


@event(DECISION, Role.CITY_OFFICER)
class ApprovalListProposed(Event):
    """The office's officer proposes the best of each ranking (C5.4 择优)."""

    round: str
    rankings: tuple[str, ...]
    """Event ids of the rankings it rests on."""
    rows: tuple[ListRow, ...]
    """In order of group, then rank."""
    not_selected: tuple[Unselected, ...]
    list_hash: str
    """SHA-256 of the canonical list."""
    proposer: str
    left_out: tuple[LeftOut, ...] = ()
    """In order of group, then rank."""


@event(DECISION, Role.SYSTEM)
class RowWithdrawn(Event):
    """The applicant of a proposed row withdrew: the row leaves the list."""

    round: str
    application: str
    list_hash: str


@event(DECISION, Role.CITY_LEADER)
class NextInLinePromoted(Event):
    """The leader put the next in rank in a place that became free; it goes on notice before it is approved."""

    round: str
    row: ListRow
    reason: str
    list_hash: str
    promoter: str | None = None
    """The account that promoted, which may not approve the list; earlier releases name none."""
    passed_over: tuple[str, ...] | None = None
    """Applications that rank before it, best first, and whose organizations may not act; earlier releases say none."""


@value
class PlacesLeftFree:
    """Places of a group that the leader left free although somebody was in line, and why."""

    group: str
    places: int
    reason: str


@event(DECISION, Role.CITY_LEADER)
class ListApproved(Event):
    """The office's leader, never the proposer, approved the list after the notice."""

    round: str
    list_hash: str
    approver: str
    applications: tuple[str, ...]
    left_free: tuple[PlacesLeftFree, ...] = ()
