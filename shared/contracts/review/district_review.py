"""The events of a district's review of one application (C5.1, C5.3)."""

from shared.contracts.correction import ItemToCorrect
from shared.contracts.event import Event, event, value
from shared.contracts.topics import DISTRICT
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


@event(DISTRICT, Role.DISTRICT_CLERK, Role.CITY_OFFICER)
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


@value
class ComplianceItem:
    """One thing that a district checks on paper."""

    item: str
    """`materials.3`, `t2.premises`, `paper`, …"""
    result: str
    """`conforms`, `deviates` or `missing`."""
    note: str = ""


@event(DISTRICT, Role.DISTRICT_CLERK, Role.CITY_OFFICER)
class ComplianceChecked(Event):
    """The clerk checked the paper materials for compliance (C5.3 资料合规性审核)."""

    application: str
    version: int
    items: tuple[ComplianceItem, ...]
    result: str
    """`conforms` when every item does, else `deviates`."""


@event(DISTRICT, Role.DISTRICT_CLERK, Role.CITY_OFFICER)
class WaiverProposed(Event):
    """The first of two officers proposes to waive a failed rule (C2.1.7)."""

    application: str
    version: int
    rule: str
    observed: str
    ground: str
    officer: str
    """The proposing account."""


@event(DISTRICT, Role.DISTRICT_LEADER, Role.CITY_LEADER)
class WaiverGranted(Event):
    """Two officers waived a failed rule; the failure stays visible (C2.1.7)."""

    application: str
    version: int
    rule: str
    observed: str
    ground: str
    officers: tuple[str, ...]
    """The two accounts: who proposed, who granted."""


@event(DISTRICT, Role.DISTRICT_LEADER, Role.CITY_LEADER)
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
    """The applicant brings before the city a decline that was upheld, or what its district let its time pass with."""

    application: str
    organization: str
    round: str
    grounds: str
    silence: str | None = None
    """`undecided` or `unsent`: what the district has not done in its time; absent where it declined."""


@value
class Overruling:
    """Something that a district found amiss, and why the city admits the application all the same."""

    what: str
    """A rule that a person judges, such as `R9`, or a thing that was checked on paper, such as `materials.6`."""
    rationale: str


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
    overruled: tuple[Overruling, ...] | None = None
    """What the district had found amiss; absent where there was nothing, or the round asked for no reasons."""


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
    due: str | None = None
    """First instant that is too late to recommend it again; None where the round gives no time."""
