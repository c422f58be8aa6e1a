"""The events of reporting: what is owed and what was filed (C3.1)."""

from shared.contracts.correction import ItemToCorrect
from shared.contracts.event import Event, event, value
from shared.contracts.topics import ASSESSMENT, OBLIGATION, PRIORITY
from shared.kernel.actor import Role


@event(OBLIGATION, Role.SYSTEM)
class ObligationCreated(Event):
    """An approved organization with a signed agreement owes this report (C3.1)."""

    obligation: str
    organization: str
    application: str
    round: str
    kind: str
    year: int
    due: str
    """First instant that is late."""
    period: str | None = None
    """Which of several of a kind in the year, such as `Q1`."""
    opens_at: str | None = None
    """First instant at which it may be filed; absent where the round says nothing of it."""


@value
class ReportMetrics:
    """A year's service in numbers (C3.1, C3.2)."""

    activities: int
    smes_served: int
    consultations: int
    calls: int
    public_benefit_share: str
    """Ratio such as `15/100`."""
    surveyed: int
    satisfied: int
    cases: int


@event(OBLIGATION, Role.FILER)
class ServiceReportFiled(Event):
    """The organization reported its service of the year (C3.1)."""

    obligation: str
    organization: str
    round: str
    year: int
    version: int
    metrics: ReportMetrics
    evidence: tuple[str, ...] = ()
    """SHA-256 of each file."""
    received_at: str
    late: bool


@value
class PlanTargets:
    """What a year is to bring (C3.1)."""

    activities: int
    smes_served: int
    public_benefit_share: str
    """Ratio such as `15/100`."""


@event(OBLIGATION, Role.FILER)
class ServicePlanFiled(Event):
    """The organization filed its service plan of the year (C3.1)."""

    obligation: str
    organization: str
    round: str
    year: int
    version: int
    targets: PlanTargets
    received_at: str
    late: bool


@event(OBLIGATION, Role.FILER)
class ServiceCaseFiled(Event):
    """The organization filed a service case (C3.2, C3.3)."""

    obligation: str
    organization: str
    round: str
    year: int
    version: int
    title: str
    summary: str
    evidence: tuple[str, ...] = ()
    received_at: str
    late: bool


@event(OBLIGATION, Role.FILER)
class PolicyDigestFiled(Event):
    """A comprehensive organization filed its digest of policies for SMEs (C3.3)."""

    obligation: str
    organization: str
    round: str
    year: int
    version: int
    title: str
    document: str
    """SHA-256 of the digest."""
    received_at: str
    late: bool


@event(OBLIGATION, Role.FILER)
class DifficultiesReported(Event):
    """A comprehensive organization summed up the difficulties and demands of SMEs (C3.3)."""

    obligation: str
    organization: str
    round: str
    year: int
    version: int
    answered: int
    """Questions answered."""
    forwarded: int
    """Questions passed on to the office."""
    summary: str
    received_at: str
    late: bool


@event(OBLIGATION, Role.CITY_OFFICER)
class ReportReturned(Event):
    """The office sent what was filed back for correction."""

    obligation: str
    organization: str
    round: str
    version: int
    items: tuple[ItemToCorrect, ...]
    due: str


@event(OBLIGATION, Role.CITY_OFFICER)
class ReportAccepted(Event):
    """The office accepted what was filed."""

    obligation: str
    organization: str
    round: str
    version: int


@event(OBLIGATION, Role.SYSTEM)
class ReminderSent(Event):
    """What is owed is due soon."""

    obligation: str
    organization: str
    round: str
    due: str


@event(OBLIGATION, Role.SYSTEM)
class ReportOverdue(Event):
    """What is owed was not filed in time."""

    obligation: str
    organization: str
    round: str
    due: str
    days: int
    """Days of grace until it is a default."""


@event(OBLIGATION, Role.SYSTEM)
class ReportDefaulted(Event):
    """What is owed was not filed at all; the year is 不合格 and a rectification follows."""

    obligation: str
    organization: str
    application: str
    round: str
    kind: str
    year: int
    due: str


@event(OBLIGATION, Role.SYSTEM)
class ObligationLifted(Event):
    """What is owed is owed no more: its approval has ended, or the round asks for it no longer (C3.1, C3.5)."""

    obligation: str
    organization: str
    round: str
    ground: str
    """`revoked`, `removed` from the list by a correction, `expired`, or `amended` out of the calendar."""


@event(OBLIGATION, Role.SYSTEM)
class ObligationRescheduled(Event):
    """What is open is due at another instant: an official document moved it in the round's calendar (C3.1, C3.5)."""

    obligation: str
    organization: str
    round: str
    old: str
    """First instant that was late until then."""
    new: str
    """First instant that is late from now on; never brought forward to before the amendment and its effect."""
    opens_at: str | None = None
    """First instant at which it may be filed from now on; absent where the calendar says nothing of it."""
    authority: str
    """The document that moved it."""


@value
class AssessedItem:
    """Points for one criterion of the assessment."""

    criterion: str
    score: int


@event(ASSESSMENT, Role.CITY_OFFICER)
class AnnualAssessed(Event):
    """The office assessed an organization's year, what it was asked for included (C3.4, C3.5, C3.6)."""

    application: str
    organization: str
    round: str
    year: int
    rubric_hash: str
    items: tuple[AssessedItem, ...]
    score: int
    grade: str
    defaulted: tuple[str, ...]
    """Obligations that were defaulted; any leads to the failing grade."""


@event(ASSESSMENT, Role.CITY_LEADER)
class AssessmentCorrected(Event):
    """The leader put a mistaken assessment right: these points and this grade stand in its place (C3.4, C3.5, C3.6)."""

    application: str
    organization: str
    round: str
    year: int
    items: tuple[AssessedItem, ...]
    score: int
    grade: str
    reason: str
    """What was mistaken; names no person."""


@value
class PriorityRow:
    """An organization that is recommended first."""

    application: str
    organization: str
    score: int
    grade: str


@event(PRIORITY, Role.CITY_LEADER)
class PriorityRecommended(Event):
    """Those that did their tasks well are recommended first for funds and honours (C3.6)."""

    round: str
    year: int
    rows: tuple[PriorityRow, ...]
    """From best to worst."""
    basis: tuple[str, ...]
    """Event ids of the assessments it rests on."""
