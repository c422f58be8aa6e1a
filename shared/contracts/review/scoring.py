"""The events of one application's scores: answers, seats, points (C5.4)."""

from shared.contracts.event import Event, event, value
from shared.contracts.topics import SCORING
from shared.kernel.actor import Role


@event(SCORING, Role.EXPERT)
class ConflictDeclared(Event):
    """An expert answered whether it has a conflict of interest; without an answer there is no access (C5.4)."""

    application: str
    organization: str
    round: str
    expert: str
    answer: str
    """`none` or `conflict`; not having answered is the absence of this event."""
    detail: str | None = None


@event(SCORING, Role.PANEL_SECRETARY)
class ReviewAssigned(Event):
    """An expert without conflict is to score this version."""

    application: str
    organization: str
    round: str
    panel: str
    expert: str
    version: int
    due: str


@value
class ItemScore:
    """Points for one criterion, 0 to its maximum."""

    criterion: str
    score: int
    comment: str = ""


@event(SCORING, Role.EXPERT)
class ExpertScored(Event):
    """An expert scored an application by the round's rubric (C5.4), comprehensive organizations too (C2.2.1)."""

    application: str
    organization: str
    round: str
    panel: str
    expert: str
    version: int
    rubric_hash: str
    items: tuple[ItemScore, ...]
    total: int
    """Sum of the items, out of the rubric's maximum."""


@event(SCORING, Role.PANEL_SECRETARY, Role.EXPERT)
class ExpertRecused(Event):
    """An expert steps back from one application, or is taken from it; its score goes with it where that is said."""

    application: str
    organization: str
    round: str
    panel: str
    expert: str
    reason: str
    voids_score: bool


@event(SCORING, Role.PANEL_SECRETARY)
class ExpertReplaced(Event):
    """Another expert of the pool takes a recused or absent expert's place for one application."""

    application: str
    organization: str
    round: str
    panel: str
    expert: str
    replacement: str
    reason: str


@event(SCORING, Role.EXPERT)
class ScoreRevised(Event):
    """An expert changed its own score before closing, or scored anew after an appeal; the earlier one stays."""

    application: str
    organization: str
    round: str
    panel: str
    expert: str
    version: int
    rubric_hash: str
    items: tuple[ItemScore, ...]
    total: int
    reason: str


@event(SCORING, Role.PANEL_SECRETARY)
class ScoreVoided(Event):
    """A score does not count, and why; it is not a zero."""

    application: str
    organization: str
    round: str
    panel: str
    expert: str
    reason: str


@event(SCORING, Role.SYSTEM)
class ScoreOverdue(Event):
    """An assigned expert has not scored in time."""

    application: str
    organization: str
    round: str
    panel: str
    expert: str
    due: str


@event(SCORING, Role.SYSTEM)
class ScoringReopened(Event):
    """An appeal was remitted to the experts: this application, and nothing else, may be scored again."""

    application: str
    organization: str
    round: str
    panel: str
    appeal: str
    """The id of the event that decided the appeal."""
