"""A certified profile changes from a day on; its district only by a transfer (C5.2, C5.3)."""

from dataclasses import replace

import pytest

from services.registration.domain.amendment import (
    AlreadyInThisDistrict,
    AmendProfile,
    EffectiveBeforeAnEarlierChange,
    EffectiveBeforeItWasEstablished,
    NothingAmended,
)
from services.registration.domain.certification import EstablishedInTheFuture
from services.registration.domain.organization import ORGANIZATION_DECIDER, Command
from services.registration.domain.states import (
    CertificationWasRejected,
    OrganizationIsClosed,
    OrganizationNotCertified,
    OrganizationNotRegistered,
)
from shared.contracts.registration import Change, DistrictTransferred, ProfileAmended
from shared.contracts.vocabulary import District, LegalForm
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted, Refusal
from tests.services.people import AT, ORGANIZATION, VERIFIER, all_but, role_of
from tests.services.registration.domain.lives import (
    AMEND,
    REINSTATE,
    SUSPEND,
    TO_CERTIFIED,
    TO_CLOSED,
    TO_PENDING,
    TO_REGISTERED,
    TO_REJECTED,
    TO_RETURNED,
    TO_SUSPENDED,
    TRANSFER,
    after,
    lived,
)

BARE = AmendProfile(ORGANIZATION, "2017-10-01", VERIFIER, AT)
TRANSFERRED = DistrictTransferred(
    organization=ORGANIZATION,
    from_district="310101",
    to_district="310115",
    reg_address="世纪大道1号",
    effective_from="2017-11-01",
)


def amended(*commands: Command) -> ProfileAmended:
    event = after(*commands)[-1]
    assert isinstance(event, ProfileAmended)
    return event


def test_an_amendment_says_what_changed_and_what_the_profile_is_now() -> None:
    event = amended(*TO_CERTIFIED, AMEND)
    assert event.changes == (
        Change(member="name", before="浦江服务中心", after="浦江企业服务中心"),
        Change(member="contact", before="2" * 64, after="5" * 64),
    )
    assert (event.name, event.legal_form, event.contact) == ("浦江企业服务中心", "enterprise", "5" * 64)
    assert event.effective_from == "2017-10-01"


def test_an_amendment_that_was_made_is_a_retry() -> None:
    lived(*TO_CERTIFIED, AMEND).when(AMEND).then_nothing()
    lived(*TO_CERTIFIED).when(replace(BARE, name="浦江服务中心", legal_form=LegalForm.ENTERPRISE)).then_nothing()


def test_amendments_build_on_each_other() -> None:
    second = replace(BARE, reg_address="中山路3号", effective_from="2017-12-01")
    event = amended(*TO_CERTIFIED, AMEND, TRANSFER, second)
    assert event.changes == (Change(member="reg_address", before="世纪大道1号", after="中山路3号"),)
    assert event.name == "浦江企业服务中心"
    assert event.profile_hash != amended(*TO_CERTIFIED, AMEND).profile_hash


def test_a_transfer_moves_district_and_address() -> None:
    lived(*TO_CERTIFIED).when(TRANSFER).then(TRANSFERRED)
    lived(*TO_CERTIFIED, TRANSFER).when(TRANSFER).then_nothing()


def test_a_transfer_can_lead_back() -> None:
    back = replace(TRANSFER, district=District.HUANGPU, effective_from="2017-12-01")
    (event,) = lived(*TO_CERTIFIED, TRANSFER).when(back).events()
    assert (event.from_district, event.to_district) == ("310115", "310101")


@pytest.mark.parametrize("command", [AMEND, TRANSFER], ids=["amend", "transfer"])
def test_a_suspended_organization_is_still_kept_up_to_date(command: Command) -> None:
    lived(*TO_SUSPENDED).when(command).events()
    profiles = [
        ORGANIZATION_DECIDER.fold(after(*TO_CERTIFIED, *commands)).profile  # type: ignore[union-attr]
        for commands in ((SUSPEND, command, REINSTATE), (command, SUSPEND, REINSTATE))
    ]
    assert profiles[0] == profiles[1]


@pytest.mark.parametrize("command", [AMEND, TRANSFER], ids=["amend", "transfer"])
@pytest.mark.parametrize(
    ("before", "refusal"),
    [
        ((), OrganizationNotRegistered),
        (TO_REGISTERED, OrganizationNotCertified),
        (TO_PENDING, OrganizationNotCertified),
        (TO_RETURNED, OrganizationNotCertified),
        (TO_REJECTED, CertificationWasRejected),
        (TO_CLOSED, OrganizationIsClosed),
    ],
)
def test_only_what_is_certified_changes(before: tuple[Command, ...], command: Command, refusal: type[Refusal]) -> None:
    lived(*before).when(command).then_refuses(refusal)


@pytest.mark.parametrize("command", [AMEND, TRANSFER], ids=["amend", "transfer"])
@pytest.mark.parametrize("by", all_but(Role.PLATFORM_VERIFIER), ids=role_of)
def test_only_a_verifier_changes_a_profile(command: Command, by: Actor) -> None:
    assert lived(*TO_CERTIFIED).when(replace(command, by=by)).then_refuses(NotPermitted).field == "role"


@pytest.mark.parametrize(
    ("before", "command", "refusal", "field"),
    [
        ((), BARE, NothingAmended, "name"),
        ((), replace(BARE, established_on="2099-01-01"), EstablishedInTheFuture, "established_on"),
        ((), replace(AMEND, effective_from="2012-05-17"), EffectiveBeforeItWasEstablished, "effective_from"),
        ((), replace(TRANSFER, effective_from="2012-05-17"), EffectiveBeforeItWasEstablished, "effective_from"),
        ((), replace(TRANSFER, district=District.HUANGPU), AlreadyInThisDistrict, "district"),
        (
            (TRANSFER,),
            replace(AMEND, effective_from="2017-10-31"),
            EffectiveBeforeAnEarlierChange,
            "effective_from",
        ),
        (
            (AMEND,),
            replace(TRANSFER, effective_from="2017-09-30"),
            EffectiveBeforeAnEarlierChange,
            "effective_from",
        ),
    ],
)
def test_a_wrong_input_names_its_field(
    before: tuple[Command, ...], command: Command, refusal: type[Refusal], field: str
) -> None:
    assert lived(*TO_CERTIFIED, *before).when(command).then_refuses(refusal).field == field


def test_two_changes_may_take_effect_on_one_day() -> None:
    lived(*TO_CERTIFIED, AMEND).when(replace(TRANSFER, effective_from=AMEND.effective_from)).events()
