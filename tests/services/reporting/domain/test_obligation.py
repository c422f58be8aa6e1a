from dataclasses import replace

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.reporting.domain.obligation import (
    OBLIGATION_DECIDER,
    Command,
    CreateObligation,
    FileServiceReport,
    MoreSatisfiedThanSurveyed,
    ObligationEvent,
    ObligationNotOwed,
    ReportAlreadyFiled,
    ReportVersionIsNotNext,
    obligation_id,
)
from services.reporting.domain.reactions import reactions
from shared.contracts.publication import AgreementSigned
from shared.contracts.reporting import ObligationCreated, ReportMetrics, ServiceReportFiled
from shared.contracts.round import Moment, ObligationTerm
from shared.kernel.actor import Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.services.application.domain.filed import PARAMETERS
from tests.services.people import FILER, FOREIGN_FILER, ORGANIZATION, all_but
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

DUE = Instant("2018-01-31T16:00:00.000Z")
LAST = Instant("2018-01-31T15:59:59.999Z")
TERM = ObligationTerm(kind="report", year=2017, due=Moment(value=DUE, source="design"), source="C3.1")
AGREEMENT = AgreementSigned(
    application="app-1",
    organization=ORGANIZATION,
    round="2017",
    terms_sha256="t" * 64,
    signed_on="2017-12-01",
    signatory="legal",
)
CREATE = CreateObligation(AGREEMENT, TERM)
CREATED = ObligationCreated(
    obligation=obligation_id("app-1", "report", 2017),
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
FILE = FileServiceReport(CREATED.obligation, 1, METRICS, ("e" * 64,), FILER, LAST)
FILED = ServiceReportFiled(
    obligation=CREATED.obligation,
    organization=ORGANIZATION,
    round="2017",
    year=2017,
    version=1,
    metrics=METRICS,
    evidence=("e" * 64,),
    received_at=LAST,
    late=False,
)


def test_a_signed_agreement_makes_every_report_of_the_round_due() -> None:
    assert reactions(AGREEMENT, PARAMETERS) == tuple(CreateObligation(AGREEMENT, one) for one in PARAMETERS.obligations)
    given(OBLIGATION_DECIDER).when(CREATE).then(CREATED)
    given(OBLIGATION_DECIDER, CREATED).when(CREATE).then_nothing()
    given(OBLIGATION_DECIDER, CREATED, FILED).when(CREATE).then_nothing()


def test_an_obligation_is_one_of_application_kind_and_year() -> None:
    assert len({obligation_id(a, k, y) for a in ("app-1", "app-2") for k in ("report", "plan") for y in (1, 2)}) == 8


def test_a_report_is_filed_once() -> None:
    given(OBLIGATION_DECIDER, CREATED).when(FILE).then(FILED)
    given(OBLIGATION_DECIDER, CREATED, FILED).when(FILE).then_nothing()
    given(OBLIGATION_DECIDER, CREATED, FILED).when(replace(FILE, at=DUE)).then_nothing()
    for other in (
        replace(FILE, version=2),
        replace(FILE, evidence=()),
        replace(FILE, metrics=replace(METRICS, calls=1)),
    ):
        given(OBLIGATION_DECIDER, CREATED, FILED).when(other).then_refuses(ReportAlreadyFiled)


def test_late_is_from_the_due_instant_on_and_is_taken() -> None:
    given(OBLIGATION_DECIDER, CREATED).when(replace(FILE, at=DUE)).then(replace(FILED, received_at=DUE, late=True))


@pytest.mark.parametrize("version", [0, 2, -1])
def test_versions_count_from_one(version: int) -> None:
    asked = given(OBLIGATION_DECIDER, CREATED).when(replace(FILE, version=version))
    assert asked.then_refuses(ReportVersionIsNotNext).field == "version"


def test_no_more_are_satisfied_than_were_surveyed() -> None:
    asked = given(OBLIGATION_DECIDER, CREATED).when(replace(FILE, metrics=replace(METRICS, satisfied=101)))
    assert asked.then_refuses(MoreSatisfiedThanSurveyed).field == "metrics.satisfied"


def test_what_is_not_owed_is_not_filed() -> None:
    assert given(OBLIGATION_DECIDER).when(FILE).then_refuses(ObligationNotOwed).field == "obligation"


@pytest.mark.parametrize("history", [(CREATED,), (CREATED, FILED)])
def test_only_the_organizations_filer_reports(history: tuple[ObligationEvent, ...]) -> None:
    for by in all_but(Role.FILER):
        asked = given(OBLIGATION_DECIDER, *history).when(replace(FILE, by=by))
        assert asked.then_refuses(NotPermitted).field == "role"
    foreign = given(OBLIGATION_DECIDER, *history).when(replace(FILE, by=FOREIGN_FILER))
    assert foreign.then_refuses(NotPermitted).field == "organization"


COMMANDS: list[Command] = [
    CREATE,
    FILE,
    replace(FILE, at=DUE),
    replace(FILE, version=2),
    replace(FILE, evidence=()),
    replace(FILE, by=FOREIGN_FILER),
]


@settings(max_examples=60)
@given_any(st.lists(st.sampled_from(COMMANDS), max_size=10))
def test_any_script(script: list[Command]) -> None:
    kinds = [type(event) for event in live(OBLIGATION_DECIDER, script)]
    assert kinds in ([], [ObligationCreated], [ObligationCreated, ServiceReportFiled])


@settings(max_examples=60)
@given_any(st.lists(st.one_of(made(ObligationCreated), made(ServiceReportFiled))))
def test_any_history(history: list[ObligationEvent]) -> None:
    evolves_from_anything(OBLIGATION_DECIDER, history)
