"""Foreign facts to review's own events, in the transaction that receives them."""

from collections.abc import Sequence

from services.review.domain.district_review import DISTRICT_DECIDER, MatchPaper
from services.review.domain.reactions import reaction
from services.review.usecases.streams import district_stream
from shared.contracts.envelope import Recorded
from shared.eventstore.documents import Documents
from shared.eventstore.port import Append
from shared.eventstore.transact import Target
from shared.messaging.delivery import Load
from shared.messaging.reaction import react_with


async def react(load: Load, _documents: Documents, recorded: Recorded) -> Sequence[Append]:
    """A submission opens the district's review; the paper is matched with it."""
    command = reaction(recorded.event)
    if command is None:
        return ()
    filed = command.paper if isinstance(command, MatchPaper) else command.submission
    target = Target(DISTRICT_DECIDER, district_stream(filed.application, filed.organization))
    return await react_with(load, "review", recorded, target, command)
