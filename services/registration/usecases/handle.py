"""Commands to their aggregates."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeAlias

from services.registration.domain import organization
from services.registration.domain.account import ACCOUNT_DECIDER, OpenAccount
from services.registration.domain.organization import ORGANIZATION_DECIDER
from services.registration.domain.signing_keys import KEY_RING_DECIDER, PublishSigningKey
from shared.contracts.category import Stream
from shared.contracts.topics import ACCOUNT, KEY, ORGANIZATION
from shared.eventstore.port import Context, EventStore, Idempotency
from shared.eventstore.transact import Target, Transacted, transact

Command: TypeAlias = OpenAccount | organization.Command | PublishSigningKey

KEY_RING = Stream(KEY, "ring", "ring")
"""One stream holds every key ever published."""


def target_of(command: Command) -> Target[Any, Any, Any]:
    """The aggregate that decides `command`."""
    match command:
        case OpenAccount(account=account):
            return Target(ACCOUNT_DECIDER, account_stream(account))
        case PublishSigningKey():
            return Target(KEY_RING_DECIDER, KEY_RING)
        case _:
            return Target(ORGANIZATION_DECIDER, organization_stream(command.organization))


async def handle(
    store: EventStore,
    command: Command,
    context: Context,
    idempotency: Idempotency | None = None,
    *,
    keep: Callable[[], Awaitable[None]] | None = None,
) -> Transacted[Any]:
    """Carry out a command; see `transact`, and `Target.keep`."""
    return await transact(store, replace(target_of(command), keep=keep), command, context, idempotency)


def account_stream(account: str) -> Stream:
    """The stream of one account."""
    return Stream(ACCOUNT, account, account)


def organization_stream(identity: str) -> Stream:
    """The stream of one organization."""
    return Stream(ORGANIZATION, identity, identity)
