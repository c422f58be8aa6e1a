"""A successor of who files: whatever was begun goes on with it (C5.2)."""

from dataclasses import replace

import pytest

from services.registration.domain.certification import RequestCertification
from services.registration.domain.filer import FilesForAnother, NotAFilersAccount, filers_of
from services.registration.domain.organization import ORGANIZATION_DECIDER, Command, OrganizationAlreadyRegistered
from services.registration.domain.states import (
    CertificationWasRejected,
    OrganizationIsClosed,
    OrganizationNotRegistered,
)
from shared.contracts.registration import FilerAppointed
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted, Refusal
from shared.testing.scenario import given
from tests.services.people import ORGANIZATION, STRANGERS, actor, all_but, role_of
from tests.services.registration.domain.lives import (
    APPOINT,
    NEW,
    REGISTER,
    REGISTER_BY_ANOTHER,
    REJECT,
    REQUEST,
    TO_CERTIFIED,
    TO_CLOSED,
    TO_PENDING,
    TO_REGISTERED,
    TO_REJECTED,
    TO_RETURNED,
    TO_SUSPENDED,
    after,
    lived,
)

APPOINTED = FilerAppointed(
    organization=ORGANIZATION, account="successor", replaced=NEW.id, document_number=APPOINT.document_number
)
SUCCESSOR = actor(Role.FILER, "successor", organization=ORGANIZATION)
ONGOING = [TO_REGISTERED, TO_PENDING, TO_RETURNED, TO_CERTIFIED, TO_SUSPENDED]


@pytest.mark.parametrize("begun", ONGOING)
def test_whatever_stage_it_is_at_it_gets_a_successor_once(begun: tuple[Command, ...]) -> None:
    lived(*begun).when(APPOINT).then(APPOINTED)
    lived(*begun, APPOINT).when(APPOINT).then_nothing()
    lived(*begun, APPOINT).when(replace(APPOINT, account=NEW.id, files_for=ORGANIZATION)).then(
        replace(APPOINTED, account=NEW.id, replaced="successor")
    )


@pytest.mark.parametrize("begun", ONGOING)
def test_it_stays_at_its_stage(begun: tuple[Command, ...]) -> None:
    before, since = (ORGANIZATION_DECIDER.fold(after(*acts)) for acts in (begun, (*begun, APPOINT)))
    assert type(since) is type(before)
    assert since != before


def test_what_was_begun_goes_on_with_the_successor_alone() -> None:
    theirs = replace(REQUEST, by=SUCCESSOR)
    lived(REGISTER, APPOINT).when(REQUEST).then_refuses(NotPermitted)
    (asked,) = lived(REGISTER, APPOINT).when(theirs).events()
    assert asked == lived(REGISTER).when(REQUEST).events()[0]
    assert isinstance(REQUEST, RequestCertification)
    lived(REGISTER, APPOINT).when(REGISTER).then_refuses(OrganizationAlreadyRegistered)


@pytest.mark.parametrize(
    ("begun", "refusal"),
    [((), OrganizationNotRegistered), (TO_REJECTED, CertificationWasRejected), (TO_CLOSED, OrganizationIsClosed)],
)
def test_what_is_over_gets_none(begun: tuple[Command, ...], refusal: type[Refusal]) -> None:
    lived(*begun).when(APPOINT).then_refuses(refusal)


def test_the_successor_is_an_open_filer_of_no_other_organization() -> None:
    lived(*TO_CERTIFIED).when(replace(APPOINT, open_filer=False)).then_refuses(NotAFilersAccount)
    lived(*TO_CERTIFIED).when(replace(APPOINT, files_for=STRANGERS)).then_refuses(FilesForAnother)


@pytest.mark.parametrize("by", all_but(Role.PLATFORM_VERIFIER), ids=role_of)
def test_nobody_but_the_verifier_appoints(by: Actor) -> None:
    assert given(ORGANIZATION_DECIDER, *after(*TO_CERTIFIED)).when(replace(APPOINT, by=by)).then_refuses(NotPermitted)


def test_who_filed_is_known_since_the_code_was_registered_last() -> None:
    assert filers_of(after(*TO_CERTIFIED, APPOINT)) == (NEW.id, "successor")
    assert filers_of(after(REGISTER, APPOINT, replace(REQUEST, by=SUCCESSOR), REJECT, REGISTER_BY_ANOTHER)) == (
        "another",
    )
