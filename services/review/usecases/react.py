"""Foreign facts to review's own events, in the transaction that receives them."""

from collections.abc import Sequence
from typing import Any

from services.review.domain.checks import MatchPaper, OpenDistrictReview
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.reactions import Reaction, reaction
from services.review.domain.recusals import ReopenScoring
from services.review.domain.scoring import SCORING_DECIDER
from services.review.usecases.streams import district_stream, scoring_stream
from shared.contracts.envelope import Recorded
from shared.eventstore.documents import Documents
from shared.eventstore.port import Append
from shared.eventstore.transact import Target
from shared.messaging.delivery import Load
from shared.messaging.reaction import react_with


async def react(load: Load, _documents: Documents, recorded: Recorded) -> Sequence[Append]:
    """A version opens the district's review, its end ends it; paper is matched; an appeal opens a stage again."""
    command = reaction(recorded.event, recorded.envelope.id)
    if command is None:
        return ()
    target = _target(command, recorded.envelope.partitionkey)
    return await react_with(load, "review", recorded, target, command)


def _target(command: Reaction, organization: str) -> Target[Any, Any, Any]:
    match command:
        case ReopenScoring(application=application):
            return Target(SCORING_DECIDER, scoring_stream(application, organization))
        case OpenDistrictReview(submission=filed):
            return Target(DISTRICT_DECIDER, district_stream(filed.application, organization))
        case MatchPaper(paper=paper):
            return Target(DISTRICT_DECIDER, district_stream(paper.application, organization))
        case _:
            return Target(DISTRICT_DECIDER, district_stream(command.application, organization))
