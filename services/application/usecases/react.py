"""Foreign facts to application's own events, in the transaction that receives them."""

from collections.abc import Sequence

from services.application.domain.application import APPLICATION_DECIDER
from services.application.domain.reactions import reaction
from services.application.usecases.streams import application_stream
from shared.contracts.envelope import Recorded
from shared.eventstore.documents import Documents
from shared.eventstore.port import Append
from shared.eventstore.transact import Target
from shared.messaging.delivery import Load
from shared.messaging.reaction import react_with


async def react(load: Load, _documents: Documents, recorded: Recorded) -> Sequence[Append]:
    """A district's return opens the named items; what else others decide is shown, and moves nothing of its own."""
    command = reaction(recorded.event)
    if command is None:
        return ()
    stream = application_stream(command.returned.application, command.returned.organization)
    return await react_with(load, "application", recorded, Target(APPLICATION_DECIDER, stream), command)
