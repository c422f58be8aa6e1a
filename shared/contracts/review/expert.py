"""The events of the pool of experts (C5.4)."""

from shared.contracts.event import Event, event
from shared.contracts.topics import EXPERT
from shared.kernel.actor import Role


@event(EXPERT, Role.PANEL_SECRETARY)
class ExpertEnrolled(Event):
    """An expert joined the pool (C5.4)."""

    expert: str
    """The expert's account."""
    employer_uscc: str
    specialties: tuple[str, ...]
    """Categories, or `comprehensive`."""
