"""Commands to their aggregates."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeAlias, assert_never

from services.registration.domain import organization
from services.registration.domain.account import ACCOUNT_DECIDER, OpenAccount
from services.registration.domain.account_closing import CloseAccount
from services.registration.domain.amendment import AmendProfile, TransferDistrict
from services.registration.domain.certification import RequestCertification
from services.registration.domain.filer import AppointFiler
from services.registration.domain.organization import ORGANIZATION_DECIDER, RegisterOrganization
from services.registration.domain.password import ChangePassword, ResetPassword
from services.registration.domain.reopening import ReopenOrganization
from services.registration.domain.signing_keys import KEY_RING_DECIDER, PublishSigningKey, RetireSigningKey
from services.registration.domain.standing import CloseOrganization, ReinstateOrganization, SuspendOrganization
from services.registration.domain.verdict import CertifyOrganization, RejectCertification, ReturnCertification
from services.registration.usecases.streams import KEY_RING, account_stream, organization_stream
from shared.eventstore.port import Context, EventStore, Idempotency
from shared.eventstore.transact import Target, Transacted, transact

Command: TypeAlias = (
    OpenAccount
    | ChangePassword
    | ResetPassword
    | CloseAccount
    | organization.Command
    | PublishSigningKey
    | RetireSigningKey
)


def target_of(command: Command) -> Target[Any, Any, Any]:
    """The aggregate that decides `command`."""
    match command:
        case OpenAccount() | ChangePassword() | ResetPassword() | CloseAccount():
            return Target(ACCOUNT_DECIDER, account_stream(command.account))
        case PublishSigningKey() | RetireSigningKey():
            return Target(KEY_RING_DECIDER, KEY_RING)
        case (
            RegisterOrganization()
            | RequestCertification()
            | ReturnCertification()
            | RejectCertification()
            | CertifyOrganization()
            | AmendProfile()
            | TransferDistrict()
            | SuspendOrganization()
            | ReinstateOrganization()
            | CloseOrganization()
            | ReopenOrganization()
            | AppointFiler()
        ):
            return Target(ORGANIZATION_DECIDER, organization_stream(command.organization))
        case _:
            assert_never(command)


async def handle(
    store: EventStore,
    command: Command,
    context: Context,
    idempotency: Idempotency | None = None,
    *,
    log_at: int | None = None,
    keep: Callable[[], Awaitable[None]] | None = None,
) -> Transacted[Any]:
    """Carry out a command; see `transact`, `Target.log_at` and `Target.keep`."""
    target = replace(target_of(command), log_at=log_at, keep=keep)
    return await transact(store, target, command, context, idempotency)
