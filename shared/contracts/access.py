"""The trace that a refusal of authority leaves, in every service."""

from shared.contracts.event import Event, event_of_every_service


@event_of_every_service()
class AccessRefused(Event):
    """An authenticated actor asked for what its role, district or organization may not do.

    Recorded on the stream `access-<actor id>`; the envelope says who, in which role and when.
    """

    command: str
    """The command's name, for instance `RecommendApplication`."""
    stream: str
    """The stream on which it would have acted."""
    reason: str
    """The refusal's sentence; names no person."""
