"""Account: who may log in, in which role (C5.2 "取得用户名和密码")."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from services.registration.domain.account_closing import CloseAccount, close_account
from services.registration.domain.account_states import Account, Closed, Open, Unopened
from services.registration.domain.password import ChangePassword, ResetPassword, change_password, reset_password
from shared.contracts.registration import AccountClosed, AccountOpened, PasswordChanged, PasswordReset
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, NotPermitted, Refusal, require

DISTRICT_ROLES = frozenset({Role.DISTRICT_CLERK, Role.DISTRICT_LEADER, Role.RECEIPT_CLERK})
SELF_SERVICE_ROLES = frozenset({Role.FILER})

# Commands


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """Open an account: without one a filer's, a filer its organization's signatory's, an administrator any other.

    `username` and `credential` are commitments.
    """

    account: str
    role: Role
    username: str
    credential: str
    district: str | None
    organization: str | None
    by: Actor | None
    at: Instant
    must_change: bool
    """Whether its holder has to choose another password before anything else."""


Command: TypeAlias = OpenAccount | ChangePassword | ResetPassword | CloseAccount
AccountEvent: TypeAlias = AccountOpened | PasswordChanged | PasswordReset | AccountClosed

# Refusals


class UsernameTaken(Refusal):
    """Another account has this user name."""

    title = "The user name is taken"
    clause = "C5.2"
    field = "username"


class RoleNeedsADistrict(Malformed):
    """A district official's account names its district, and only that one does."""

    title = "A district official's account names its district, and no other account does"
    field = "district"


class RoleNeedsAnOrganization(Malformed):
    """A legal representative's account names the organization it signs for."""

    title = "A legal representative's account names its organization, and no other account does"
    field = "organization"


# Evolve


def evolve(state: Account, event: AccountEvent) -> Account:
    """The state after `event`."""
    match event:
        case AccountOpened():
            return Open(
                account=event.account,
                role=Role(event.role),
                credential=event.credential,
                username=event.username,
                district=event.district,
                organization=event.organization,
                must_change=event.must_change,
            )
        case PasswordChanged():
            if not isinstance(state, Open):
                return state
            return replace(state, credential=event.credential, generation=event.generation, must_change=False)
        case PasswordReset():
            if not isinstance(state, Open):
                return state
            return replace(state, credential=event.credential, generation=event.generation, must_change=True)
        case AccountClosed():
            return Closed(event.account, event.ground) if isinstance(state, Open) else state
        case _:
            assert_never(event)


# Decide


def decide(state: Account, command: Command) -> Sequence[AccountEvent]:
    """What happens, or a refusal."""
    match command:
        case OpenAccount():
            return _open(state, command)
        case ChangePassword():
            return change_password(state, command)
        case ResetPassword():
            return reset_password(state, command)
        case CloseAccount():
            return close_account(state, command)
        case _:
            assert_never(command)


def _open(state: Account, command: OpenAccount) -> Sequence[AccountOpened]:
    _may_open(command)
    if (command.role in DISTRICT_ROLES) != (command.district is not None):
        raise RoleNeedsADistrict
    if (command.role is Role.LEGAL_REPRESENTATIVE) != (command.organization is not None):
        raise RoleNeedsAnOrganization
    match state:
        case Unopened():
            return [
                AccountOpened(
                    account=command.account,
                    role=command.role.value,
                    username=command.username,
                    credential=command.credential,
                    district=command.district,
                    organization=command.organization,
                    must_change=command.must_change,
                )
            ]
        case Open() if _same(state, command):
            return []
        case Open() | Closed():
            raise UsernameTaken
        case _:
            assert_never(state)


def _same(account: Open, command: OpenAccount) -> bool:
    present = (account.username, account.credential, account.role, account.district, account.organization)
    return present == (command.username, command.credential, command.role, command.district, command.organization)


def _may_open(command: OpenAccount) -> None:
    if command.role in SELF_SERVICE_ROLES:
        if command.by is not None:
            require(command.by, Role.FILER, Role.ADMINISTRATOR)
        return
    if command.role is Role.SYSTEM:
        raise NotPermitted(
            "a service is no person: nobody opens an account for it",
            detail_zh="服务系统不是自然人，不为其开立账户",
            field="role",
        )
    if command.by is None:
        raise NotPermitted(
            f"a {command.role.value}'s account is opened by an administrator",
            detail_zh="该角色的账户由管理员开立",
            field="role",
        )
    if command.role is Role.LEGAL_REPRESENTATIVE:
        require(command.by, Role.FILER, organization=command.organization)
    else:
        require(command.by, Role.ADMINISTRATOR, Role.SYSTEM)


ACCOUNT_DECIDER: Decider[Account, Command, AccountEvent] = Decider(Unopened(), decide, evolve)
