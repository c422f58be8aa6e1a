"""An organization is registered once, and whatever is asked of it in whatever order keeps to its states (C5.2)."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from services.registration.domain.filer import filers_of
from services.registration.domain.organization import (
    ORGANIZATION_DECIDER,
    Command,
    OrganizationAlreadyRegistered,
    OrganizationEvent,
)
from services.registration.domain.profile import claimed
from services.registration.domain.states import Certified, Closed, Rejected, Unregistered
from shared.contracts.registration import (
    CertificationRejected,
    CertificationRequested,
    CertificationReturned,
    DistrictTransferred,
    FilerAppointed,
    OrganizationCertified,
    OrganizationClosed,
    OrganizationRegistered,
    OrganizationReinstated,
    OrganizationReopened,
    OrganizationSuspended,
    ProfileAmended,
)
from shared.contracts.vocabulary import District
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted
from shared.kernel.uscc import UsccHasAWrongCheckCharacter
from shared.testing.scenario import given
from tests.services.people import FILER, FOREIGN_FILER, all_but, role_of
from tests.services.registration.domain.lives import (
    AMEND,
    CERTIFY,
    CLOSE,
    CODE,
    EVERY_COMMAND,
    LIFE,
    OTHER,
    REGISTER,
    REGISTER_BY_ANOTHER,
    REGISTERED,
    REJECT,
    REOPEN,
    REQUEST,
    RETURN,
    SUSPEND,
    TO_CLOSED,
    TO_REJECTED,
    TO_SUSPENDED,
    TRANSFER,
    lived,
    requested,
)
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made


def test_a_filer_registers() -> None:
    given(ORGANIZATION_DECIDER).when(REGISTER).then(REGISTERED)


@pytest.mark.parametrize("length", [1, 2, 3])
def test_registering_again_is_nothing_new(length: int) -> None:
    given(ORGANIZATION_DECIDER, *LIFE[:length]).when(replace(REGISTER, by=FILER)).then_nothing()


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_code_is_registered_once(length: int) -> None:
    taken = given(ORGANIZATION_DECIDER, *LIFE[:length]).when(REGISTER_BY_ANOTHER)
    refusal = taken.then_refuses(OrganizationAlreadyRegistered)
    assert (refusal.field, refusal.clause) == ("uscc", "C5.2")


def test_a_stranger_who_was_rejected_keeps_nobody_out() -> None:
    lived(*TO_REJECTED).when(REGISTER_BY_ANOTHER).then(replace(REGISTERED, account="another"))
    lived(*TO_REJECTED).when(replace(REGISTER, name="另一名称")).then_refuses(OrganizationAlreadyRegistered)
    lived(*TO_REJECTED, REGISTER_BY_ANOTHER).when(REGISTER).then_refuses(OrganizationAlreadyRegistered)


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


EVENTS: tuple[type[OrganizationEvent], ...] = (
    OrganizationRegistered,
    CertificationRequested,
    CertificationReturned,
    CertificationRejected,
    OrganizationCertified,
    ProfileAmended,
    DistrictTransferred,
    OrganizationSuspended,
    OrganizationReinstated,
    OrganizationClosed,
    OrganizationReopened,
)
COMMANDS: list[Command] = [
    *EVERY_COMMAND,
    REGISTER_BY_ANOTHER,
    replace(REGISTER, uscc=CODE[::-1]),
    OTHER,
    replace(REQUEST, by=FOREIGN_FILER),
    replace(CERTIFY, profile_hash=requested(OTHER).profile_hash),
    replace(RETURN, profile_hash=requested(OTHER).profile_hash),
    replace(REJECT, reasons=()),
    replace(REJECT, profile_hash=claimed(REGISTERED)),
    replace(AMEND, name="浦江中心", contact=None, effective_from="2017-12-01"),
    replace(AMEND, effective_from="2010-01-01"),
    replace(TRANSFER, district=District.HUANGPU, effective_from="2018-01-01"),
    replace(SUSPEND, ground="另案"),
    replace(CLOSE, by=FILER),
]
FOLLOWS: dict[type[OrganizationEvent] | None, set[type[OrganizationEvent]]] = {
    None: {OrganizationRegistered},
    OrganizationRegistered: {CertificationRequested, CertificationRejected},
    CertificationRequested: {
        CertificationRequested,
        CertificationReturned,
        CertificationRejected,
        OrganizationCertified,
    },
    CertificationReturned: {CertificationRequested, CertificationRejected},
    CertificationRejected: {OrganizationRegistered},
    OrganizationClosed: {OrganizationReopened},
}
"""What may come next before certification, and after the two ends."""
CERTIFIED_ONLY = {
    ProfileAmended,
    DistrictTransferred,
    OrganizationSuspended,
    OrganizationReinstated,
    OrganizationClosed,
}


def keeps_its_invariants(history: list[OrganizationEvent]) -> None:
    """One live registration; what follows may follow; suspended once at a time; changes in the order of their days."""
    suspended, before, days = False, None, [""]
    filers = [event.account for event in history if isinstance(event, OrganizationRegistered)]
    assert all(one != other for one, other in pairwise(filers))
    for event in history:
        if isinstance(event, FilerAppointed):
            assert before not in {None, CertificationRejected, OrganizationClosed}
            continue
        assert type(event) in FOLLOWS.get(before, CERTIFIED_ONLY), f"{type(event).__name__} cannot follow {before}"
        assert not (isinstance(event, OrganizationSuspended) and suspended)
        assert not (isinstance(event, OrganizationReinstated) and not suspended)
        assert not (isinstance(event, OrganizationReopened) and bool(event.suspended) != suspended)
        suspended = isinstance(event, OrganizationSuspended) or (
            suspended and not isinstance(event, OrganizationReinstated)
        )
        if isinstance(event, ProfileAmended | DistrictTransferred):
            assert event.effective_from >= days[-1]
            days.append(event.effective_from)
        before = type(event)


@given_any(st.lists(st.sampled_from(COMMANDS), max_size=20))
def test_any_script(script: list[Command]) -> None:
    history = live(ORGANIZATION_DECIDER, script)
    keeps_its_invariants(history)
    state = ORGANIZATION_DECIDER.fold(history)
    registrations = [event for event in history if isinstance(event, OrganizationRegistered)]
    filed = [replace(one, account=filers_of(history)[-1]) for one in registrations]
    assert isinstance(state, Unregistered) or state.registration == filed[-1]
    if isinstance(state, Certified):
        moved = [event.to_district for event in history if isinstance(event, DistrictTransferred)]
        assert state.profile.district == [state.certificate.district, *moved][-1]


@given_any(st.lists(st.sampled_from(COMMANDS), max_size=12))
def test_any_script_after_certification(script: list[Command]) -> None:
    history = live(ORGANIZATION_DECIDER, [REGISTER, REQUEST, CERTIFY, *script])
    keeps_its_invariants(history)


@pytest.mark.parametrize("end", [TO_CLOSED, (*TO_SUSPENDED, CLOSE)], ids=["closed", "both"])
@given_any(st.lists(st.sampled_from([one for one in COMMANDS if one != REOPEN]), max_size=8))
def test_a_closure_is_final_unless_another_takes_it_back(end: tuple[Command, ...], script: list[Command]) -> None:
    before = live(ORGANIZATION_DECIDER, end)
    assert isinstance(ORGANIZATION_DECIDER.fold(before), Closed)
    assert live(ORGANIZATION_DECIDER, [*end, *script]) == before


@given_any(st.lists(st.sampled_from([one for one in COMMANDS if one.by.id != "another"]), max_size=8))
def test_a_rejection_is_final_for_its_filer(script: list[Command]) -> None:
    before = live(ORGANIZATION_DECIDER, TO_REJECTED)
    assert isinstance(ORGANIZATION_DECIDER.fold(before), Rejected)
    assert live(ORGANIZATION_DECIDER, [*TO_REJECTED, *script]) == before


@given_any(st.lists(st.one_of(*(made(event) for event in EVENTS))))
def test_any_history(history: list[OrganizationEvent]) -> None:
    evolves_from_anything(ORGANIZATION_DECIDER, history)
