"""The events of what the public sees: the proposed list on notice, and the approved one (C5.4)."""

from shared.contracts.event import Event, event
from shared.contracts.publication.listing import ListRow
from shared.contracts.topics import NOTICE
from shared.kernel.actor import Role


@event(NOTICE, Role.PUBLISHER)
class NoticePublished(Event):
    """The proposed list is on public notice (公示)."""

    round: str
    list_hash: str
    rows: tuple[ListRow, ...]
    start: str
    """ISO date, first day."""
    end: str
    """ISO date, last day; approval waits until it is over."""
    working_days: int


@event(NOTICE, Role.PUBLISHER)
class ListPublished(Event):
    """The approved list is public (C5.4)."""

    round: str
    list_hash: str
    url: str
    rows: tuple[ListRow, ...]
