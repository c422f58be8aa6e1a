"""Foreign facts to review's own commands."""

from services.review.domain.district_review import MatchPaper, OpenDistrictReview
from shared.contracts.application import ApplicationSubmitted, PaperReceived
from shared.contracts.event import Event


def reaction(event: Event) -> OpenDistrictReview | MatchPaper | None:
    """The command that follows from a foreign event, if one does."""
    match event:
        case ApplicationSubmitted():
            return OpenDistrictReview(event)
        case PaperReceived():
            return MatchPaper(event)
        case _:
            return None
