"""A certified organization is suspended, reinstated and closed, each on a ground (C5.2)."""

from dataclasses import replace

import pytest

from services.registration.domain.organization import Command
from services.registration.domain.standing import OrganizationNotSuspended
from services.registration.domain.states import (
    CertificationWasRejected,
    OrganizationIsClosed,
    OrganizationIsSuspended,
    OrganizationNotCertified,
    OrganizationNotRegistered,
)
from shared.contracts.registration import OrganizationClosed, OrganizationReinstated, OrganizationSuspended
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted, Refusal
from tests.services.people import ORGANIZATION, all_but, role_of
from tests.services.registration.domain.lives import (
    CLOSE,
    REINSTATE,
    SUSPEND,
    TO_CERTIFIED,
    TO_CLOSED,
    TO_PENDING,
    TO_REGISTERED,
    TO_REJECTED,
    TO_RETURNED,
    TO_SUSPENDED,
    lived,
)

COMMANDS = [SUSPEND, REINSTATE, CLOSE]


def test_a_suspension_and_its_end() -> None:
    lived(*TO_CERTIFIED).when(SUSPEND).then(OrganizationSuspended(organization=ORGANIZATION, ground=SUSPEND.ground))
    lived(*TO_SUSPENDED).when(SUSPEND).then_nothing()
    lived(*TO_SUSPENDED).when(REINSTATE).then(
        OrganizationReinstated(organization=ORGANIZATION, ground=REINSTATE.ground)
    )
    lived(*TO_SUSPENDED, REINSTATE).when(REINSTATE).then_nothing()


def test_what_was_reinstated_can_be_suspended_again() -> None:
    again = lived(*TO_SUSPENDED, REINSTATE).when(SUSPEND)
    again.then(OrganizationSuspended(organization=ORGANIZATION, ground=SUSPEND.ground))


def test_a_second_ground_does_not_replace_the_first() -> None:
    lived(*TO_SUSPENDED).when(replace(SUSPEND, ground="另案")).then_refuses(OrganizationIsSuspended)


@pytest.mark.parametrize("before", [TO_CERTIFIED, TO_SUSPENDED], ids=["certified", "suspended"])
def test_a_closure_is_final(before: tuple[Command, ...]) -> None:
    lived(*before).when(CLOSE).then(OrganizationClosed(organization=ORGANIZATION, ground=CLOSE.ground))
    lived(*before, CLOSE).when(CLOSE).then_nothing()
    lived(*before, CLOSE).when(replace(CLOSE, ground="另案")).then_refuses(OrganizationIsClosed)
    lived(*before, CLOSE).when(REINSTATE).then_refuses(OrganizationIsClosed)


def test_only_a_suspension_ends() -> None:
    lived(*TO_CERTIFIED).when(REINSTATE).then_refuses(OrganizationNotSuspended)
    other = replace(REINSTATE, ground="另有说明")
    lived(*TO_SUSPENDED, REINSTATE).when(other).then_refuses(OrganizationNotSuspended)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize(
    ("before", "refusal"),
    [
        ((), OrganizationNotRegistered),
        (TO_REGISTERED, OrganizationNotCertified),
        (TO_PENDING, OrganizationNotCertified),
        (TO_RETURNED, OrganizationNotCertified),
        (TO_REJECTED, CertificationWasRejected),
    ],
)
def test_only_what_is_certified_has_a_standing(
    before: tuple[Command, ...], command: Command, refusal: type[Refusal]
) -> None:
    assert lived(*before).when(command).then_refuses(refusal).clause == "C5.2"


@pytest.mark.parametrize("command", [SUSPEND, REINSTATE], ids=lambda one: type(one).__name__)
def test_what_is_closed_has_no_standing(command: Command) -> None:
    lived(*TO_CLOSED).when(command).then_refuses(OrganizationIsClosed)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("by", all_but(Role.PLATFORM_VERIFIER), ids=role_of)
def test_only_a_verifier_decides_on_it(command: Command, by: Actor) -> None:
    assert lived(*TO_SUSPENDED).when(replace(command, by=by)).then_refuses(NotPermitted).field == "role"
