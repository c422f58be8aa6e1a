"""Commands to their aggregates."""

from typing import Any

from services.reporting.domain.obligation import OBLIGATION_DECIDER, FileServiceReport
from shared.contracts.category import Stream
from shared.contracts.topics import OBLIGATION
from shared.eventstore.port import Context, EventStore, Idempotency
from shared.eventstore.transact import Target, Transacted, transact


async def handle(
    store: EventStore,
    command: FileServiceReport,
    context: Context,
    idempotency: Idempotency | None = None,
    *,
    organization: str,
) -> Transacted[Any]:
    """Carry out a command; see `transact`."""
    target = Target(OBLIGATION_DECIDER, obligation_stream(command.obligation, organization))
    return await transact(store, target, command, context, idempotency)


def obligation_stream(obligation: str, organization: str) -> Stream:
    """The stream of one obligation."""
    return Stream(OBLIGATION, obligation, organization)
