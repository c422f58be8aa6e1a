"""Each kind of filing: what it asks, what it leaves in the log, and what is refused (C3.1, C3.2, C3.3)."""

from dataclasses import replace
from typing import Any

import pytest

from services.reporting.domain.filing import (
    FILINGS,
    FilePolicyDigest,
    FileServiceCase,
    FileServicePlan,
    MoreSatisfiedThanSurveyed,
    ReportDifficulties,
    ShareAboveTheWhole,
    ToFile,
)
from services.reporting.domain.obligation import OBLIGATION_DECIDER, AnotherKindIsOwed, ReportAlreadyFiled
from shared.contracts.reporting import (
    DifficultiesReported,
    PlanTargets,
    PolicyDigestFiled,
    ServiceCaseFiled,
    ServicePlanFiled,
)
from shared.kernel.refusal import Refusal
from shared.testing.scenario import given
from tests.services.people import FILER
from tests.services.reporting.domain.owing import CREATED, FILE, FILED, LAST, METRICS, OBLIGATION

UNBOUND: dict[str, Any] = {"grace_days": None, "rectify_until": None, "changed": False}
SAID: dict[str, Any] = {"obligation": OBLIGATION, "version": 1, "by": FILER, "at": LAST, **UNBOUND}
TARGETS = PlanTargets(activities=12, smes_served=120, public_benefit_share="15/100")
PLAN = FileServicePlan(targets=TARGETS, **SAID)
CASE = FileServiceCase(title="一企一策", summary="为小微企业纾困", evidence=("c" * 64,), **SAID)
DIGEST = FilePolicyDigest(title="2018年政策解读", document="d" * 64, **SAID)
DIFFICULTIES = ReportDifficulties(answered=40, forwarded=3, summary="融资难", **SAID)
KINDS: dict[str, tuple[ToFile, object, ToFile]] = {
    "plan": (
        PLAN,
        ServicePlanFiled,
        replace(PLAN, targets=replace(TARGETS, smes_served=1)),
    ),
    "case": (CASE, ServiceCaseFiled, replace(CASE, summary="另一个案例")),
    "policy_digest": (DIGEST, PolicyDigestFiled, replace(DIGEST, document="e" * 64)),
    "difficulties": (DIFFICULTIES, DifficultiesReported, replace(DIFFICULTIES, forwarded=4)),
    "report": (FILE, type(FILED), replace(FILE, evidence=())),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_owed_is_filed_by_its_own_command_once(kind: str) -> None:
    command, event, other = KINDS[kind]
    owed = replace(CREATED, kind=kind)
    (filed,) = given(OBLIGATION_DECIDER, owed).when(command).events()
    assert isinstance(filed, FILINGS)
    assert type(filed) is event
    assert (filed.obligation, filed.organization, filed.round, filed.year, filed.version, filed.late) == (
        OBLIGATION,
        CREATED.organization,
        "2017",
        2017,
        1,
        False,
    )
    given(OBLIGATION_DECIDER, owed, filed).when(command).then_nothing()
    given(OBLIGATION_DECIDER, owed, filed).when(other).then_refuses(ReportAlreadyFiled)


@pytest.mark.parametrize("kind", KINDS)
def test_no_other_command_files_it(kind: str) -> None:
    owed = replace(CREATED, kind=kind)
    for other in KINDS.keys() - {kind}:
        given(OBLIGATION_DECIDER, owed).when(KINDS[other][0]).then_refuses(AnotherKindIsOwed)


WRONG = [
    (replace(FILE, metrics=replace(METRICS, satisfied=101)), MoreSatisfiedThanSurveyed, "metrics.satisfied"),
    (
        replace(FILE, metrics=replace(METRICS, public_benefit_share="3/2")),
        ShareAboveTheWhole,
        "metrics.public_benefit_share",
    ),
    (
        replace(PLAN, targets=replace(TARGETS, public_benefit_share="101/100")),
        ShareAboveTheWhole,
        "targets.public_benefit_share",
    ),
]


@pytest.mark.parametrize(("command", "refusal", "field"), WRONG)
def test_what_cannot_be_so_is_refused_by_its_field(command: ToFile, refusal: type[Refusal], field: str) -> None:
    kind = "plan" if isinstance(command, FileServicePlan) else "report"
    asked = given(OBLIGATION_DECIDER, replace(CREATED, kind=kind)).when(command)
    refused = asked.then_refuses(refusal)
    assert (refused.field, refused.clause) == (field, "C3.1")


@pytest.mark.parametrize("share", ["0/1", "1/1", "100/100"])
def test_nothing_and_the_whole_are_shares(share: str) -> None:
    command = replace(FILE, metrics=replace(METRICS, public_benefit_share=share))
    (filed,) = given(OBLIGATION_DECIDER, CREATED).when(command).events()
    assert filed == replace(FILED, metrics=command.metrics)
