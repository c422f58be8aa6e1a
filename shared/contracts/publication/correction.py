"""The events that correct a published list (C5.4)."""

from shared.contracts.event import Event, event
from shared.contracts.publication.listing import ListRow
from shared.contracts.topics import DECISION
from shared.kernel.actor import Role


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
