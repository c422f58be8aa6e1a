"""The events that correct a published list (C5.4)."""

from shared.contracts.event import Event, event, value
from shared.contracts.publication.listing import ListRow
from shared.contracts.topics import APPROVAL, DECISION
from shared.kernel.actor import Role


@value
class RankMoved:
    """Somebody who stays on the list with another rank."""

    application: str
    rank_before: int
    rank: int


@value
class GroupPlaces:
    """How many a group has on the corrected list, and for how many places."""

    group: str
    places: int
    listed: int


@event(DECISION, Role.CITY_OFFICER)
class ListCorrectionProposed(Event):
    """The officer proposes another list in the published one's place."""

    round: str
    supersedes: str
    """The hash of the list it replaces."""
    rows: tuple[ListRow, ...]
    list_hash: str
    reason: str
    document_number: str
    proposer: str
    grounds: tuple[str, ...] | None = None
    """Why each added application joins, in their order: `appeal_reversed`, `appeal_remitted`, `next_in_line`."""
    moved: tuple[RankMoved, ...] | None = None
    """Who stays with another rank, in the list's order; earlier releases do not say."""
    places: tuple[GroupPlaces, ...] | None = None
    """Of each group that the correction touches; earlier releases do not say."""


@event(DECISION, Role.CITY_LEADER)
class ListCorrected(Event):
    """The leader, never the proposer, approved the correction; the earlier list stays in the log."""

    round: str
    supersedes: str
    list_hash: str
    approver: str
    added: tuple[str, ...]
    """Applications that the correction approves."""
    removed: tuple[str, ...]
    """Applications that it takes from the list."""
    beyond_quota: tuple[str, ...] | None = None
    """Groups that have more on the list than places, by the leader's own decision; earlier releases do not say."""


@event(APPROVAL, Role.CITY_LEADER)
class RankCorrected(Event):
    """By a correction of the published list an approved organization has another rank (C5.4)."""

    application: str
    organization: str
    organization_name: str
    round: str
    kind: str
    category: str | None = None
    rank_before: int
    rank: int
    list_hash: str
    """Of the corrected list."""
    reason: str
    document_number: str
