"""The origin of a stream: its first event, which says whose and of which round it is."""

from typing import TypeVar

from shared.contracts.event import Event
from shared.eventstore.port import EventStore

EventT = TypeVar("EventT", bound=Event)


async def origin(store: EventStore, stream: str, kind: type[EventT]) -> EventT | None:
    """The first event of `stream`, or None when there is no such stream or it begins otherwise."""
    recorded = await store.load(stream)
    first = recorded[0].event if recorded else None
    return first if isinstance(first, kind) else None
