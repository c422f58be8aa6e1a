"""Accounts: who opens which, with what district and organization, and what ends them."""

from dataclasses import replace

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from services.registration.domain.account import (
    ACCOUNT_DECIDER,
    DISTRICT_ROLES,
    AccountEvent,
    OpenAccount,
    RoleNeedsADistrict,
    RoleNeedsAnOrganization,
    UsernameTaken,
)
from shared.contracts.registration import AccountClosed, AccountOpened, PasswordChanged
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.services.people import (
    ADMINISTRATOR,
    AT,
    FILER,
    FOREIGN_FILER,
    HERE,
    ORGANIZATION,
    actor,
    all_but,
    role_of,
)
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

OFFICIALS = [role for role in Role if role not in (Role.FILER, Role.LEGAL_REPRESENTATIVE, Role.SYSTEM)]


def opening(role: Role, by: Actor | None = ADMINISTRATOR) -> OpenAccount:
    return OpenAccount(
        account="a-1",
        role=role,
        username="u" * 64,
        credential="c" * 64,
        district=HERE if role in DISTRICT_ROLES else None,
        organization=ORGANIZATION if role is Role.LEGAL_REPRESENTATIVE else None,
        by=by,
        at=AT,
        must_change=False,
    )


def opened(command: OpenAccount) -> AccountOpened:
    return AccountOpened(
        account=command.account,
        role=command.role.value,
        username=command.username,
        credential=command.credential,
        district=command.district,
        organization=command.organization,
    )


@pytest.mark.parametrize("by", [None, ADMINISTRATOR, FILER])
def test_anyone_opens_a_filers_account(by: Actor | None) -> None:
    command = opening(Role.FILER, by)
    given(ACCOUNT_DECIDER).when(command).then(opened(command))


@pytest.mark.parametrize("by", all_but(Role.FILER, Role.ADMINISTRATOR), ids=role_of)
def test_whoever_has_another_role_opens_none(by: Actor) -> None:
    assert given(ACCOUNT_DECIDER).when(opening(Role.FILER, by)).then_refuses(NotPermitted).field == "role"


@pytest.mark.parametrize("by", [ADMINISTRATOR, actor(Role.SYSTEM)], ids=role_of)
@pytest.mark.parametrize("role", OFFICIALS)
def test_an_administrator_opens_an_officials_account(role: Role, by: Actor) -> None:
    command = opening(role, by)
    given(ACCOUNT_DECIDER).when(command).then(opened(command))


def test_a_filer_opens_its_own_organizations_signatory() -> None:
    command = opening(Role.LEGAL_REPRESENTATIVE, FILER)
    given(ACCOUNT_DECIDER).when(command).then(opened(command))


def test_a_filer_opens_no_other_organizations_signatory() -> None:
    command = opening(Role.LEGAL_REPRESENTATIVE, FOREIGN_FILER)
    assert given(ACCOUNT_DECIDER).when(command).then_refuses(NotPermitted).field == "organization"


@pytest.mark.parametrize("by", all_but(Role.FILER), ids=role_of)
def test_only_a_filer_opens_a_signatory(by: Actor) -> None:
    refusal = given(ACCOUNT_DECIDER).when(opening(Role.LEGAL_REPRESENTATIVE, by)).then_refuses(NotPermitted)
    assert refusal.field == "role"


@pytest.mark.parametrize("role", [*OFFICIALS, Role.LEGAL_REPRESENTATIVE])
def test_nobody_opens_an_officials_account_for_itself(role: Role) -> None:
    assert given(ACCOUNT_DECIDER).when(opening(role, None)).then_refuses(NotPermitted).field == "role"


@pytest.mark.parametrize("by", [*all_but(), None])
def test_nobody_opens_an_account_of_the_system(by: Actor | None) -> None:
    assert given(ACCOUNT_DECIDER).when(opening(Role.SYSTEM, by)).then_refuses(NotPermitted).field == "role"


@pytest.mark.parametrize("by", all_but(Role.ADMINISTRATOR, Role.SYSTEM), ids=role_of)
def test_only_an_administrator_opens_an_officials_account(by: Actor) -> None:
    assert given(ACCOUNT_DECIDER).when(opening(Role.CITY_LEADER, by)).then_refuses(NotPermitted).field == "role"


@pytest.mark.parametrize("role", sorted(DISTRICT_ROLES))
def test_a_district_role_needs_a_district(role: Role) -> None:
    command = replace(opening(role), district=None)
    assert given(ACCOUNT_DECIDER).when(command).then_refuses(RoleNeedsADistrict).field == "district"


@pytest.mark.parametrize("role", sorted(set(OFFICIALS) - DISTRICT_ROLES))
def test_no_other_role_has_a_district(role: Role) -> None:
    given(ACCOUNT_DECIDER).when(replace(opening(role), district=HERE)).then_refuses(RoleNeedsADistrict)


def test_a_signatory_needs_an_organization() -> None:
    by = actor(Role.FILER)
    command = replace(opening(Role.LEGAL_REPRESENTATIVE, by), organization=None)
    assert given(ACCOUNT_DECIDER).when(command).then_refuses(RoleNeedsAnOrganization).field == "organization"


@pytest.mark.parametrize("role", [Role.FILER, *OFFICIALS])
def test_no_other_role_has_an_organization(role: Role) -> None:
    command = replace(opening(role), organization=ORGANIZATION)
    given(ACCOUNT_DECIDER).when(command).then_refuses(RoleNeedsAnOrganization)


def test_a_retry_opens_nothing() -> None:
    command = opening(Role.FILER)
    given(ACCOUNT_DECIDER, opened(command)).when(command).then_nothing()


def test_a_user_name_is_taken_once() -> None:
    command = opening(Role.FILER)
    other = replace(command, credential="d" * 64)
    refusal = given(ACCOUNT_DECIDER, opened(command)).when(other).then_refuses(UsernameTaken)
    assert (refusal.field, refusal.clause) == ("username", "C5.2")


COMMANDS = [
    replace(opening(role, by), credential=letter * 64)
    for role in Role
    for by in (None, ADMINISTRATOR, FILER, FOREIGN_FILER)
    for letter in "cd"
]


@given_any(st.lists(st.sampled_from(COMMANDS), max_size=12))
def test_any_script(script: list[OpenAccount]) -> None:
    assert len(live(ACCOUNT_DECIDER, script)) <= 1


KNOWN_ROLE = st.sampled_from([role.value for role in Role])
OPENED = st.builds(lambda event, role: replace(event, role=role), made(AccountOpened), KNOWN_ROLE)


@given_any(st.lists(st.one_of(OPENED, made(PasswordChanged), made(AccountClosed))))
def test_an_account_goes_on_from_any_history(history: list[AccountEvent]) -> None:
    evolves_from_anything(ACCOUNT_DECIDER, history)
