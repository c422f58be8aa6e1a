from dataclasses import replace
from itertools import groupby

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from services.registration.domain.organization import (
    ORGANIZATION_DECIDER,
    AlreadyCertified,
    CertificationNotRequested,
    CertifyOrganization,
    Command,
    EstablishedInTheFuture,
    OrganizationAlreadyRegistered,
    OrganizationEvent,
    OrganizationNotRegistered,
    Profile,
    ProfileChangedMeanwhile,
    RegisterOrganization,
    RequestCertification,
)
from shared.contracts.registration import (
    CertificationRequested,
    Document,
    OrganizationCertified,
    OrganizationRegistered,
)
from shared.contracts.vocabulary import District, LegalForm
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted
from shared.kernel.uscc import UsccHasAWrongCheckCharacter
from shared.testing.scenario import given
from tests.services.people import AT, FILER, FOREIGN_FILER, ORGANIZATION, VERIFIER, actor, all_but, role_of
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

CODE = "9144030071526726XG"
PROFILE = Profile(
    legal_form=LegalForm.ENTERPRISE,
    district=District.HUANGPU,
    established_on="2012-05-18",
    reg_address="中山路1号",
    legal_representative="1" * 64,
    contact="2" * 64,
    documents=(Document(name="business_licence", sha256="3" * 64, media_type="application/pdf", size=9),),
)
NEW = actor(Role.FILER)
REGISTER = RegisterOrganization(ORGANIZATION, CODE, "浦江服务中心", NEW, AT)
REQUEST = RequestCertification(ORGANIZATION, PROFILE, FILER, AT)
OTHER = replace(REQUEST, profile=replace(PROFILE, district=District.PUDONG))
REGISTERED = OrganizationRegistered(organization=ORGANIZATION, uscc=CODE, name="浦江服务中心", account=NEW.id)


def requested(command: RequestCertification) -> CertificationRequested:
    (event,) = given(ORGANIZATION_DECIDER, REGISTERED).when(command).events()
    assert isinstance(event, CertificationRequested)
    return event


REQUESTED = requested(REQUEST)
CERTIFY = CertifyOrganization(ORGANIZATION, REQUESTED.profile_hash, VERIFIER, AT)
CERTIFIED = OrganizationCertified(
    organization=ORGANIZATION,
    uscc=CODE,
    name="浦江服务中心",
    legal_form="enterprise",
    district="310101",
    established_on="2012-05-18",
    verifier=VERIFIER.id,
    profile_hash=REQUESTED.profile_hash,
)
LIFE: tuple[OrganizationEvent, ...] = (REGISTERED, REQUESTED, CERTIFIED)


def test_a_filer_registers() -> None:
    given(ORGANIZATION_DECIDER).when(REGISTER).then(REGISTERED)


@pytest.mark.parametrize("length", [1, 2, 3])
def test_registering_again_is_nothing_new(length: int) -> None:
    given(ORGANIZATION_DECIDER, *LIFE[:length]).when(replace(REGISTER, by=FILER)).then_nothing()


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_code_is_registered_once(length: int) -> None:
    taken = given(ORGANIZATION_DECIDER, *LIFE[:length]).when(replace(REGISTER, by=actor(Role.FILER, "another")))
    refusal = taken.then_refuses(OrganizationAlreadyRegistered)
    assert (refusal.field, refusal.clause) == ("uscc", "C5.2")


def test_a_filer_registers_one_organization() -> None:
    refusal = given(ORGANIZATION_DECIDER).when(replace(REGISTER, by=FOREIGN_FILER)).then_refuses(NotPermitted)
    assert refusal.field == "organization"


def test_a_wrong_code_registers_nothing() -> None:
    wrong = replace(REGISTER, uscc="9144030071526726XH")
    assert given(ORGANIZATION_DECIDER).when(wrong).then_refuses(UsccHasAWrongCheckCharacter).rule == "R1"


@pytest.mark.parametrize("by", all_but(Role.FILER), ids=role_of)
def test_only_a_filer_registers_and_requests(by: Actor) -> None:
    assert given(ORGANIZATION_DECIDER).when(replace(REGISTER, by=by)).then_refuses(NotPermitted).field == "role"
    asked = given(ORGANIZATION_DECIDER, REGISTERED).when(replace(REQUEST, by=by))
    assert asked.then_refuses(NotPermitted).field == "role"


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


COMMANDS: list[Command] = [
    REGISTER,
    replace(REGISTER, by=actor(Role.FILER, "another")),
    replace(REGISTER, uscc=CODE[::-1]),
    REQUEST,
    OTHER,
    replace(REQUEST, by=FOREIGN_FILER),
    CERTIFY,
    replace(CERTIFY, profile_hash=requested(OTHER).profile_hash),
]


@given_any(st.lists(st.sampled_from(COMMANDS), max_size=14))
def test_any_script(script: list[Command]) -> None:
    kinds = [kind for kind, _ in groupby(type(event) for event in live(ORGANIZATION_DECIDER, script))]
    assert kinds == [type(event) for event in LIFE][: len(kinds)]


@given_any(st.lists(st.one_of(*(made(type(event)) for event in LIFE))))
def test_any_history(history: list[OrganizationEvent]) -> None:
    evolves_from_anything(ORGANIZATION_DECIDER, history)
