"""Foreign facts to review's own commands."""

from typing import TypeAlias

from services.review.domain.checks import LAPSED, WITHDRAWN, MatchPaper, OpenDistrictReview
from services.review.domain.recusals import ReopenScoring
from services.review.domain.returns import CloseReview, ReopenReview
from shared.contracts.application import (
    ApplicationLapsed,
    ApplicationResubmitted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    PaperReceived,
)
from shared.contracts.event import Event
from shared.contracts.publication import AppealDecided
from shared.kernel.instants import Instant

Reaction: TypeAlias = OpenDistrictReview | MatchPaper | CloseReview | ReopenReview | ReopenScoring


def reaction(event: Event, event_id: str, due: Instant | None, panel: str | None) -> Reaction | None:
    """The command that follows from a foreign event, if one does.

    Of a remit `due` is until when its district has, and `panel` the one whose experts it is for.
    """
    match event:
        case ApplicationSubmitted() | ApplicationResubmitted():
            return OpenDistrictReview(event)
        case PaperReceived():
            return MatchPaper(event)
        case ApplicationWithdrawn():
            return CloseReview(event.application, event.organization, event.round, WITHDRAWN)
        case ApplicationLapsed(what="return"):
            return CloseReview(event.application, event.organization, event.round, LAPSED)
        case AppealDecided(outcome="remit"):
            return _remitted(event, event_id, due, panel)
        case _:
            return None


def _remitted(
    event: AppealDecided, event_id: str, due: Instant | None, panel: str | None
) -> ReopenReview | ReopenScoring | None:
    match event.stage:
        case "district":
            return ReopenReview(event.application, event_id, due)
        case "experts":
            return ReopenScoring(event.application, event.organization, event.round, event_id, panel)
        case _:
            return None
