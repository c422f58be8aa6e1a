"""What one organization owes, and what it files, as the tests of reporting's deciders use it."""

from services.reporting.domain.filing import FileServiceReport
from services.reporting.domain.obligation import CreateObligation
from shared.contracts.application import RoundPlanned
from shared.contracts.correction import ItemToCorrect
from shared.contracts.obligations import obligation_id
from shared.contracts.publication import AgreementSigned
from shared.contracts.reporting import (
    ObligationCreated,
    ObligationLifted,
    ObligationRescheduled,
    ReminderSent,
    ReportAccepted,
    ReportDefaulted,
    ReportMetrics,
    ReportOverdue,
    ReportReturned,
    ServiceReportFiled,
)
from shared.contracts.round import ObligationTerm
from shared.contracts.sourced import Moment
from shared.kernel.instants import Instant, plus_seconds
from tests.services.application.domain.filed import PARAMETERS
from tests.services.people import FILER, ORGANIZATION

DAY = 86_400
DUE = Instant("2018-01-31T16:00:00.000Z")
LAST = Instant("2018-01-31T15:59:59.999Z")
REMINDED_AT = plus_seconds(DUE, -7 * DAY)
DEFAULT_AT = plus_seconds(DUE, 10 * DAY)
TERM = ObligationTerm(kind="report", year=2017, due=Moment(value=DUE, source="design"), source="C3.1")
LATER = ObligationTerm(
    kind="report", year=2017, due=Moment(value="2018-03-31T16:00:00.000Z", source="design"), source="C3.1"
)
"""What an amendment makes of it."""
PLANNED = RoundPlanned(
    round="2017", parameters=PARAMETERS, parameters_hash="p" * 64, rule_set_hash="r" * 64, rubric_hash="b" * 64
)
AGREEMENT = AgreementSigned(
    application="app-1",
    organization=ORGANIZATION,
    round="2017",
    terms_sha256="t" * 64,
    signed_on="2017-12-01",
    signatory="legal",
)
CREATE = CreateObligation(AGREEMENT, TERM)
OBLIGATION = obligation_id("app-1", "report", 2017)
CREATED = ObligationCreated(
    obligation=OBLIGATION,
    organization=ORGANIZATION,
    application="app-1",
    round="2017",
    kind="report",
    year=2017,
    due=DUE,
)
METRICS = ReportMetrics(
    activities=12,
    smes_served=120,
    consultations=300,
    calls=500,
    public_benefit_share="15/100",
    surveyed=100,
    satisfied=100,
    cases=3,
)
FILE = FileServiceReport(
    obligation=OBLIGATION,
    version=1,
    metrics=METRICS,
    evidence=("e" * 64,),
    by=FILER,
    at=LAST,
    grace_days=10,
    rectify_until=None,
    changed=False,
)
FILED = ServiceReportFiled(
    obligation=OBLIGATION,
    organization=ORGANIZATION,
    round="2017",
    year=2017,
    version=1,
    metrics=METRICS,
    evidence=("e" * 64,),
    received_at=LAST,
    late=False,
)
ITEMS = (ItemToCorrect(path="metrics.calls", code="IMPLAUSIBLE", note="与平台记录不符"),)
RETURN_DUE = Instant("2018-02-12T16:00:00.000Z")
EARLY_RETURN_DUE = Instant("2018-01-07T16:00:00.000Z")
"""Of a filing that came long before it was due."""
_HERE = {"obligation": OBLIGATION, "organization": ORGANIZATION, "round": "2017"}
RETURNED = ReportReturned(version=1, items=ITEMS, due=RETURN_DUE, **_HERE)
ACCEPTED = ReportAccepted(version=1, **_HERE)
REMINDED = ReminderSent(due=DUE, **_HERE)
OVERDUE = ReportOverdue(due=DUE, days=10, **_HERE)
LIFTED = ObligationLifted(ground="revoked", **_HERE)
RESCHEDULED = ObligationRescheduled(old=DUE, new=LATER.due.value, authority="沪经信企〔2018〕5号", **_HERE)
DEFAULTED = ReportDefaulted(application="app-1", kind="report", year=2017, due=DUE, **_HERE)
