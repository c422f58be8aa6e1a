"""The events of review: districts, experts, panels, scores and rankings (C5.3, C5.4)."""

from shared.contracts.event import Event, event, value
from shared.contracts.topics import DISTRICT, EXPERT, PANEL, SCORING
from shared.kernel.actor import Role


@event(DISTRICT, Role.SYSTEM)
class DistrictReviewOpened(Event):
    """A submitted application reached its district (C5.3)."""

    application: str
    organization: str
    uscc: str
    organization_name: str
    district: str
    round: str
    kind: str
    category: str | None = None
    version: int
    snapshot_hash: str
    failed: tuple[str, ...]
    to_judge: tuple[str, ...]


@event(DISTRICT, Role.SYSTEM)
class PaperMatched(Event):
    """The paper filing was compared with the online record by hash (C5.1)."""

    application: str
    version: int
    matches: bool
    received_at: str


@event(DISTRICT, Role.DISTRICT_CLERK)
class JudgementRecorded(Event):
    """A clerk decided a rule that a person has to decide, and said why."""

    application: str
    rule: str
    outcome: str
    """PASS or FAIL."""
    rationale: str


@event(DISTRICT, Role.DISTRICT_CLERK)
class DistrictRecommended(Event):
    """The district recommends the application to the city (C5.3)."""

    application: str
    organization: str
    round: str
    district: str
    version: int
    opinion: str
    order: int
    """推荐顺序, from 1, unique in a district and round."""


@event(DISTRICT, Role.DISTRICT_CLERK)
class DistrictDeclined(Event):
    """The district does not recommend the application (C5.3)."""

    application: str
    organization: str
    round: str
    district: str
    version: int
    reasons: tuple[str, ...]


@event(EXPERT, Role.PANEL_SECRETARY)
class ExpertEnrolled(Event):
    """An expert joined the pool (C5.4)."""

    expert: str
    """The expert's account."""
    employer_uscc: str
    specialties: tuple[str, ...]
    """Categories, or `comprehensive`."""


@event(PANEL, Role.PANEL_SECRETARY)
class PanelConstituted(Event):
    """The panel of one group was drawn (C5.4)."""

    panel: str
    round: str
    group: str
    """A category's code, or `comprehensive`."""
    experts: tuple[str, ...]
    seed: str
    """What the draw was seeded with; anyone may repeat it."""
    algorithm: str


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
    """An expert scored an application by the round's rubric (C5.4)."""

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


@event(PANEL, Role.PANEL_SECRETARY)
class ScoringClosed(Event):
    """No further score is taken for this panel."""

    panel: str
    round: str
    group: str
    at: str


@value
class RankingRow:
    """One application in a ranking."""

    application: str
    organization: str
    version: int
    scores: tuple[int, ...]
    """Every valid total, ascending."""
    aggregate: str
    """Mean of the scores kept, an exact fraction such as `251/3`."""
    tie_break: tuple[str, ...]
    """Mean per criterion of the tie order, exact fractions."""
    rank: int
    """From 1; equal ranks share it."""
    tie_group: int
    """0, or the number of the group whose aggregates were equal."""


@event(PANEL, Role.PANEL_SECRETARY)
class RankingComputed(Event):
    """The panel's ranking, from scores that anyone with the log can average again (C5.4)."""

    panel: str
    round: str
    group: str
    method: str
    inputs_hash: str
    """SHA-256 of the canonical inputs."""
    rows: tuple[RankingRow, ...]
