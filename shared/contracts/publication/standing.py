"""The events of an approved organization's standing (C3, C5.4)."""

from shared.contracts.event import Event, event, value
from shared.contracts.topics import STANDING
from shared.kernel.actor import Role


@value
class RectificationItem:
    """Something that an approved organization has to put right."""

    what: str
    note: str


@value
class ItemGivenUp:
    """Something that was ordered, was not put right, and that the office asks for no longer."""

    what: str
    """As the order names it."""
    reason: str


@event(STANDING, Role.CITY_OFFICER, Role.SYSTEM)
class RectificationOrdered(Event):
    """An approved organization has to put these items right in time (C3)."""

    application: str
    organization: str
    round: str
    items: tuple[RectificationItem, ...]
    due: str


@event(STANDING, Role.CITY_OFFICER)
class RectificationAccepted(Event):
    """What was ordered is put right: filed and accepted, or given up by name and with a reason (C3)."""

    application: str
    organization: str
    round: str
    note: str
    given_up: tuple[ItemGivenUp, ...] = ()


@event(STANDING, Role.CITY_LEADER)
class ApprovalRevoked(Event):
    """The approval is taken back, by a person and under a document's number."""

    application: str
    organization: str
    round: str
    ground: str
    document_number: str


@event(STANDING, Role.CITY_LEADER)
class RevocationReversed(Event):
    """A revocation was made in error: another leader gives the approval back, to be signed anew (C5.4)."""

    application: str
    organization: str
    round: str
    reason: str
    document_number: str


@event(STANDING, Role.CITY_LEADER)
class ApprovalRenewed(Event):
    """The approval holds for longer."""

    application: str
    organization: str
    round: str
    valid_to: str
    """ISO date of its new last day."""
    document_number: str


@event(STANDING, Role.SYSTEM)
class ApprovalExpired(Event):
    """The approval's last day is over."""

    application: str
    organization: str
    round: str
    valid_to: str
