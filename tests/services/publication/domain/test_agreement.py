from dataclasses import replace

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.publication.domain.agreement import (
    AGREEMENT_DECIDER,
    AgreementEvent,
    AgreementExpired,
    AgreementNotOffered,
    Command,
    OfferAgreement,
    OrganizationNotApproved,
    OtherTermsWereOffered,
    SignAgreement,
)
from shared.contracts.publication import AgreementOffered, AgreementSigned
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.services.people import AT, FOREIGN_SIGNATORY, OFFICER, ORGANIZATION, SIGNATORY, all_but, role_of
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

DUE = Instant("2017-12-31T16:00:00.000Z")
LAST = Instant("2017-12-31T15:59:59.999Z")
OFFER = OfferAgreement("app-1", ORGANIZATION, "2017", True, "t" * 64, DUE, OFFICER, AT)
OFFERED = AgreementOffered(application="app-1", organization=ORGANIZATION, round="2017", terms_sha256="t" * 64, due=DUE)
SIGN = SignAgreement("app-1", "t" * 64, SIGNATORY, LAST)
SIGNED = AgreementSigned(
    application="app-1",
    organization=ORGANIZATION,
    round="2017",
    terms_sha256="t" * 64,
    signed_on="2017-12-31",
    signatory=SIGNATORY.id,
)


def test_an_approved_organization_is_offered_the_agreement_once() -> None:
    given(AGREEMENT_DECIDER).when(OFFER).then(OFFERED)
    for history in ((OFFERED,), (OFFERED, SIGNED)):
        given(AGREEMENT_DECIDER, *history).when(OFFER).then_nothing()
        other = replace(OFFER, terms_sha256="0" * 64)
        assert (
            given(AGREEMENT_DECIDER, *history).when(other).then_refuses(OtherTermsWereOffered).field == "terms_sha256"
        )


def test_nobody_else_is_offered_it() -> None:
    given(AGREEMENT_DECIDER).when(replace(OFFER, approved=False)).then_refuses(OrganizationNotApproved)


def test_the_legal_representative_signs_until_the_last_instant_on_shanghais_day() -> None:
    given(AGREEMENT_DECIDER, OFFERED).when(SIGN).then(SIGNED)
    given(AGREEMENT_DECIDER, OFFERED, SIGNED).when(SIGN).then_nothing()
    given(AGREEMENT_DECIDER, OFFERED, SIGNED).when(replace(SIGN, at=DUE)).then_nothing()
    given(AGREEMENT_DECIDER, OFFERED).when(replace(SIGN, at=DUE)).then_refuses(AgreementExpired)
    eve = replace(SIGN, at=Instant("2017-11-30T16:00:00.000Z"))
    given(AGREEMENT_DECIDER, OFFERED).when(eve).then(replace(SIGNED, signed_on="2017-12-01"))


def test_signed_are_the_terms_that_were_offered() -> None:
    for history in ((OFFERED,), (OFFERED, SIGNED)):
        asked = given(AGREEMENT_DECIDER, *history).when(replace(SIGN, terms_sha256="0" * 64))
        asked.then_refuses(OtherTermsWereOffered)


def test_what_was_not_offered_is_not_signed() -> None:
    assert given(AGREEMENT_DECIDER).when(SIGN).then_refuses(AgreementNotOffered).field == "application"


@pytest.mark.parametrize("by", all_but(Role.CITY_OFFICER), ids=role_of)
def test_only_the_officer_offers(by: Actor) -> None:
    assert given(AGREEMENT_DECIDER).when(replace(OFFER, by=by)).then_refuses(NotPermitted).field == "role"


@pytest.mark.parametrize("by", all_but(Role.LEGAL_REPRESENTATIVE), ids=role_of)
def test_only_the_legal_representative_signs(by: Actor) -> None:
    assert given(AGREEMENT_DECIDER, OFFERED).when(replace(SIGN, by=by)).then_refuses(NotPermitted).field == "role"


@pytest.mark.parametrize("history", [(OFFERED,), (OFFERED, SIGNED)])
def test_nobody_signs_for_another_organization(history: tuple[AgreementEvent, ...]) -> None:
    asked = given(AGREEMENT_DECIDER, *history).when(replace(SIGN, by=FOREIGN_SIGNATORY))
    assert asked.then_refuses(NotPermitted).field == "organization"


COMMANDS: list[Command] = [
    OFFER,
    replace(OFFER, approved=False),
    replace(OFFER, terms_sha256="0" * 64),
    SIGN,
    replace(SIGN, at=DUE),
    replace(SIGN, terms_sha256="0" * 64),
    replace(SIGN, by=FOREIGN_SIGNATORY),
]


@settings(max_examples=60)
@given_any(st.lists(st.sampled_from(COMMANDS), max_size=10))
def test_any_script(script: list[Command]) -> None:
    kinds = [type(event) for event in live(AGREEMENT_DECIDER, script)]
    assert kinds in ([], [AgreementOffered], [AgreementOffered, AgreementSigned])


@settings(max_examples=60)
@given_any(st.lists(st.one_of(made(AgreementOffered), made(AgreementSigned))))
def test_any_history(history: list[AgreementEvent]) -> None:
    evolves_from_anything(AGREEMENT_DECIDER, history)
