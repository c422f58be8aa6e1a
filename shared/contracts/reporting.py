"""The events of reporting: what is owed and what was filed (C3.1)."""

from shared.contracts.event import Event, event, value
from shared.contracts.topics import OBLIGATION
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
