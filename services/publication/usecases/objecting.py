"""An objection as it comes in: the real name is kept in the vault, and only of an objection that is taken."""

from dataclasses import dataclass, replace
from typing import Any

from services.publication.domain.decision import DECISION_DECIDER
from services.publication.domain.objections import FileObjection
from services.publication.usecases.handle import decision_of, handle
from shared.eventstore.port import Context, EventStore, Idempotency
from shared.eventstore.transact import Transacted
from shared.kernel.refusal import NotPermitted
from shared.vault.vault import Vault

NAME, CONTACT = "name", "contact"


@dataclass(frozen=True, slots=True)
class Objector:
    """Who objects, as they say it; never in an event."""

    name: str
    contact: str


async def take_objection(
    store: EventStore,
    vault: Vault,
    command: FileObjection,
    objector: Objector,
    context: Context,
    idempotency: Idempotency | None,
) -> Transacted[Any]:
    """Decide first, so that nobody fills the vault with what is refused; then keep the name, and decide for good."""
    decision, _ = await decision_of(store, command.round)
    try:
        taken = DECISION_DECIDER.decide(decision, command)
    except NotPermitted:
        return await handle(store, command, context, idempotency)
    if taken:
        kept = await vault.keep(command.objection, NAME, objector.name)
        contact = await vault.keep(command.objection, CONTACT, objector.contact)
        command = replace(command, objector=kept, contact=contact)
    return await handle(store, command, context, idempotency)
