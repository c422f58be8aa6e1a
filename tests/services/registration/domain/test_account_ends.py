"""Changing and resetting a password, and closing an account: who may, and what can follow."""

from dataclasses import replace

import pytest

from services.registration.domain.account import ACCOUNT_DECIDER, DISTRICT_ROLES, UsernameTaken
from services.registration.domain.account_closing import CloseAccount, LastAdministrator
from services.registration.domain.account_states import AccountIsClosed, AccountUnknown, Open
from services.registration.domain.password import ChangePassword, PasswordChangedMeanwhile, ResetPassword
from shared.contracts.registration import AccountClosed, AccountOpened, PasswordChanged, PasswordReset
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.services.people import ADMINISTRATOR, AT, HERE, ORGANIZATION, SYSTEM, all_but, role_of
from tests.services.registration.domain.test_account import opening

HOLDERS = [role for role in Role if role is not Role.SYSTEM]
FIRST, SECOND, THIRD = "c" * 64, "d" * 64, "e" * 64


def holder(role: Role) -> Actor:
    return Actor(
        "a-1",
        role,
        HERE if role in DISTRICT_ROLES else None,
        ORGANIZATION if role in (Role.FILER, Role.LEGAL_REPRESENTATIVE) else None,
    )


def opened(role: Role = Role.FILER, *, must_change: bool = False) -> AccountOpened:
    mine = holder(role)
    return AccountOpened(
        account="a-1",
        role=role.value,
        username="u" * 64,
        credential=FIRST,
        district=mine.district,
        organization=mine.organization if role is Role.LEGAL_REPRESENTATIVE else None,
        must_change=must_change,
    )


def changing(role: Role = Role.FILER, had: str = FIRST, to: str = SECOND) -> ChangePassword:
    return ChangePassword("a-1", had, to, holder(role), AT)


def closing(by: Actor = ADMINISTRATOR, others: int = 0) -> CloseAccount:
    return CloseAccount("a-1", "调离岗位", others, by, AT)


CHANGED = PasswordChanged(account="a-1", credential=SECOND, generation=1)
CLOSED = AccountClosed(account="a-1", ground="调离岗位")


@pytest.mark.parametrize("role", HOLDERS)
def test_the_holder_changes_the_password_whatever_its_role(role: Role) -> None:
    given(ACCOUNT_DECIDER, opened(role)).when(changing(role)).then(CHANGED)


@pytest.mark.parametrize("by", all_but(), ids=role_of)
def test_nobody_changes_anothers_not_even_the_administrator(by: Actor) -> None:
    refusal = given(ACCOUNT_DECIDER, opened()).when(replace(changing(), by=by)).then_refuses(NotPermitted)
    assert refusal.field == "account"


def test_the_service_itself_changes_an_administrators_and_nobody_elses() -> None:
    itself = replace(changing(Role.ADMINISTRATOR), by=SYSTEM)
    given(ACCOUNT_DECIDER, opened(Role.ADMINISTRATOR)).when(itself).then(CHANGED)
    given(ACCOUNT_DECIDER, opened()).when(replace(changing(), by=SYSTEM)).then_refuses(NotPermitted)


def test_each_change_counts() -> None:
    again = replace(CHANGED, credential=THIRD, generation=2)
    given(ACCOUNT_DECIDER, opened(), CHANGED).when(changing(had=SECOND, to=THIRD)).then(again)


def test_a_retry_changes_nothing() -> None:
    given(ACCOUNT_DECIDER, opened(), CHANGED).when(changing()).then_nothing()


def test_of_two_changes_at_once_the_second_is_refused() -> None:
    given(ACCOUNT_DECIDER, opened(), CHANGED).when(changing(to=THIRD)).then_refuses(PasswordChangedMeanwhile)


def test_whose_account_was_opened_by_another_has_changed_it_then() -> None:
    state = ACCOUNT_DECIDER.fold([opened(must_change=True)])
    assert (state, ACCOUNT_DECIDER.fold([CHANGED], state)) == (
        ACCOUNT_DECIDER.fold([opened(must_change=True)]),
        ACCOUNT_DECIDER.fold([opened(), CHANGED]),
    )


def resetting(by: Actor = ADMINISTRATOR, to: str = SECOND) -> ResetPassword:
    return ResetPassword("a-1", to, "持有人遗忘密码", by, AT)


RESET = PasswordReset(account="a-1", credential=SECOND, generation=1, ground="持有人遗忘密码")


@pytest.mark.parametrize("role", HOLDERS)
def test_an_administrator_resets_a_forgotten_password_once(role: Role) -> None:
    given(ACCOUNT_DECIDER, opened(role)).when(resetting()).then(RESET)
    given(ACCOUNT_DECIDER, opened(role), RESET).when(resetting()).then_nothing()


def test_a_reset_one_is_to_be_changed_and_counts_as_a_change() -> None:
    state = ACCOUNT_DECIDER.fold([opened(), RESET])
    assert isinstance(state, Open)
    assert (state.must_change, state.credential, state.generation) == (True, SECOND, 1)
    again = replace(CHANGED, credential=THIRD, generation=2)
    given(ACCOUNT_DECIDER, opened(), RESET).when(changing(had=SECOND, to=THIRD)).then(again)


@pytest.mark.parametrize("by", all_but(Role.ADMINISTRATOR), ids=role_of)
def test_nobody_else_resets_it(by: Actor) -> None:
    assert given(ACCOUNT_DECIDER, opened()).when(resetting(by)).then_refuses(NotPermitted).field == "role"


def test_no_administrator_resets_its_own() -> None:
    mine = resetting(holder(Role.ADMINISTRATOR))
    assert given(ACCOUNT_DECIDER, opened(Role.ADMINISTRATOR)).when(mine).then_refuses(NotPermitted).field == "account"


def test_no_password_is_reset_of_what_is_not_open() -> None:
    given(ACCOUNT_DECIDER).when(resetting()).then_refuses(AccountUnknown)
    given(ACCOUNT_DECIDER, opened(), CLOSED).when(resetting()).then_refuses(AccountIsClosed)


def test_no_password_is_changed_of_what_is_not_open() -> None:
    given(ACCOUNT_DECIDER).when(changing()).then_refuses(AccountUnknown)
    given(ACCOUNT_DECIDER, opened(), CLOSED).when(changing()).then_refuses(AccountIsClosed)


@pytest.mark.parametrize("role", HOLDERS)
def test_an_administrator_closes_an_account(role: Role) -> None:
    given(ACCOUNT_DECIDER, opened(role)).when(closing(others=1)).then(CLOSED)


@pytest.mark.parametrize("role", HOLDERS)
def test_the_holder_closes_its_own(role: Role) -> None:
    given(ACCOUNT_DECIDER, opened(role)).when(closing(holder(role), others=1)).then(CLOSED)


@pytest.mark.parametrize("by", all_but(Role.ADMINISTRATOR), ids=role_of)
def test_nobody_else_closes_it(by: Actor) -> None:
    assert given(ACCOUNT_DECIDER, opened()).when(closing(by)).then_refuses(NotPermitted).field == "role"


@pytest.mark.parametrize("by", [ADMINISTRATOR, holder(Role.ADMINISTRATOR)])
def test_the_last_administrator_stays(by: Actor) -> None:
    given(ACCOUNT_DECIDER, opened(Role.ADMINISTRATOR)).when(closing(by)).then_refuses(LastAdministrator)


def test_it_is_closed_once_and_only_where_it_is_open() -> None:
    given(ACCOUNT_DECIDER, opened(), CLOSED).when(closing()).then_nothing()
    given(ACCOUNT_DECIDER, opened(), CLOSED).when(replace(closing(), ground="退休")).then_refuses(AccountIsClosed)
    given(ACCOUNT_DECIDER).when(closing()).then_refuses(AccountUnknown)


def test_nobody_gets_the_user_name_of_a_closed_account() -> None:
    given(ACCOUNT_DECIDER, opened(), CLOSED).when(opening(Role.FILER)).then_refuses(UsernameTaken)
