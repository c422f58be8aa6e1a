"""The organization as registration has it on a day (C5.2): a transfer never moves a submitted application."""

from dataclasses import replace

import pytest

from services.application.domain.applicant import Registered, applicant_at
from services.application.domain.application import APPLICATION_DECIDER
from services.application.domain.submission import SubmitApplication
from shared.contracts.application import ApplicationStarted, ApplicationSubmitted
from shared.contracts.registration import (
    DistrictTransferred,
    OrganizationCertified,
    OrganizationClosed,
    OrganizationReinstated,
    OrganizationReopened,
    OrganizationSuspended,
    ProfileAmended,
)
from shared.kernel.instants import Instant
from shared.testing.scenario import given
from tests.services.application.domain.filed import APPLICANT, FILED, START, SUBMIT
from tests.services.people import ELSEWHERE, HERE, ORGANIZATION

CERTIFIED = OrganizationCertified(
    organization=ORGANIZATION,
    uscc=APPLICANT.uscc,
    name=APPLICANT.name,
    legal_form=APPLICANT.legal_form,
    district=HERE,
    established_on="2012-05-18",
    verifier="v",
    profile_hash="p" * 64,
)
MOVED = DistrictTransferred(
    organization=ORGANIZATION,
    from_district=HERE,
    to_district=ELSEWHERE,
    reg_address="世纪大道100号",
    effective_from="2017-09-10",
)
RENAMED = ProfileAmended(
    organization=ORGANIZATION,
    name="新名称",
    legal_form="social_organization",
    established_on="2012-05-18",
    reg_address="中山路1号",
    legal_representative="1" * 64,
    contact="2" * 64,
    changes=(),
    effective_from="2017-09-10",
    profile_hash="q" * 64,
)
EARLIER_NAME = replace(RENAMED, name="曾用名称", legal_form="enterprise", effective_from="2017-09-05")
"""Decided after the other name, and in effect before it."""
EARLIER_MOVE = replace(MOVED, to_district=HERE, effective_from="2017-09-05")
SUSPENDED = OrganizationSuspended(organization=ORGANIZATION, ground="调查")
REINSTATED = OrganizationReinstated(organization=ORGANIZATION, ground="查无实据")
CLOSED = OrganizationClosed(organization=ORGANIZATION, ground="注销")
REOPENED = OrganizationReopened(organization=ORGANIZATION, ground="误操作", document_number="沪企认〔2017〕3号")
BEFORE, FROM = Instant("2017-09-09T15:59:59.999Z"), Instant("2017-09-09T16:00:00.000Z")


@pytest.mark.parametrize(
    ("history", "at", "expected"),
    [
        ([], FROM, None),
        ([SUSPENDED], FROM, None),
        ([CERTIFIED], FROM, APPLICANT),
        ([CERTIFIED, MOVED], BEFORE, APPLICANT),
        ([CERTIFIED, MOVED], FROM, replace(APPLICANT, district=ELSEWHERE)),
        ([CERTIFIED, RENAMED], BEFORE, APPLICANT),
        ([CERTIFIED, RENAMED], FROM, replace(APPLICANT, name="新名称", legal_form="social_organization")),
        ([CERTIFIED, RENAMED, EARLIER_NAME], FROM, replace(APPLICANT, name="新名称", legal_form="social_organization")),
        ([CERTIFIED, RENAMED, EARLIER_NAME], BEFORE, replace(APPLICANT, name="曾用名称", legal_form="enterprise")),
        ([CERTIFIED, MOVED, EARLIER_MOVE], FROM, replace(APPLICANT, district=ELSEWHERE)),
        ([CERTIFIED, SUSPENDED], FROM, replace(APPLICANT, barred="调查")),
        ([CERTIFIED, SUSPENDED, REINSTATED], FROM, APPLICANT),
        ([CERTIFIED, CLOSED], FROM, replace(APPLICANT, barred="注销")),
        ([CERTIFIED, CLOSED, REOPENED], FROM, APPLICANT),
        ([CERTIFIED, CLOSED, replace(REOPENED, suspended="调查")], FROM, replace(APPLICANT, barred="调查")),
    ],
)
def test_what_holds_on_the_day(history: list[Registered], at: Instant, expected: object) -> None:
    assert applicant_at(history, at) == expected


def test_an_application_begins_in_the_district_of_the_day_and_stays_there() -> None:
    moved = applicant_at([CERTIFIED, MOVED], FROM)
    assert moved is not None
    (started,) = given(APPLICATION_DECIDER).when(replace(START, applicant=moved)).events()
    assert isinstance(started, ApplicationStarted)
    assert started.district == ELSEWHERE
    given(APPLICATION_DECIDER, *FILED).when(replace(START, applicant=moved)).then_nothing()
    state = APPLICATION_DECIDER.fold(FILED)
    assert [one.filed.district for one in state.versions] == [HERE]  # type: ignore[union-attr]
    assert isinstance(SUBMIT, SubmitApplication)
    assert isinstance(FILED[-1], ApplicationSubmitted)
