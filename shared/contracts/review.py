"""The events of review: districts, experts, panels, scores and rankings (C5.3, C5.4)."""

from shared.contracts.correction import ItemToCorrect
from shared.contracts.event import Event, event, value
from shared.contracts.topics import BATCH, DISTRICT, EXPERT, PANEL, SCORING
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
    """A clerk decided a rule that a person has to decide, and said why (C2.1.1, C2.1.2, C2.1.3, C2.1.4)."""

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
    revokes: int | None = None
    """The order of the recommendation that it takes back; absent where there was none."""


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


@value
class ComplianceItem:
    """One thing that a district checks on paper."""

    item: str
    """`materials.3`, `t2.premises`, `paper`, …"""
    result: str
    """`conforms`, `deviates` or `missing`."""
    note: str = ""


@event(DISTRICT, Role.DISTRICT_CLERK)
class ComplianceChecked(Event):
    """The clerk checked the paper materials for compliance (C5.3 资料合规性审核)."""

    application: str
    version: int
    items: tuple[ComplianceItem, ...]
    result: str
    """`conforms` when every item does, else `deviates`."""


@event(DISTRICT, Role.DISTRICT_CLERK)
class WaiverProposed(Event):
    """The first of two officers proposes to waive a failed rule (C2.1.7)."""

    application: str
    version: int
    rule: str
    observed: str
    ground: str
    officer: str
    """The proposing account."""


@event(DISTRICT, Role.DISTRICT_LEADER)
class WaiverGranted(Event):
    """Two officers waived a failed rule; the failure stays visible (C2.1.7)."""

    application: str
    version: int
    rule: str
    observed: str
    ground: str
    officers: tuple[str, ...]
    """The two accounts: who proposed, who granted."""


@event(DISTRICT, Role.DISTRICT_LEADER)
class WaiverRefused(Event):
    """The second officer did not agree to waive the rule."""

    application: str
    version: int
    rule: str
    observed: str
    ground: str
    officers: tuple[str, ...]
    reason: str


@event(DISTRICT, Role.DISTRICT_CLERK)
class DistrictReviewReturned(Event):
    """The district sent the version back for correction (C5.3)."""

    application: str
    organization: str
    round: str
    district: str
    version: int
    items: tuple[ItemToCorrect, ...]
    due: str
    """First instant that is too late."""
    revokes: int | None = None
    """The order of the recommendation that it takes back; absent where there was none."""


@event(DISTRICT, Role.SYSTEM)
class DistrictReviewClosed(Event):
    """The application was withdrawn or lapsed: nothing of it is reviewed, ranked or listed any more."""

    application: str
    organization: str
    round: str
    reason: str
    """`withdrawn` or `lapsed`."""


@event(DISTRICT, Role.FILER)
class ReconsiderationRequested(Event):
    """The applicant asks the district to decide again."""

    application: str
    grounds: str


@event(DISTRICT, Role.DISTRICT_LEADER)
class DistrictDecisionReconsidered(Event):
    """The district's leader decided again on a decline."""

    application: str
    organization: str
    round: str
    district: str
    version: int
    outcome: str
    """`upheld`: the decline stands; `reopened`: the review is open again."""
    reasons: tuple[str, ...]


@event(DISTRICT, Role.FILER)
class EscalatedToCity(Event):
    """The applicant brings a decline that was upheld before the city."""

    application: str
    organization: str
    round: str
    grounds: str


@event(DISTRICT, Role.CITY_LEADER)
class EscalationDecided(Event):
    """The city decided on an escalation."""

    application: str
    organization: str
    round: str
    district: str
    version: int
    outcome: str
    """`admitted`: on to the experts, as if recommended; `dismissed`: the decline stands."""
    reason: str


@event(DISTRICT, Role.SYSTEM)
class DistrictReviewReopened(Event):
    """An appeal was remitted to the district: its review, and nothing else, is open again."""

    application: str
    organization: str
    round: str
    district: str
    version: int
    appeal: str
    """The id of the event that decided the appeal."""


@value
class BatchRow:
    """A row of the district's summary table (附件3)."""

    order: int
    application: str
    organization: str
    uscc: str
    organization_name: str
    kind: str
    category: str | None = None
    version: int
    snapshot_hash: str
    pdf_sha256: str | None = None
    opinion: str
    waived: tuple[str, ...] = ()
    """Rules that two officers waived."""


@event(BATCH, Role.DISTRICT_LEADER)
class BatchSealed(Event):
    """The district fixed its recommendation list under an official letter's number (C5.3)."""

    round: str
    district: str
    document_number: str
    rows: tuple[BatchRow, ...]
    rows_hash: str
    """SHA-256 of the canonical rows."""
    xlsx_sha256: str
    """SHA-256 of the summary table (附件3)."""


@event(BATCH, Role.DISTRICT_LEADER)
class BatchReopened(Event):
    """A sealed batch was opened again, on somebody's authority."""

    round: str
    district: str
    authority: str


@event(BATCH, Role.DISTRICT_LEADER)
class BatchSent(Event):
    """The sealed batch went to the city (C5.3)."""

    round: str
    district: str
    document_number: str
    rows_hash: str
    sent_at: str


@event(BATCH, Role.DISTRICT_LEADER)
class BatchLate(Event):
    """The batch was sent after the district's deadline; it counts, and the delay stays visible (C5.3)."""

    round: str
    district: str
    minutes: int
    """Whole minutes after the deadline, rounded up."""


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
    """An expert changed its own score before closing; the earlier one stays in the log."""

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


@event(PANEL, Role.PANEL_SECRETARY)
class TieResolved(Event):
    """The panel told a tie apart that the round's criteria left (C5.4 择优)."""

    panel: str
    round: str
    group: str
    tie_group: int
    order: tuple[str, ...]
    """Applications of the tie from best to worst."""
    basis: str
    """`vote`."""
    voters: tuple[str, ...]
    """Experts of the panel who voted."""


@event(PANEL, Role.PANEL_SECRETARY)
class PanelDecisionRecorded(Event):
    """The panel decided how to rank an application that has too few scores; without it the ranking waits."""

    panel: str
    round: str
    group: str
    application: str
    decision: str
    """`rank_with_fewer` or `leave_unranked`."""
    reason: str
    voters: tuple[str, ...]
