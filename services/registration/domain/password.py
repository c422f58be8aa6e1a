"""A password that its holder changes, or had forgotten: what was signed in with before is worth nothing then (C5.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.registration.domain.account_states import Account, opened
from shared.contracts.registration import PasswordChanged, PasswordReset
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted, Refusal, require


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """The holder changes the password (C5.2); both credentials are commitments, the one it had and the one it has."""

    account: str
    had: str = field(repr=False)
    credential: str = field(repr=False)
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class ResetPassword:
    """An administrator gives another password to whoever forgot it, to be changed at once (C5.2)."""

    account: str
    credential: str = field(repr=False)
    """A commitment."""
    ground: str
    by: Actor
    at: Instant


class PasswordChangedMeanwhile(Refusal):
    """Two changes at once: the password that was checked is not the account's any more."""

    title = "The password was changed meanwhile"
    field = "password"


class PasswordToBeChanged(Refusal):
    """Somebody else chose the password and may know it: nothing is signed in with before its holder chose another."""

    title = "Choose another password first"
    field = "password"


def change_password(state: Account, command: ChangePassword) -> Sequence[PasswordChanged]:
    """The holder alone, whatever its role; an administrator's also the service itself, for which nobody else could."""
    account = opened(state)
    itself = command.by.role is Role.SYSTEM and account.role is Role.ADMINISTRATOR
    if command.by.id != command.account and not itself:
        detail_zh = "只有账户持有人本人可以修改密码"
        raise NotPermitted("a password is changed by its holder alone", detail_zh=detail_zh, field="account")
    if account.credential == command.credential:
        return []
    if account.credential != command.had:
        raise PasswordChangedMeanwhile
    generation = account.generation + 1
    return [PasswordChanged(account=command.account, credential=command.credential, generation=generation)]


def reset_password(state: Account, command: ResetPassword) -> Sequence[PasswordReset]:
    """An administrator, for anybody but itself: whoever is signed in does not learn by it what it does not know."""
    require(command.by, Role.ADMINISTRATOR)
    if command.by.id == command.account:
        detail_zh = "管理员修改本人密码须提供原密码"
        raise NotPermitted("one's own password is changed by the one before", detail_zh=detail_zh, field="account")
    account = opened(state)
    if account.credential == command.credential:
        return []
    return [
        PasswordReset(
            account=command.account,
            credential=command.credential,
            generation=account.generation + 1,
            ground=command.ground,
        )
    ]
