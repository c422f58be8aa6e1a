"""The end of an account: whoever left signs nothing any more (C5.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from services.registration.domain.account_states import Account, AccountIsClosed, AccountUnknown, Closed, Open, Unopened
from shared.contracts.registration import AccountClosed
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import Refusal, require


@dataclass(frozen=True, slots=True)
class CloseAccount:
    """An administrator closes an account, or its holder does (C5.2)."""

    account: str
    ground: str
    others: int
    """How many other administrators' accounts are open."""
    by: Actor
    at: Instant


class LastAdministrator(Refusal):
    """Without one nobody opens an official's account any more."""

    title = "This is the last administrator's account"
    field = "account"


def close_account(state: Account, command: CloseAccount) -> Sequence[AccountClosed]:
    """For good: the user name is not given again."""
    if command.by.id != command.account:
        require(command.by, Role.ADMINISTRATOR)
    match state:
        case Unopened():
            raise AccountUnknown
        case Closed(ground=ground) if ground == command.ground:
            return []
        case Closed():
            raise AccountIsClosed
        case Open(role=Role.ADMINISTRATOR) if command.others < 1:
            raise LastAdministrator
        case Open():
            return [AccountClosed(account=command.account, ground=command.ground)]
        case _:
            assert_never(state)
