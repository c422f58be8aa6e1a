"""What was known of an organization when a decision was made: what took effect last, not what was decided last."""

from dataclasses import replace

import pytest

from audit.case import Case
from audit.record import Record
from shared.contracts.category import Stream
from shared.contracts.event import Event
from shared.contracts.registration import (
    DistrictTransferred,
    OrganizationCertified,
    OrganizationClosed,
    OrganizationReinstated,
    OrganizationReopened,
    OrganizationSuspended,
    ProfileAmended,
)
from shared.contracts.topics import ORGANIZATION
from shared.contracts.vocabulary import District
from shared.kernel.actor import Role
from shared.kernel.instants import Instant
from tests.audit.street import Street
from tests.town.life import person

MINE = "organization-1"
VERIFIER = person("verifier", Role.PLATFORM_VERIFIER)
CERTIFIED = OrganizationCertified(
    organization=MINE,
    uscc="91310000MA1K0000X0",
    name="原名称",
    legal_form="enterprise",
    district=District.HUANGPU,
    established_on="2012-05-18",
    verifier=VERIFIER.id,
    profile_hash="p" * 64,
)
SUSPENDED = OrganizationSuspended(organization=MINE, ground="调查")
REINSTATED = OrganizationReinstated(organization=MINE, ground="查无实据")
CLOSED = OrganizationClosed(organization=MINE, ground="注销")
REOPENED = OrganizationReopened(organization=MINE, ground="误操作", document_number="沪企认〔2017〕3号")


def renamed(name: str, day: str) -> ProfileAmended:
    """Another name from a day on."""
    return ProfileAmended(
        organization=MINE,
        name=name,
        legal_form="enterprise",
        established_on="2012-05-18",
        reg_address="中山路1号",
        legal_representative="1" * 64,
        contact="2" * 64,
        changes=(),
        effective_from=day,
        profile_hash="q" * 64,
    )


def moved(district: District, day: str) -> DistrictTransferred:
    """Another district from a day on."""
    return DistrictTransferred(
        organization=MINE,
        from_district=District.HUANGPU,
        to_district=district,
        reg_address="世纪大道100号",
        effective_from=day,
    )


def case_after(events: list[Event], at: str) -> Case:
    """A case at an instant, when registration had decided these one after the other."""
    street = Street()
    street.write("registration", Stream(ORGANIZATION, MINE, MINE), [CERTIFIED, *events], VERIFIER)
    street.at = Instant(at)
    (later,) = street.write(
        "application", Stream(ORGANIZATION, "later", "later"), [renamed("另一家", at[:10])], VERIFIER
    )
    return Case(Record.of([*street.logs["registration"], later], None), later)


@pytest.mark.parametrize(
    ("at", "name", "district"),
    [
        ("2017-09-04T15:59:59.999Z", "原名称", District.HUANGPU),
        ("2017-09-04T16:00:00.000Z", "先用名称", District.XUHUI),
        ("2017-09-09T16:00:00.000Z", "后用名称", District.PUDONG),
    ],
)
@pytest.mark.parametrize("later_first", [False, True])
def test_what_took_effect_last_holds_whichever_was_decided_first(
    at: str, name: str, district: District, *, later_first: bool
) -> None:
    """A transfer or an amendment counts from its day on (C5.2)."""
    events: list[Event] = [
        renamed("先用名称", "2017-09-05"),
        moved(District.XUHUI, "2017-09-05"),
        renamed("后用名称", "2017-09-10"),
        moved(District.PUDONG, "2017-09-10"),
    ]
    found = case_after(events[::-1] if later_first else events, at).certified(MINE)
    assert (found.name, found.district) == (name, district)


@pytest.mark.parametrize(
    ("events", "barred"),
    [
        ((), None),
        ((SUSPENDED,), "调查"),
        ((SUSPENDED, REINSTATED), None),
        ((SUSPENDED, CLOSED), "注销"),
        ((SUSPENDED, CLOSED, replace(REOPENED, suspended="调查")), "调查"),
        ((CLOSED, REOPENED), None),
    ],
)
def test_what_bars_an_organization_is_what_was_said_of_it_last(events: tuple[Event, ...], barred: str | None) -> None:
    """Suspended, closed by mistake and reopened (C5.2)."""
    assert case_after([*events], "2017-09-10T01:00:00.000Z").barred(MINE) == barred
