"""Foreign facts to reporting's own events, in the transaction that receives them."""

from collections.abc import Sequence

import msgspec

from services.reporting.domain.obligation import OBLIGATION_DECIDER, obligation_id
from services.reporting.domain.reactions import reactions
from services.reporting.usecases.handle import obligation_stream
from services.reporting.usecases.project import ROUNDS
from shared.contracts.application import RoundPlanned
from shared.contracts.envelope import Recorded
from shared.contracts.publication import AgreementSigned
from shared.eventstore.documents import Documents
from shared.eventstore.port import Append
from shared.eventstore.transact import Target
from shared.messaging.delivery import Load, NotYet
from shared.messaging.reaction import react_with


async def react(load: Load, documents: Documents, recorded: Recorded) -> Sequence[Append]:
    """A signed agreement makes the round's reports due; it waits for the round to arrive."""
    agreement = recorded.event
    if not isinstance(agreement, AgreementSigned):
        return ()
    doc = await documents.get(ROUNDS, agreement.round)
    if doc is None:
        raise NotYet(f"round {agreement.round} has not arrived")
    appends: list[Append] = []
    for command in reactions(agreement, msgspec.convert(doc, RoundPlanned).parameters):
        obligation = obligation_id(agreement.application, command.term.kind, command.term.year)
        target = Target(OBLIGATION_DECIDER, obligation_stream(obligation, agreement.organization))
        appends += await react_with(load, "reporting", recorded, target, command)
    return appends
