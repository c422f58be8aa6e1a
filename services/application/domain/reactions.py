"""Foreign facts to application's own commands."""

from services.application.domain.returns import TakeReturn
from shared.contracts.event import Event
from shared.contracts.review import DistrictReviewReturned


def reaction(event: Event) -> TakeReturn | None:
    """The command that follows from a foreign event, if one does."""
    return TakeReturn(event) if isinstance(event, DistrictReviewReturned) else None
