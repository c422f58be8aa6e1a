"""The events of objections to a list on notice (C5.4)."""

from shared.contracts.event import Event, event
from shared.contracts.topics import DECISION
from shared.kernel.actor import Role


@event(DECISION, Role.FILER)
class ObjectionFiled(Event):
    """Somebody objects, under a real name, to an application on notice (C5.4)."""

    round: str
    objection: str
    application: str
    """The one objected to."""
    objector: str
    """Commitment to the real name."""
    contact: str
    """Commitment."""
    grounds: str
    """Names no person."""
    evidence: tuple[str, ...]
    """SHA-256 of each file."""
    received_at: str


@event(DECISION, Role.CITY_OFFICER)
class ObjectionInadmissible(Event):
    """The objection is not looked into, and why."""

    round: str
    objection: str
    reason: str


@event(DECISION, Role.CITY_OFFICER)
class ObjectionDismissed(Event):
    """The objection was looked into and is unfounded."""

    round: str
    objection: str
    reason: str


@event(DECISION, Role.CITY_OFFICER)
class ObjectionUpheld(Event):
    """The objection is right: the application leaves the list, or falls to another rank."""

    round: str
    objection: str
    application: str
    reason: str
    effect: str
    """`remove` or `rerank`."""
    rank: int | None = None
    """The rank it falls to; with `rerank` only."""
    list_hash: str
    """SHA-256 of the canonical list that is left."""
