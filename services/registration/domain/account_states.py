"""The states of an account, and the refusals that a state alone gives."""

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import Refusal, Unknown


@dataclass(frozen=True, slots=True)
class Unopened:
    """Nobody has this user name."""


@dataclass(frozen=True, slots=True)
class Open:
    """The account can log in; `must_change` until its holder has chosen a password that the opener does not know."""

    account: str
    role: Role
    credential: str
    username: str
    district: str | None
    organization: str | None
    must_change: bool = False
    generation: int = 0
    """How often the password was changed; tokens of an earlier one are worth nothing."""

    @property
    def holder(self) -> Actor:
        """Who commands with it."""
        return Actor(self.account, self.role, self.district, self.organization)


@dataclass(frozen=True, slots=True)
class Closed:
    """Nobody signs in with it ever again."""

    account: str
    ground: str


Account: TypeAlias = Unopened | Open | Closed


class AccountUnknown(Unknown):
    """Nobody opened such an account."""

    title = "There is no such account"
    field = "account"


class AccountIsClosed(Refusal):
    """Its holder is gone; whoever comes back gets another user name."""

    title = "The account is closed"
    field = "account"


def opened(state: Account) -> Open:
    """The account, if it is open; raise `AccountUnknown` or `AccountIsClosed`."""
    match state:
        case Unopened():
            raise AccountUnknown
        case Closed():
            raise AccountIsClosed
        case Open():
            return state
        case _:
            assert_never(state)
