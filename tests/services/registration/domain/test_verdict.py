"""The verifier's word on a profile: sent back, rejected or granted, each once and on exactly that profile (C5.2)."""

from dataclasses import replace

import pytest

from services.registration.domain.organization import ORGANIZATION_DECIDER, Command
from services.registration.domain.profile import claimed
from services.registration.domain.states import (
    AlreadyCertified,
    CertificationWasRejected,
    OrganizationIsClosed,
    OrganizationNotRegistered,
)
from services.registration.domain.verdict import (
    CertificationNotRequested,
    CertificationWasReturned,
    NoReasonGiven,
    NotAnItemOfTheProfile,
    NothingToCorrect,
    ProfileChangedMeanwhile,
)
from shared.contracts.correction import ItemToCorrect
from shared.contracts.registration import CertificationRejected, CertificationReturned
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted, Refusal
from shared.testing.scenario import given
from tests.services.people import ORGANIZATION, VERIFIER, all_but, role_of
from tests.services.registration.domain.lives import (
    CERTIFIED,
    CERTIFY,
    ITEMS,
    LIFE,
    LOOKED_AT,
    OTHER,
    REGISTER_BY_ANOTHER,
    REGISTERED,
    REJECT,
    REQUEST,
    RETURN,
    TO_CERTIFIED,
    TO_CLOSED,
    TO_PENDING,
    TO_REGISTERED,
    TO_REJECTED,
    TO_RETURNED,
    TO_SUSPENDED,
    lived,
)

VERDICTS = [RETURN, REJECT, CERTIFY]


def test_a_verifier_certifies() -> None:
    given(ORGANIZATION_DECIDER, *LIFE[:2]).when(CERTIFY).then(CERTIFIED)


def test_nothing_is_certified_before_the_request() -> None:
    given(ORGANIZATION_DECIDER, REGISTERED).when(CERTIFY).then_refuses(CertificationNotRequested)


@pytest.mark.parametrize("length", [2, 3])
def test_only_the_profile_that_was_looked_at_is_certified(length: int) -> None:
    looked = given(ORGANIZATION_DECIDER, *LIFE[:length]).when(replace(CERTIFY, profile_hash="0" * 64))
    assert looked.then_refuses(ProfileChangedMeanwhile).field == "profile_hash"


def test_certifying_again_is_nothing_new() -> None:
    given(ORGANIZATION_DECIDER, *LIFE).when(CERTIFY).then_nothing()
    given(ORGANIZATION_DECIDER, *LIFE).when(replace(CERTIFY, by=replace(VERIFIER, id="second"))).then_nothing()


@pytest.mark.parametrize("by", all_but(Role.PLATFORM_VERIFIER), ids=role_of)
def test_only_a_verifier_certifies(by: Actor) -> None:
    asked = given(ORGANIZATION_DECIDER, *LIFE[:2]).when(replace(CERTIFY, by=by))
    assert asked.then_refuses(NotPermitted).field == "role"


def test_a_verifier_sends_back_and_names_what_to_correct() -> None:
    returned = CertificationReturned(organization=ORGANIZATION, profile_hash=LOOKED_AT, items=ITEMS)
    lived(*TO_PENDING).when(RETURN).then(returned)
    lived(*TO_RETURNED).when(RETURN).then_nothing()


def test_a_corrected_profile_can_be_sent_back_again_and_certified() -> None:
    corrected = (*TO_RETURNED, OTHER)
    lived(*corrected).when(RETURN).then_refuses(ProfileChangedMeanwhile)
    lived(*corrected).when(CERTIFY).then_refuses(ProfileChangedMeanwhile)


def test_a_verifier_rejects_for_good() -> None:
    rejected = CertificationRejected(organization=ORGANIZATION, profile_hash=LOOKED_AT, reasons=("FORGED_LICENCE",))
    lived(*TO_PENDING).when(REJECT).then(rejected)
    lived(*TO_REJECTED).when(REJECT).then_nothing()
    lived(*TO_REJECTED).when(replace(REJECT, reasons=("OTHER",))).then_refuses(CertificationWasRejected)


def test_a_registration_that_nobody_pursues_is_rejected_and_keeps_nobody_out() -> None:
    """Whoever registers another's code and stops there does not lock it out of the round (C5.2)."""
    unasked = replace(REJECT, profile_hash=claimed(REGISTERED))
    rejected = CertificationRejected(
        organization=ORGANIZATION, profile_hash=claimed(REGISTERED), reasons=("FORGED_LICENCE",)
    )
    lived(*TO_REGISTERED).when(unasked).then(rejected)
    lived(*TO_REGISTERED, unasked).when(unasked).then_nothing()
    lived(*TO_REGISTERED, unasked).when(REGISTER_BY_ANOTHER).then(replace(REGISTERED, account="another"))
    lived(*TO_REGISTERED, unasked).when(REQUEST).then_refuses(CertificationWasRejected)


def test_a_profile_that_is_not_corrected_is_rejected_and_keeps_nobody_out() -> None:
    lived(*TO_RETURNED).when(REJECT).then(
        CertificationRejected(organization=ORGANIZATION, profile_hash=LOOKED_AT, reasons=("FORGED_LICENCE",))
    )
    lived(*TO_RETURNED, REJECT).when(REGISTER_BY_ANOTHER).then(replace(REGISTERED, account="another"))


@pytest.mark.parametrize(
    "before",
    [
        (*TO_REGISTERED, REQUEST),
        (*TO_REGISTERED, replace(REJECT, profile_hash=claimed(REGISTERED)), REGISTER_BY_ANOTHER),
    ],
    ids=["asked meanwhile", "another's meanwhile"],
)
def test_only_the_registration_that_was_looked_at_is_rejected(before: tuple[Command, ...]) -> None:
    late = replace(REJECT, profile_hash=claimed(REGISTERED))
    assert lived(*before).when(late).then_refuses(ProfileChangedMeanwhile).field == "profile_hash"


@pytest.mark.parametrize("command", VERDICTS, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("by", all_but(Role.PLATFORM_VERIFIER), ids=role_of)
def test_only_a_verifier_has_the_word(command: Command, by: Actor) -> None:
    assert lived(*TO_PENDING).when(replace(command, by=by)).then_refuses(NotPermitted).field == "role"


@pytest.mark.parametrize(
    ("before", "command", "refusal"),
    [
        ((), RETURN, OrganizationNotRegistered),
        ((), REJECT, OrganizationNotRegistered),
        (TO_REGISTERED, RETURN, CertificationNotRequested),
        (TO_RETURNED, CERTIFY, CertificationWasReturned),
        (TO_RETURNED, replace(RETURN, items=(*ITEMS, *ITEMS)), CertificationWasReturned),
        (TO_REJECTED, CERTIFY, CertificationWasRejected),
        (TO_REJECTED, RETURN, CertificationWasRejected),
        (TO_CERTIFIED, RETURN, AlreadyCertified),
        (TO_CERTIFIED, REJECT, AlreadyCertified),
        (TO_SUSPENDED, CERTIFY, AlreadyCertified),
        (TO_CLOSED, CERTIFY, OrganizationIsClosed),
    ],
)
def test_each_state_has_its_refusal(before: tuple[Command, ...], command: Command, refusal: type[Refusal]) -> None:
    assert lived(*before).when(command).then_refuses(refusal).clause == "C5.2"


def item(path: str) -> tuple[ItemToCorrect, ...]:
    return (ItemToCorrect(path=path, code="WRONG", note="与登记不符"),)


@pytest.mark.parametrize(
    ("command", "refusal", "field"),
    [
        (replace(RETURN, items=()), NothingToCorrect, "items"),
        (replace(RETURN, items=item("t1")), NotAnItemOfTheProfile, "items.0.path"),
        (replace(RETURN, items=(*ITEMS, *item("documents.1"))), NotAnItemOfTheProfile, "items.1.path"),
        (replace(RETURN, items=item("uscc")), NotAnItemOfTheProfile, "items.0.path"),
        (replace(RETURN, profile_hash="0" * 64), ProfileChangedMeanwhile, "profile_hash"),
        (replace(REJECT, reasons=()), NoReasonGiven, "reasons"),
        (replace(REJECT, profile_hash="0" * 64), ProfileChangedMeanwhile, "profile_hash"),
    ],
)
def test_a_wrong_input_names_its_field(command: Command, refusal: type[Refusal], field: str) -> None:
    assert lived(*TO_PENDING).when(command).then_refuses(refusal).field == field


@pytest.mark.parametrize(
    "path", ["legal_form", "district", "established_on", "reg_address", "legal_representative", "contact", "documents"]
)
def test_every_part_of_a_profile_can_be_sent_back(path: str) -> None:
    lived(*TO_PENDING).when(replace(RETURN, items=item(path))).events()
