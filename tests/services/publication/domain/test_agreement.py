"""The cooperation agreement: offered, signed by the representative, or run out (C5.4)."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.publication.domain.agreement import (
    AGREEMENT_DECIDER,
    AgreementEvent,
    AgreementNotOffered,
    Command,
    ExpireAgreement,
    OfferAgreement,
    OfferedOftenEnough,
    OfferHasExpired,
    OrganizationNotApproved,
    OtherTermsWereOffered,
    SignAgreement,
)
from shared.contracts.publication import AgreementExpired, AgreementOffered, AgreementSigned
from shared.contracts.suspensions import Suspension
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant, plus_days, plus_seconds
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.services.people import AT, FOREIGN_SIGNATORY, OFFICER, ORGANIZATION, SIGNATORY, all_but, role_of
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

DUE = Instant("2017-12-31T16:00:00.000Z")
LAST = Instant("2017-12-31T15:59:59.999Z")
OFFER = OfferAgreement(
    "app-1",
    ORGANIZATION,
    "2017",
    True,
    "t" * 64,
    DUE,
    OFFICER,
    AT,
    offers_max=2,
    own_text=False,
    anew=False,
    barred=False,
)
OFFERED = AgreementOffered(application="app-1", organization=ORGANIZATION, round="2017", terms_sha256="t" * 64, due=DUE)
SIGN = SignAgreement("app-1", "t" * 64, AT, (), SIGNATORY, LAST, approved=True, barred=False)
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


def test_its_own_text_is_offered_again_without_harm() -> None:
    """The text of a second request differs from the first in its times alone (C5.4)."""
    later = replace(OFFER, terms_sha256="0" * 64, own_text=True, due=plus_seconds(DUE, 60))
    for history in ((OFFERED,), (OFFERED, SIGNED)):
        given(AGREEMENT_DECIDER, *history).when(later).then_nothing()


def test_an_approval_that_is_given_again_has_an_agreement_of_its_own() -> None:
    again = replace(OFFER, terms_sha256="0" * 64, anew=True)
    offered = replace(OFFERED, terms_sha256="0" * 64)
    ran_out = AgreementExpired(application="app-1", organization=ORGANIZATION, round="2017", due=DUE)
    for history in ((OFFERED,), (OFFERED, SIGNED), (OFFERED, ran_out, OFFERED, ran_out)):
        given(AGREEMENT_DECIDER, *history).when(again).then(offered)
        given(AGREEMENT_DECIDER, *history, offered).when(again).then_nothing()
    sign = replace(SIGN, terms_sha256="0" * 64)
    given(AGREEMENT_DECIDER, OFFERED, SIGNED, offered).when(sign).then(replace(SIGNED, terms_sha256="0" * 64))


def test_nobody_else_is_offered_it() -> None:
    given(AGREEMENT_DECIDER).when(replace(OFFER, approved=False)).then_refuses(OrganizationNotApproved)


def test_the_legal_representative_signs_until_the_last_instant_on_shanghais_day() -> None:
    given(AGREEMENT_DECIDER, OFFERED).when(SIGN).then(SIGNED)
    given(AGREEMENT_DECIDER, OFFERED, SIGNED).when(SIGN).then_nothing()
    given(AGREEMENT_DECIDER, OFFERED, SIGNED).when(replace(SIGN, at=DUE)).then_nothing()
    given(AGREEMENT_DECIDER, OFFERED).when(replace(SIGN, at=DUE)).then_refuses(OfferHasExpired)
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


EXPIRE = ExpireAgreement("app-1", AT, (), DUE)
RAN_OUT = AgreementExpired(application="app-1", organization=ORGANIZATION, round="2017", due=DUE)
AGAIN = replace(OFFER, terms_sha256="b" * 64, due=Instant("2018-02-28T16:00:00.000Z"), at=DUE)
OFFERED_AGAIN = replace(OFFERED, terms_sha256="b" * 64, due=AGAIN.due)


def test_an_offer_runs_out_at_its_due_instant() -> None:
    given(AGREEMENT_DECIDER, OFFERED).when(EXPIRE).then(RAN_OUT)
    given(AGREEMENT_DECIDER, OFFERED).when(replace(EXPIRE, at=LAST)).then_nothing()
    for history in ((), (OFFERED, SIGNED), (OFFERED, RAN_OUT), (OFFERED, RAN_OUT, OFFERED_AGAIN)):
        given(AGREEMENT_DECIDER, *history).when(EXPIRE).then_nothing()
    given(AGREEMENT_DECIDER, OFFERED, RAN_OUT).when(SIGN).then_refuses(OfferHasExpired)


def test_what_ran_out_is_offered_once_more_with_other_terms_or_the_same() -> None:
    given(AGREEMENT_DECIDER, OFFERED, RAN_OUT).when(AGAIN).then(OFFERED_AGAIN)
    same = replace(OFFER, due=AGAIN.due, at=DUE)
    given(AGREEMENT_DECIDER, OFFERED, RAN_OUT).when(same).then(replace(OFFERED, due=AGAIN.due))
    second = replace(RAN_OUT, due=AGAIN.due)
    thrice = given(AGREEMENT_DECIDER, OFFERED, RAN_OUT, OFFERED_AGAIN, second).when(
        replace(AGAIN, terms_sha256="c" * 64)
    )
    thrice.then_refuses(OfferedOftenEnough)


@pytest.mark.parametrize(("offers_max", "refused_at"), [(1, 1), (2, 2), (3, 3), (0, None)])
def test_the_round_says_how_often_an_agreement_is_offered(offers_max: int, refused_at: int | None) -> None:
    """How often is the round's parameter; a round without one has no limit (C5.4)."""
    history = list[AgreementEvent]()
    for offers in range(1, 6):
        history += [OFFERED, RAN_OUT]
        again = given(AGREEMENT_DECIDER, *history).when(replace(OFFER, offers_max=offers_max))
        if offers == refused_at:
            again.then_refuses(OfferedOftenEnough)
            return
        again.then(OFFERED)
    assert refused_at is None


def test_who_is_not_approved_any_more_does_not_sign() -> None:
    given(AGREEMENT_DECIDER, OFFERED).when(replace(SIGN, approved=False)).then_refuses(OrganizationNotApproved)


COMMANDS: list[Command] = [
    OFFER,
    AGAIN,
    EXPIRE,
    ExpireAgreement("app-1", AT, (), AGAIN.due),
    replace(SIGN, terms_sha256="b" * 64),
    replace(SIGN, approved=False),
    replace(OFFER, approved=False),
    replace(OFFER, terms_sha256="0" * 64),
    SIGN,
    replace(SIGN, at=DUE),
    replace(SIGN, terms_sha256="0" * 64),
    replace(SIGN, by=FOREIGN_SIGNATORY),
]


FOLLOWS = {
    (AgreementOffered, AgreementSigned),
    (AgreementOffered, AgreementExpired),
    (AgreementExpired, AgreementOffered),
}


@settings(max_examples=100)
@given_any(st.lists(st.sampled_from(COMMANDS), max_size=10))
def test_any_script(script: list[Command]) -> None:
    """It is signed once, by nobody after it ran out, and offered twice at most."""
    history = live(AGREEMENT_DECIDER, script)
    kinds = [type(event) for event in history]
    assert kinds.count(AgreementOffered) <= 2
    assert AgreementSigned not in kinds[:-1]
    for before, after in pairwise(kinds):
        assert (before, after) in FOLLOWS
    for event, offer in zip(history[1:], history, strict=False):
        if isinstance(event, AgreementSigned | AgreementExpired) and isinstance(offer, AgreementOffered):
            assert getattr(event, "terms_sha256", offer.terms_sha256) == offer.terms_sha256


@settings(max_examples=60)
@given_any(st.lists(st.one_of(made(AgreementOffered), made(AgreementSigned), made(AgreementExpired))))
def test_any_history(history: list[AgreementEvent]) -> None:
    evolves_from_anything(AGREEMENT_DECIDER, history)


def test_an_offer_does_not_run_out_while_its_organization_is_suspended() -> None:
    """Reinstated, it has the time that was left (C5.2)."""
    since, until = plus_days(DUE, -2), plus_days(DUE, 5)
    suspended, reinstated = (Suspension(since, None),), (Suspension(since, until),)
    offered = given(AGREEMENT_DECIDER, OFFERED)
    offered.when(replace(EXPIRE, suspensions=suspended, at=plus_days(DUE, 30))).then_nothing()
    ends = plus_days(until, 2)
    offered.when(replace(EXPIRE, suspensions=reinstated, at=plus_seconds(ends, -1))).then_nothing()
    offered.when(replace(EXPIRE, suspensions=reinstated, at=ends)).then(replace(RAN_OUT, due=ends))
    signs = replace(SIGN, suspensions=reinstated, at=plus_seconds(ends, -1))
    assert offered.when(signs).events()
    offered.when(replace(signs, at=ends)).then_refuses(OfferHasExpired)
    offered.when(replace(signs, suspensions=())).then_refuses(OfferHasExpired)
