"""A closure by mistake is taken back by another verifier, and the organization is what it was (C5.2)."""

from dataclasses import replace

import pytest

from services.registration.domain.organization import ORGANIZATION_DECIDER, Command
from services.registration.domain.reopening import CloserMayNotReopen, OrganizationIsErased, OrganizationNotClosed
from services.registration.domain.states import (
    CertificationWasRejected,
    Certified,
    OrganizationIsClosed,
    OrganizationNotCertified,
    OrganizationNotRegistered,
)
from shared.contracts.registration import OrganizationReopened
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted, Refusal
from tests.services.people import ORGANIZATION, VERIFIER, all_but, role_of
from tests.services.registration.domain.lives import (
    AMEND,
    APPOINT,
    CLOSE,
    REINSTATE,
    REOPEN,
    SUSPEND,
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

REOPENED = OrganizationReopened(organization=ORGANIZATION, ground=REOPEN.ground, document_number=REOPEN.document_number)


def test_what_was_closed_by_mistake_is_certified_again() -> None:
    lived(*TO_CLOSED).when(REOPEN).then(REOPENED)
    lived(*TO_CLOSED, REOPEN).when(REOPEN).then_nothing()
    assert lived(*TO_CLOSED, REOPEN).when(AMEND).events()
    assert lived(*TO_CLOSED, REOPEN).when(APPOINT).events()
    before, again = (ORGANIZATION_DECIDER.fold(after(*life)) for life in (TO_CERTIFIED, (*TO_CLOSED, REOPEN)))
    assert isinstance(before, Certified)
    assert again == replace(before, reopened=REOPENED)


def test_what_was_suspended_stays_so() -> None:
    suspended = (*TO_SUSPENDED, CLOSE, REOPEN)
    lived(*TO_SUSPENDED, CLOSE).when(REOPEN).then(replace(REOPENED, suspended=SUSPEND.ground))
    assert lived(*suspended).when(REINSTATE).events()
    lived(*suspended).when(REOPEN).then_nothing()


def test_what_was_reopened_can_be_closed_again() -> None:
    assert lived(*TO_CLOSED, REOPEN).when(CLOSE).events()
    lived(*TO_CLOSED, REOPEN, CLOSE).when(APPOINT).then_refuses(OrganizationIsClosed)
    assert lived(*TO_CLOSED, REOPEN, CLOSE).when(REOPEN).events()


def test_whoever_closed_it_does_not_reopen_it() -> None:
    refusal = lived(*TO_CLOSED).when(replace(REOPEN, by=VERIFIER)).then_refuses(CloserMayNotReopen)
    assert refusal.clause == "C5.2"


def test_what_was_erased_stays_closed() -> None:
    lived(*TO_CLOSED).when(replace(REOPEN, erased=True)).then_refuses(OrganizationIsErased)


@pytest.mark.parametrize(
    ("before", "refusal"),
    [
        ((), OrganizationNotRegistered),
        (TO_REGISTERED, OrganizationNotCertified),
        (TO_PENDING, OrganizationNotCertified),
        (TO_RETURNED, OrganizationNotCertified),
        (TO_REJECTED, CertificationWasRejected),
        (TO_CERTIFIED, OrganizationNotClosed),
        (TO_SUSPENDED, OrganizationNotClosed),
    ],
)
def test_only_a_closure_is_taken_back(before: tuple[Command, ...], refusal: type[Refusal]) -> None:
    lived(*before).when(REOPEN).then_refuses(refusal)


def test_another_reason_is_no_retry() -> None:
    other = replace(REOPEN, ground="另有说明")
    lived(*TO_CLOSED, REOPEN).when(other).then_refuses(OrganizationNotClosed)


@pytest.mark.parametrize("by", all_but(Role.PLATFORM_VERIFIER), ids=role_of)
def test_only_a_verifier_reopens(by: Actor) -> None:
    assert lived(*TO_CLOSED).when(replace(REOPEN, by=by)).then_refuses(NotPermitted).field == "role"
