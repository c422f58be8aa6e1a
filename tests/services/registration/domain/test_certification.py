"""Asking for certification, at first and after it was sent back (C5.2)."""

from dataclasses import replace

import pytest

from services.registration.domain.certification import EstablishedInTheFuture, ProfileNotCorrected
from services.registration.domain.organization import ORGANIZATION_DECIDER, Command
from services.registration.domain.profile import Profile
from services.registration.domain.states import (
    AlreadyCertified,
    CertificationWasRejected,
    OrganizationIsClosed,
    OrganizationNotRegistered,
)
from services.registration.domain.verdict import ProfileChangedMeanwhile
from shared.contracts.vocabulary import District, LegalForm
from shared.kernel.refusal import NotPermitted, Refusal
from shared.testing.scenario import given
from tests.services.people import FOREIGN_FILER
from tests.services.registration.domain.lives import (
    CERTIFY,
    LIFE,
    OTHER,
    PROFILE,
    REGISTERED,
    REQUEST,
    REQUESTED,
    TO_CERTIFIED,
    TO_CLOSED,
    TO_REJECTED,
    TO_RETURNED,
    TO_SUSPENDED,
    lived,
    requested,
)


def test_the_registering_filer_requests_certification() -> None:
    assert REQUESTED.legal_form == "enterprise"
    assert REQUESTED.documents == PROFILE.documents
    given(ORGANIZATION_DECIDER, REGISTERED).when(REQUEST).then(REQUESTED)


def test_no_other_filer_requests_certification() -> None:
    asked = given(ORGANIZATION_DECIDER, REGISTERED).when(replace(REQUEST, by=FOREIGN_FILER))
    assert asked.then_refuses(NotPermitted).field == "organization"


def test_what_is_not_registered_is_not_certified() -> None:
    given(ORGANIZATION_DECIDER).when(REQUEST).then_refuses(OrganizationNotRegistered)
    given(ORGANIZATION_DECIDER).when(CERTIFY).then_refuses(OrganizationNotRegistered)


def test_a_second_request_is_a_retry_or_corrects_the_first_until_it_is_certified() -> None:
    given(ORGANIZATION_DECIDER, *LIFE[:2]).when(REQUEST).then_nothing()
    corrected = ORGANIZATION_DECIDER.decide(ORGANIZATION_DECIDER.fold(LIFE[:2]), OTHER)
    given(ORGANIZATION_DECIDER, *LIFE[:2]).when(OTHER).then(*corrected)
    given(ORGANIZATION_DECIDER, *LIFE[:2], *corrected).when(CERTIFY).then_refuses(ProfileChangedMeanwhile)
    given(ORGANIZATION_DECIDER, *LIFE).when(REQUEST).then_nothing()
    given(ORGANIZATION_DECIDER, *LIFE).when(OTHER).then_refuses(AlreadyCertified)


def test_nobody_is_established_after_today() -> None:
    future = replace(REQUEST, profile=replace(PROFILE, established_on="2099-01-01"))
    refused = given(ORGANIZATION_DECIDER, REGISTERED).when(future).then_refuses(EstablishedInTheFuture)
    assert refused.field == "established_on"


@pytest.mark.parametrize(
    "changed",
    [
        replace(PROFILE, legal_form=LegalForm.LAW_FIRM),
        replace(PROFILE, district=District.PUDONG),
        replace(PROFILE, established_on="2012-05-19"),
        replace(PROFILE, reg_address="中山路2号"),
        replace(PROFILE, legal_representative="4" * 64),
        replace(PROFILE, contact="5" * 64),
        replace(PROFILE, documents=()),
    ],
)
def test_the_profiles_hash_covers_every_part_that_is_verified(changed: Profile) -> None:
    assert requested(replace(REQUEST, profile=changed)).profile_hash != REQUESTED.profile_hash


def test_what_was_sent_back_is_asked_for_again_only_with_a_change() -> None:
    refused = lived(*TO_RETURNED).when(REQUEST).then_refuses(ProfileNotCorrected)
    assert (refused.field, refused.clause) == ("profile", "C5.2")
    lived(*TO_RETURNED).when(OTHER).then(requested(OTHER))
    lived(*TO_RETURNED, OTHER).when(OTHER).then_nothing()


@pytest.mark.parametrize(
    ("before", "refusal"),
    [
        (TO_REJECTED, CertificationWasRejected),
        (TO_CERTIFIED, AlreadyCertified),
        (TO_SUSPENDED, AlreadyCertified),
        (TO_CLOSED, OrganizationIsClosed),
    ],
)
def test_after_a_final_word_nothing_is_asked(before: tuple[Command, ...], refusal: type[Refusal]) -> None:
    lived(*before).when(OTHER).then_refuses(refusal)


def test_the_request_that_was_granted_is_a_retry_also_while_suspended() -> None:
    lived(*TO_SUSPENDED).when(REQUEST).then_nothing()
